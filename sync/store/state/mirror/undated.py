"""Finds what is done on a day that nobody knows, and counts what a backlog tells of itself."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import ColumnElement, func, or_, select

from models.backlog import BacklogCounts, DoneSource, HierarchyLevel, StatusCategory
from models.tables import state
from sync.store.db.engines import open_reader
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.rows import Seen

_OPEN = (DoneSource.UNKNOWN, DoneSource.FIRST_SEEN)


def find_undated(mirror: Mirror, most: int) -> set[int]:
    """Some of the issues that are done and whose history was not asked for yet."""
    c = state.issue.c
    query = (
        select(c.id)
        .where(c.site == mirror.site, c.done_source == str(DoneSource.UNKNOWN))
        .order_by(c.id)
        .limit(most)
    )
    with open_reader(mirror.engine) as connection:
        return set(connection.execute(query).scalars())


def write_completions(mirror: Mirror, dates: Mapping[int, datetime | None], walk: int) -> int:
    """Write when these issues were done; None says that their history does not tell.

    Returns how many rows that changed. Those that are gone by now, or not done any more, stay.
    """
    seen: dict[int, Seen] = {
        issue_id: known for issue_id, known in mirror.read_seen(dates).items() if not known.missing
    }
    dated = []
    for issue in mirror.read_by_ids(seen.keys()):
        done_at = dates[issue.id]
        if issue.done_source not in _OPEN or (done_at is None and issue.done_at is not None):
            continue
        source = DoneSource.UNTOLD if done_at is None else DoneSource.CHANGELOG
        dated.append(replace(issue, done_at=done_at, done_source=source))
    return mirror.write_issues(dated, seen, walk)


def count_backlog(mirror: Mirror) -> BacklogCounts:
    """How many items there are, and of how many Jira tells what a list is made of."""
    c = state.issue.c
    is_finished = c.status_category == str(StatusCategory.DONE)
    is_in_epic = or_(c.parent_id.is_not(None), c.parent_key.is_not(None), c.epic_link.is_not(None))
    conditions: dict[str, ColumnElement[bool]] = {
        "estimated": c.points.is_not(None),
        "with_component": c.components != [],
        "in_epic": is_in_epic,
        "finished": is_finished,
        "undated": is_finished & c.done_at.is_(None),
        "assigned": is_finished & c.contributor.is_not(None),
    }
    counts = [func.count().filter(condition).label(name) for name, condition in conditions.items()]
    query = select(func.count().label("items"), *counts).where(
        c.site == mirror.site,
        c.hierarchy_level == int(HierarchyLevel.BASE),
        c.missing_since.is_(None),
    )
    with open_reader(mirror.engine) as connection:
        row = connection.execute(query).one()
    return BacklogCounts(**row._mapping)
