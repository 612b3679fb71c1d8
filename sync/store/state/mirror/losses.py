"""Counts the issues that were there and are not, by project, type and level."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, or_, select

from models.loss import Cell
from models.tables import state
from sync.store.db.batches import split_batches
from sync.store.db.engines import open_reader
from sync.store.state.mirror.mirror import Mirror


def count_lost(
    mirror: Mirror, gone: Collection[int], keys: Mapping[int, str], floors: Mapping[int, datetime]
) -> tuple[Counter[Cell], Counter[Cell]]:
    """How many issues there were, and how many of them are lost: `gone`, or since a floor.

    `keys` are those of the projects that are looked at, by id, as `floors` are: the moment since
    which what a census missed counts along.
    """
    c = state.issue.c
    had: Counter[Cell] = Counter()
    lost: Counter[Cell] = Counter()
    kinds = (c.project_id, c.type, c.hierarchy_level)
    ours = (c.site == mirror.site, c.project_id.in_(sorted(keys)))
    oldest = min(floors.values())
    recent = or_(c.missing_since.is_(None), c.missing_since > oldest)
    counted = (
        select(*kinds, c.missing_since, func.count().label("number"))
        .where(*ours, recent)
        .group_by(*kinds, c.missing_since)
    )
    with open_reader(mirror.engine) as connection:
        for row in connection.execute(counted):
            cell = Cell(keys[row.project_id], row.type, row.hierarchy_level)
            if row.missing_since is None:
                had[cell] += row.number
            elif row.missing_since > floors[row.project_id]:
                had[cell] += row.number
                lost[cell] += row.number
        for some in split_batches(sorted(gone)):
            for row in connection.execute(select(*kinds).where(*ours, c.id.in_(some))):
                lost[Cell(keys[row.project_id], row.type, row.hierarchy_level)] += 1
    return had, lost
