"""The values that issues of the mirror have, and how many have each."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, literal, select

from models.backlog import HierarchyLevel
from models.tables import state
from sync.store.db.batches import BATCH
from sync.store.db.engines import open_reader
from sync.store.state.mirror.mirror import Mirror, as_text
from sync.store.state.mirror.rows import load_extra, load_texts, load_versions
from sync.store.state.mirror.streams import is_needed
from sync.store.state.sites import is_of

COLUMNS = {
    "labels": state.issue.c.labels,
    "component": state.issue.c.components,
    "type": state.issue.c.type,
    "status": state.issue.c.status,
    "resolution": state.issue.c.resolution,
}
"""Fields that rules compare whole, by the name that rules call them."""


def count_values(engine: Engine, *sites: str) -> Mapping[str, Mapping[str, int]]:
    """How many issues that Jira still shows have each value, by field."""
    c = state.issue.c
    found: dict[str, Counter[str]] = {field: Counter() for field in COLUMNS}
    query = (
        select(*COLUMNS.values(), func.count())
        .where(is_of(c.site, sites), c.missing_since.is_(None))
        .group_by(*COLUMNS.values())
    )
    with open_reader(engine) as connection:
        # At once: for each column by itself, all of the mirror would be gone through.
        for *values, number in connection.execute(query.execution_options(yield_per=BATCH)):
            for field, value in zip(COLUMNS, values, strict=True):
                for each in (value,) if isinstance(value, str) else value or ():
                    found[field][each] += number
    return found


_TEXTS = {
    "project": state.issue.c.project,
    "site": state.issue.c.site,
    "type": state.issue.c.type,
    "status": state.issue.c.status,
    "status category": state.issue.c.status_category,
    "resolution": state.issue.c.resolution,
    "summary": state.issue.c.summary,
    "description": state.issue.c.description,
    "key": state.issue.c.key,
    "parent": state.issue.c.parent_key,
}
_LISTS = {"labels": state.issue.c.labels, "component": state.issue.c.components}


def read_distinct(
    engine: Engine, site: str, fields: Collection[str], *, are_loose: bool = False
) -> Iterator[dict[str, tuple[str, ...]]]:
    """What issues below epics have in these fields, as Jira has it, each combination once.

    With `are_loose`, of items without an epic alone. Fields that not every Jira has are those of
    rules; a status category is its own code.
    """
    c = state.issue.c
    below = c.hierarchy_level < HierarchyLevel.EPIC
    if are_loose:
        below = and_(c.hierarchy_level == HierarchyLevel.BASE, c.epic_id.is_(None))
    columns = _FieldColumns(fields)
    query = select(*columns.selected).where(c.site == site, below).distinct()
    streamed = query.execution_options(yield_per=BATCH)
    # Whoever has found what it looks for reads no further, and leaves no cursor open.
    with open_reader(engine) as connection, connection.execute(streamed) as rows:
        for row in rows:
            yield columns.load(row)


def read_counted_fields(
    connection: Connection, mirror: Mirror, generation: str, fields: Collection[str]
) -> Iterator[tuple[int, dict[str, tuple[str, ...]]]]:
    """The id and these fields, as in `read_distinct`, of everything below epics that is done or has
    been booked in `generation`, in any order; without what has a security level."""
    c = state.issue.c
    columns = _FieldColumns(fields)
    below = and_(c.epic_id.is_not(None), c.hierarchy_level < HierarchyLevel.EPIC)
    query = select(*columns.selected, c.id).where(
        c.site == mirror.site, below, c.restricted.is_(False), is_needed(mirror, generation)
    )
    streamed = connection.execute(query.execution_options(yield_per=BATCH))
    for rows in streamed.partitions():
        for row in rows:
            yield row[-1], columns.load(row)


class _FieldColumns:
    """The columns that hold some fields, `selected` in this order, and the fields of their row."""

    def __init__(self, fields: Collection[str]) -> None:
        c = state.issue.c
        self._texts = [name for name in _TEXTS if name in fields]
        self._lists = [name for name in _LISTS if name in fields]
        self._others = sorted(fields - _TEXTS.keys() - _LISTS.keys() - {"fix version"})
        self._is_keyed, self._has_versions = "key" in fields, "fix version" in fields
        # A column more in each of a million rows takes a second.
        self.selected: list[ColumnElement[Any]] = [
            *(_TEXTS[name].label(f"text_{number}") for number, name in enumerate(self._texts)),
            *(as_text(_LISTS[name]) for name in self._lists),
            *([as_text(c.fix_versions)] if self._has_versions else ()),
            *([as_text(c.extra)] if self._others else ()),
            *([as_text(c.former_keys)] if self._is_keyed else ()),
        ] or [literal(1)]

    def load(self, row: Sequence[Any]) -> dict[str, tuple[str, ...]]:
        """The fields of a row, which may go on behind what was selected."""
        values = iter(row)
        found: dict[str, tuple[str, ...]] = {}
        for name in self._texts:
            value = next(values)
            found[name] = (value,) if value else ()
        for name in self._lists:
            found[name] = load_texts(next(values))
        if self._has_versions:
            found["fix version"] = tuple(each.name for each in load_versions(next(values)))
        if self._others:
            every = load_extra(next(values))
            found |= {name: every.get(name, ()) for name in self._others}
        if self._is_keyed:
            found["key"] += load_texts(next(values))
        return found
