"""The values that issues of the mirror have, and how many have each."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Engine, and_, func, literal, select

from models.backlog import HierarchyLevel
from models.tables import state
from sync.store.db.batches import BATCH
from sync.store.db.engines import open_reader
from sync.store.state.mirror import as_text
from sync.store.state.mirror_rows import load_extra, load_texts, load_versions

COLUMNS = {
    "labels": state.issue.c.labels,
    "component": state.issue.c.components,
    "type": state.issue.c.type,
    "status": state.issue.c.status,
    "resolution": state.issue.c.resolution,
}
"""Fields that rules compare whole, by the name that rules call them."""


def count_values(engine: Engine, site: str) -> Mapping[str, Mapping[str, int]]:
    """How many issues that Jira still shows have each value, by field."""
    c = state.issue.c
    found: dict[str, Counter[str]] = {field: Counter() for field in COLUMNS}
    with open_reader(engine) as connection:
        for field, column in COLUMNS.items():
            rows = connection.execute(
                select(column, func.count())
                .where(c.site == site, c.missing_since.is_(None))
                .group_by(column)
            )
            for value, number in rows:
                for each in (value,) if isinstance(value, str) else value or ():
                    found[field][each] += number
    return found


_TEXTS = {
    "project": state.issue.c.project,
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
    texts = [name for name in _TEXTS if name in fields]
    lists = [name for name in _LISTS if name in fields]
    is_keyed = "key" in fields
    others = sorted(fields - _TEXTS.keys() - _LISTS.keys() - {"fix version"})
    columns = [
        *(_TEXTS[name].label(f"text_{number}") for number, name in enumerate(texts)),
        *(as_text(_LISTS[name]) for name in lists),
        as_text(c.fix_versions) if "fix version" in fields else literal("[]").label("fix_versions"),
        as_text(c.extra) if others else literal("{}").label("extra"),
        as_text(c.former_keys) if is_keyed else literal("[]").label("former_keys"),
    ]
    below = c.hierarchy_level < HierarchyLevel.EPIC
    if are_loose:
        below = and_(c.hierarchy_level == HierarchyLevel.BASE, c.epic_id.is_(None))
    query = select(*columns).where(c.site == site, below).distinct()
    streamed = query.execution_options(yield_per=BATCH)
    # Whoever has found what it looks for reads no further, and leaves no cursor open.
    with open_reader(engine) as connection, connection.execute(streamed) as rows:
        for row in rows:
            *values, versions, extra, former = row
            found: dict[str, tuple[str, ...]] = {
                name: (value,) if value else ()
                for name, value in zip(texts, values[: len(texts)], strict=True)
            }
            found |= {
                name: load_texts(value)
                for name, value in zip(lists, values[len(texts) :], strict=True)
            }
            found["fix version"] = tuple(version.name for version in load_versions(versions))
            if is_keyed:
                found["key"] += load_texts(former)
            if others:
                every = load_extra(extra)
                found |= {name: every.get(name, ()) for name in others}
            yield found
