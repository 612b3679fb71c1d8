"""The append-only effort ledger and the sums of each team's windows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, func, insert, select, update

from models.effort import (
    LAST_WINDOWS,
    Entry,
    EntryKind,
    Ledger,
    ReversalReason,
    SizeSource,
    TeamWindow,
    Unit,
)
from models.tables import state
from sync.store.db.batches import split_batches
from sync.store.db.engines import open_reader


def read_ledger(engine: Engine, site: str, generation: str) -> Ledger:
    """All entries and windows of one site under one generation, in the order they were booked."""
    ledger, sums = state.ledger, state.team_window
    with open_reader(engine) as connection:
        entries = connection.execute(
            select(*(ledger.c[name] for name in Entry.__struct_fields__))
            .where(ledger.c.site == site, ledger.c.generation == generation)
            .order_by(ledger.c.entry_id)
        )
        windows = connection.execute(
            select(sums)
            .where(sums.c.site == site, sums.c.generation == generation)
            .order_by(sums.c.team, sums.c.window)
        )
        return Ledger(
            generation,
            tuple(_load_entry(row) for row in entries),
            tuple(_load_window(row) for row in windows),
        )


def read_entries(
    connection: Connection, site: str, generation: str, issues: Collection[int]
) -> tuple[Entry, ...]:
    """The entries of some issues, in the order they were booked."""
    table = state.ledger
    query = (
        select(table.c.entry_id, *(table.c[name] for name in Entry.__struct_fields__))
        .where(table.c.site == site, table.c.generation == generation)
        .order_by(table.c.entry_id)
    )
    entries: list[tuple[int, Entry]] = []
    for some in split_batches(sorted(issues)):
        rows = connection.execute(query.where(table.c.issue_id.in_(some)))
        entries += [(row.entry_id, _load_entry(row[1:])) for row in rows]
    return tuple(entry for _, entry in sorted(entries, key=lambda pair: pair[0]))


def count_sizes(
    connection: Connection, site: str, generation: str, fortnights: Collection[tuple[str, int]]
) -> Iterator[tuple[str, int, Fraction, SizeSource, int]]:
    """How many items of each size were credited in some windows, given as team and window.

    As team, window, size, source of the size, and number.
    """
    c = state.ledger.c
    sizes = (c.team, c.window, c.size, c.size_source)
    query = (
        select(*sizes, func.count().label("number"))
        .where(c.site == site, c.generation == generation, c.kind == str(EntryKind.CREDIT))
        .group_by(*sizes)
    )
    for some in split_batches(sorted({window for _, window in fortnights})):
        for row in connection.execute(query.where(c.window.in_(some))):
            if (row.team, row.window) in fortnights:
                yield row.team, row.window, row.size, SizeSource(row.size_source), row.number


def count_closed_windows(engine: Engine, site: str, generation: str) -> dict[str, int]:
    """How many windows each team has closed."""
    table = state.team_window
    query = (
        select(table.c.team, func.count().label("number"))
        .where(table.c.site == site, table.c.generation == generation)
        .group_by(table.c.team)
    )
    with open_reader(engine) as connection:
        return {row.team: row.number for row in connection.execute(query)}


def read_windows(engine: Engine, site: str, generation: str) -> tuple[TeamWindow, ...]:
    """The sums of all closed windows, team by team, the oldest first."""
    table = state.team_window
    query = (
        select(table)
        .where(table.c.site == site, table.c.generation == generation)
        .order_by(table.c.team, table.c.window)
    )
    with open_reader(engine) as connection:
        return tuple(_load_window(row) for row in connection.execute(query))


def read_known_sizes(
    connection: Connection, site: str, generation: str, windows: Collection[int]
) -> Iterator[tuple[str, int, str, Fraction]]:
    """Team, window, type and points of what was credited in some windows, where they are known."""
    c = state.ledger.c
    query = select(c.team, c.window, c.type, c.points).where(
        c.generation == generation,
        c.site == site,
        c.window.in_(windows),
        c.kind == str(EntryKind.CREDIT),
        c.points.is_not(None),
    )
    for row in connection.execute(query):
        yield row.team, row.window, row.type, row.points


def append_entries(connection: Connection, entries: Iterable[Entry]) -> int:
    """Append what one run booked, in one transaction; how many entries that were."""
    number = 0
    for some in split_batches(entries):
        connection.execute(insert(state.ledger), [_dump_fact(entry) for entry in some])
        number += len(some)
    return number


def append_windows(connection: Connection, windows: Sequence[TeamWindow]) -> None:
    """Append the sums of windows that were closed, and forget who worked in those of long ago.

    Who finished how much is asked of a team's last windows alone, and is nobody's business later.
    """
    for some in split_batches(windows):
        connection.execute(insert(state.team_window), [_dump_fact(window) for window in some])
    for generation, site in {(window.generation, window.site) for window in windows}:
        _forget_people(connection, generation, site)


def _forget_people(connection: Connection, generation: str, site: str) -> None:
    table, later = state.team_window, state.team_window.alias()
    oldest_asked = (
        select(later.c.window)
        .where(
            later.c.generation == generation,
            later.c.site == site,
            later.c.team == table.c.team,
            later.c.count > 0,
        )
        .order_by(later.c.window.desc())
        .offset(LAST_WINDOWS - 1)
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(
        update(table)
        .where(
            table.c.generation == generation,
            table.c.site == site,
            table.c.finished_by != {},
            table.c.window < oldest_asked,
        )
        .values(finished_by={})
    )


def _dump_fact(fact: Struct) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}


_ENUMS = {"kind": EntryKind, "unit": Unit, "size_source": SizeSource, "reason": ReversalReason}
_CODES: dict[str, dict[str, StrEnum]] = {
    name: {str(code): code for code in codes} for name, codes in _ENUMS.items()
}
"""To look a code up is ten times as fast as to call its enum, and a ledger is long."""


def _load_entry(row: Any) -> Entry:
    values = dict(zip(Entry.__struct_fields__, row, strict=True))
    for name, codes in _CODES.items():
        values[name] = codes.get(values[name])
    return Entry(**values)


def _load_window(row: Any) -> TeamWindow:
    values = {name: row._mapping[name] for name in TeamWindow.__struct_fields__}
    values["unit"] = Unit(row.unit)
    return TeamWindow(**values)
