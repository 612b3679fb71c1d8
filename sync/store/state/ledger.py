"""The append-only effort ledger and the sums of each team's windows."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, func, insert, select

from models.effort import (
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
            tuple(_entry(row) for row in entries),
            tuple(_window(row) for row in windows),
        )


def read_entries(
    engine: Engine, site: str, generation: str, issues: Collection[int]
) -> tuple[Entry, ...]:
    """The entries of some issues, in the order they were booked."""
    table = state.ledger
    query = (
        select(table.c.entry_id, *(table.c[name] for name in Entry.__struct_fields__))
        .where(table.c.site == site, table.c.generation == generation)
        .order_by(table.c.entry_id)
    )
    found: list[tuple[int, Entry]] = []
    with open_reader(engine) as connection:
        for some in split_batches(sorted(issues)):
            rows = connection.execute(query.where(table.c.issue_id.in_(some)))
            found += [(row.entry_id, _entry(row[1:])) for row in rows]
    return tuple(entry for _, entry in sorted(found, key=lambda pair: pair[0]))


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


def append_entries(
    connection: Connection, entries: Sequence[Entry], windows: Sequence[TeamWindow]
) -> None:
    """Append what one run booked, entries and sums with one commit."""
    for table, facts in ((state.ledger, entries), (state.team_window, windows)):
        for some in split_batches(facts):
            connection.execute(insert(table), [_values(fact) for fact in some])


def _values(fact: Struct) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}


_ENUMS = {"kind": EntryKind, "unit": Unit, "size_source": SizeSource, "reason": ReversalReason}
_CODES: dict[str, dict[str, StrEnum]] = {
    name: {str(code): code for code in codes} for name, codes in _ENUMS.items()
}
"""To look a code up is ten times as fast as to call its enum, and a ledger is long."""


def _entry(row: Any) -> Entry:
    values = dict(zip(Entry.__struct_fields__, row, strict=True))
    for name, codes in _CODES.items():
        values[name] = codes.get(values[name])
    return Entry(**values)


def _window(row: Any) -> TeamWindow:
    values = {name: row._mapping[name] for name in TeamWindow.__struct_fields__}
    values["unit"] = Unit(row.unit)
    return TeamWindow(**values)
