"""The append-only effort ledger and the sums of each team's windows."""

from typing import Any

from sqlalchemy import Engine, insert, select

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
from sync.store.engines import reading, writing
from translators.effort import Booking


def read_ledger(engine: Engine, site: str, generation: str) -> Ledger:
    """All entries and windows of one site under one generation, in the order they were booked."""
    ledger, sums = state.ledger, state.team_window
    with reading(engine) as connection:
        entries = connection.execute(
            select(ledger)
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


def append(engine: Engine, booking: Booking) -> int:
    """Append what one run booked, entries and sums together or not at all; entries written."""
    if not booking.entries and not booking.windows:
        return 0
    with writing(engine) as connection:
        if booking.entries:
            connection.execute(insert(state.ledger), [_values(e) for e in booking.entries])
        if booking.windows:
            connection.execute(insert(state.team_window), [_values(w) for w in booking.windows])
    return len(booking.entries)


def _values(fact: Entry | TeamWindow) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}


def _entry(row: Any) -> Entry:
    values = {name: getattr(row, name) for name in Entry.__struct_fields__}
    values["kind"] = EntryKind(row.kind)
    values["unit"] = Unit(row.unit)
    values["size_source"] = SizeSource(row.size_source)
    values["reason"] = ReversalReason(row.reason) if row.reason else None
    return Entry(**values)


def _window(row: Any) -> TeamWindow:
    values = {name: row._mapping[name] for name in TeamWindow.__struct_fields__}
    values["unit"] = Unit(row.unit)
    return TeamWindow(**values)
