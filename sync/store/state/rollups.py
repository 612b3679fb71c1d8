"""What every group of issues came to when the list was last settled, and what changed since.

Beside the groups one row has what all teams finished, by day and by project.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, insert, select, update

from models.rollup import ALL, NO_EFFORT, Anomaly, EffortTotals, EpicRollup, TeamThroughput
from models.tables import state
from sync.store.db.batches import split_batches
from sync.store.db.engines import open_reader

_COLUMNS = tuple(name for name in EffortTotals.__struct_fields__ if name != "people")


class ChangedIssues(Struct, frozen=True):
    """The issues that changed, and the groups that they were in before."""

    issues: frozenset[int]
    groups: frozenset[int]


def read_changed_issues(engine: Engine, site: str) -> ChangedIssues:
    """What changed since the list was settled."""
    table = state.changed_issue
    query = select(table.c.issue_id, table.c.number).where(table.c.site == site)
    with open_reader(engine) as connection:
        rows = connection.execute(query).all()
    groups = frozenset(row.number for row in rows if row.number is not None)
    return ChangedIssues(frozenset(row.issue_id for row in rows), groups)


def is_cached(connection: Connection, site: str) -> bool:
    """Whether anything was settled that a change could bear on."""
    table = state.site
    found = connection.execute(
        select(table.c.site).where(table.c.site == site, table.c.cached_translation.is_not(None))
    )
    return found.first() is not None


def is_latest(connection: Connection, site: str, walk: int) -> bool:
    """Whether no other worker finished a walk after this one; true to the end of the commit."""
    table = state.site
    query = select(table.c.walk).where(table.c.site == site).with_for_update()
    return connection.execute(query).scalar() == walk


def save_cached_translation(
    connection: Connection,
    site: str,
    what: dict[str, Any],
    groups: Mapping[int, EpicRollup],
    instead: Collection[int] | None,
) -> None:
    """Remember what a translation came to, and what it made of `groups`; nothing is touched then.

    They stand `instead` of those with these numbers, or instead of all if that is None.
    """
    table = state.site
    connection.execute(update(table).where(table.c.site == site).values(cached_translation=what))
    _write_groups(connection, site, groups, instead)


def invalidate_cached_translation(connection: Connection, site: str) -> None:
    """Forget what was settled, with this commit: all is to be translated anew."""
    table = state.site
    connection.execute(update(table).where(table.c.site == site).values(cached_translation=None))


def mark_changed(
    connection: Connection, site: str, issues: Iterable[tuple[int, int | None]]
) -> None:
    """Note that issues change with this commit, and the groups that they were in before."""
    rows = [{"site": site, "issue_id": issue_id, "number": number} for issue_id, number in issues]
    for some in split_batches(rows):
        connection.execute(insert(state.changed_issue), list(some))


def read_rollups(engine: Engine, site: str) -> dict[int, EpicRollup]:
    """Every group, without what its teams finished day by day."""
    table = state.epic_rollup
    names = ("number", "project", *_COLUMNS, "people", "anomalies")
    columns = (table.c[name] for name in names)
    with open_reader(engine) as connection:
        rows = connection.execute(
            select(*columns).where(table.c.site == site, table.c.number != ALL)
        )
        return {row.number: _group(row) for row in rows}


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


def _write_groups(
    connection: Connection,
    site: str,
    groups: Mapping[int, EpicRollup],
    instead: Collection[int] | None,
) -> None:
    table = state.epic_rollup
    mine = table.c.site == site
    if instead is None:
        connection.execute(delete(table).where(mine))
    else:
        for some in split_batches(sorted(instead)):
            connection.execute(delete(table).where(mine, table.c.number.in_(some)))
    rows = [_row(site, number, group) for number, group in groups.items()]
    for batch in split_batches(rows):
        connection.execute(insert(table), list(batch))
    connection.execute(delete(state.changed_issue).where(state.changed_issue.c.site == site))


def _row(site: str, number: int, group: EpicRollup) -> dict[str, Any]:
    people = {team: (window, str(size)) for team, (window, size) in group.work.people.items()}
    return {
        "site": site,
        "number": number,
        "project": group.project,
        **{name: getattr(group.work, name) for name in _COLUMNS},
        "people": people or None,
        "anomalies": msgspec.to_builtins(group.anomalies) or None,
        "days": msgspec.to_builtins(group.teams.days),
        "projects": group.teams.projects,
    }


def _group(row: Any) -> EpicRollup:
    return EpicRollup(
        project=row.project,
        work=_work(row),
        anomalies=msgspec.convert(row.anomalies, dict[str, Anomaly]) if row.anomalies else {},
    )


def _work(row: Any) -> EffortTotals:
    if not (row.finished or row.entries or row.hidden):
        return NO_EFFORT
    people = (row.people or {}).items()
    return EffortTotals(
        **dict(zip(_COLUMNS, row[2:-2], strict=True)),
        people={team: (window, Fraction(size)) for team, (window, size) in people},
    )
