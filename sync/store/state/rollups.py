"""The rollups that the last translation left, and what was written since.

Beside the rollups one row has what all teams finished, by day and by project.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select, update

from models.backlog import Issue
from models.errors import Problem, StoppedError
from models.rollup import (
    ALL,
    NO_EFFORT,
    Anomaly,
    EffortTotals,
    EpicRollup,
    TeamThroughput,
    ids_without_epic,
)
from models.tables import state
from sync.store.db.batches import split_batches
from sync.store.db.engines import open_reader

_COLUMNS = tuple(name for name in EffortTotals.__struct_fields__ if name != "people")


def read_changed_issues(engine: Engine, site: str) -> list[tuple[int, int | None]]:
    """The issues that were written since the last translation, in that order.

    Each with the rollup that it was in when it was written (None: it is new).
    """
    c = state.changed_issue.c
    query = select(c.issue_id, c.number).where(c.site == site).order_by(c.entry_id)
    with open_reader(engine) as connection:
        return [(row.issue_id, row.number) for row in connection.execute(query)]


def read_before(engine: Engine, site: str, issues: Collection[int]) -> dict[int, Issue]:
    """How some of them were at first; those alone that were edited and nothing else."""
    c = state.changed_issue.c
    query = (
        select(c.issue_id, c.before)
        .where(c.site == site, c.issue_id.in_(issues))
        .order_by(c.entry_id)
    )
    with open_reader(engine) as connection:
        rows = connection.execute(query).all()
    otherwise = {row.issue_id for row in rows if row.before is None}
    before: dict[int, Issue] = {}
    for row in rows:
        if row.issue_id not in otherwise and row.issue_id not in before:
            before[row.issue_id] = msgspec.json.decode(row.before, type=Issue)
    return before


def blank_before(connection: Connection, site: str, issues: Collection[int]) -> None:
    """Keep of these that they changed, and not how they were: they may hold a title no more."""
    table = state.changed_issue
    for some in split_batches(sorted(issues)):
        connection.execute(
            update(table)
            .where(table.c.site == site, table.c.issue_id.in_(some))
            .values(before=None)
        )


def mark_changed(
    connection: Connection, site: str, notes: Iterable[tuple[int, int | None, Issue | None]]
) -> None:
    """Note that issues change with this commit: the rollup they were in, and how they were.

    None for how they were says that the change bears on the list whatever it is.
    """
    rows = (
        {
            "site": site,
            "issue_id": issue_id,
            "number": number,
            "before": None if before is None else msgspec.json.encode(before).decode(),
        }
        for issue_id, number, before in notes
    )
    for some in split_batches(rows):
        connection.execute(insert(state.changed_issue), some)


def clear_changed_issues(connection: Connection, site: str) -> None:
    """Forget what was written: a translation has it."""
    connection.execute(delete(state.changed_issue).where(state.changed_issue.c.site == site))


def is_cached(connection: Connection, site: str) -> bool:
    """Whether a translation is kept that a change could bear on."""
    table = state.site
    found = connection.execute(
        select(table.c.site).where(table.c.site == site, table.c.cached_translation.is_not(None))
    )
    return found.first() is not None


def is_fenced(connection: Connection, site: str, token: int) -> bool:
    """Whether the last walk was begun under this lease `token`; true to the end of the commit."""
    table = state.site
    query = select(table.c.fence).where(table.c.site == site).with_for_update()
    return connection.execute(query).scalar() == token


def check_fence(connection: Connection, site: str, token: int) -> None:
    """StoppedError where another worker began a walk under another lease."""
    if not is_fenced(connection, site, token):
        what = "was overtaken by another worker"
        raise StoppedError(Problem("run", what, "Nothing was published; the next run goes on."))


def save_cached_translation(
    connection: Connection, site: str, what: dict[str, Any], generation: str | None = None
) -> None:
    """Keep what a translation came to, and of which ledger what the site brought to it was."""
    table = state.site
    values = {"cached_translation": what} | ({"generation": generation} if generation else {})
    connection.execute(update(table).where(table.c.site == site).values(values))


def invalidate_cached_translation(connection: Connection, site: str) -> None:
    """Forget what the last translation came to, with this commit: the next one is of everything."""
    table = state.site
    connection.execute(update(table).where(table.c.site == site).values(cached_translation=None))


def read_rollups(engine: Engine, site: str) -> dict[int, EpicRollup]:
    """Every group, without what its teams finished day by day."""
    table = state.epic_rollup
    names = ("number", "project", "is_item", *_COLUMNS, "people", "anomalies")
    columns = (table.c[name] for name in names)
    with open_reader(engine) as connection:
        rows = connection.execute(
            select(*columns).where(table.c.site == site, table.c.number != ALL)
        )
        return {row.number: _load_rollup(row) for row in rows}


def read_throughput(
    engine: Engine, site: str, numbers: Collection[int]
) -> dict[int, TeamThroughput]:
    """What the teams finished in some groups, day by day."""
    table = state.epic_rollup
    query = select(table.c.number, table.c.days, table.c.projects).where(table.c.site == site)
    found: dict[int, TeamThroughput] = {}
    with open_reader(engine) as connection:
        for some in split_batches(sorted(numbers)):
            for row in connection.execute(query.where(table.c.number.in_(some))):
                days = msgspec.convert(row.days, dict[str, dict[date, int]], strict=False)
                found[row.number] = TeamThroughput(days, row.projects)
    return found


def delete_rollups(connection: Connection, site: str) -> None:
    """Delete every rollup: all are written anew."""
    connection.execute(delete(state.epic_rollup).where(state.epic_rollup.c.site == site))


def replace_rollups(
    connection: Connection,
    site: str,
    replaced: Collection[int],
    rollups: Mapping[int, EpicRollup],
) -> None:
    """Write `rollups` in the place of those that have the numbers `replaced`.

    With issues without an epic go the items among them that stand by themselves.
    """
    table = state.epic_rollup
    for some in split_batches(sorted(replaced)):
        connection.execute(delete(table).where(table.c.site == site, table.c.number.in_(some)))
    for number in replaced:
        if number < 0:
            within = table.c.number.between(*ids_without_epic(number))
            connection.execute(
                delete(table).where(table.c.site == site, table.c.is_item.is_(True), within)
            )
    insert_rollups(connection, site, rollups)


def insert_rollups(connection: Connection, site: str, rollups: Mapping[int, EpicRollup]) -> None:
    """Write rollups that are not there."""
    rows = (_dump_rollup(site, number, rollup) for number, rollup in rollups.items())
    for some in split_batches(rows):
        connection.execute(insert(state.epic_rollup), some)


def _dump_rollup(site: str, number: int, group: EpicRollup) -> dict[str, Any]:
    people = {team: (window, str(size)) for team, (window, size) in group.work.people.items()}
    return {
        "site": site,
        "number": number,
        "project": group.project,
        "is_item": group.is_item,
        **{name: getattr(group.work, name) for name in _COLUMNS},
        "people": people or None,
        "anomalies": msgspec.to_builtins(group.anomalies) or None,
        "days": msgspec.to_builtins(group.teams.days),
        "projects": group.teams.projects,
    }


def _load_rollup(row: Any) -> EpicRollup:
    return EpicRollup(
        project=row.project,
        is_item=row.is_item,
        work=_load_totals(row),
        anomalies=msgspec.convert(row.anomalies, dict[str, Anomaly]) if row.anomalies else {},
    )


def _load_totals(row: Any) -> EffortTotals:
    if not (row.finished or row.entries or row.hidden or row.year):
        return NO_EFFORT
    people = (row.people or {}).items()
    return EffortTotals(
        **dict(zip(_COLUMNS, row[3:-2], strict=True)),
        people={team: (window, Fraction(size)) for team, (window, size) in people},
    )
