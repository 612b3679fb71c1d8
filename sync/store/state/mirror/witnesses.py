"""Finds issues that have a field filled in the mirror, to ask whether they have it still."""

from collections.abc import Callable, Collection

from sqlalchemy import ColumnElement, Table, or_, select

from models.emptied import Emptied
from models.tables import state
from sync.store.db.engines import open_reader
from sync.store.state.mirror.mirror import Mirror

FILLED: dict[str, Callable[[Table], ColumnElement[bool]]] = {
    "labels": lambda table: table.c.labels != [],
    "components": lambda table: table.c.components != [],
    "fix versions": lambda table: table.c.fix_versions != [],
    "story points": lambda table: table.c.points.is_not(None),
    "parent": lambda table: or_(
        table.c.parent_id.is_not(None),
        table.c.parent_key.is_not(None),
        table.c.epic_link.is_not(None),
    ),
    "security level": lambda table: table.c.restricted,
    "description": lambda table: table.c.description.is_not(None),
    "assignee": lambda table: table.c.contributor.is_not(None),
    "resolution": lambda table: table.c.resolution.is_not(None),
    "resolution date": lambda table: table.c.resolved_at.is_not(None),
    "day of the status": lambda table: table.c.category_changed_at.is_not(None),
}
MOST = 1_000


def find_witnesses(mirror: Mirror, emptied: Collection[Emptied], most: int) -> set[int]:
    """Issues of the same project and type that have a field filled, `most` of each.

    Those that were edited longest ago: whoever emptied the others has left them alone.

    They are no more than MOST in all. A field of the site's own is looked for in all that have any.
    """
    c = state.issue.c
    found: set[int] = set()
    with open_reader(mirror.engine) as connection:
        for each in emptied:
            filled = FILLED.get(each.field, _has_own_fields)
            query = (
                select(c.id)
                .where(
                    c.site == mirror.site,
                    c.project == each.project,
                    c.type == each.type,
                    c.missing_since.is_(None),
                    filled(state.issue),
                )
                .order_by(c.updated_at, c.id)
                .limit(min(most, MOST - len(found)))
            )
            found.update(connection.execute(query).scalars())
            if len(found) >= MOST:
                break
    return found


def _has_own_fields(table: Table) -> ColumnElement[bool]:
    return table.c.extra != {}
