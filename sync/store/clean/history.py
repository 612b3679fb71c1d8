"""Reads the publication log: what was published when, and with which rules and measure."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, select

from models.capability import Capability
from models.effort import Level, LevelChange
from models.tables import clean
from sync.store.db.engines import open_reader

_AT_ONCE = 100
"""Publications that are in memory at a time."""


class LoggedRow(Struct, frozen=True):
    """A row as one publication changed it, as far as anybody asks the log."""

    capability_id: str
    effort_code: Level
    replaced_by: str | None


class _Content(Struct):
    rows: list[LoggedRow]


def read_logged_rows(
    connection: Connection, column: str, capability_id: str
) -> Iterator[tuple[int, LoggedRow]]:
    """Every row ever published that has this id in `column`, with its revision, oldest first."""
    log = clean.publication
    mentions = log.c.content.contains(f'"{column}":"{capability_id}"', autoescape=True)
    query = select(log.c.revision, log.c.content).where(mentions).order_by(log.c.revision)
    for revision, content in connection.execute(query):
        for row in msgspec.json.decode(content, type=_Content).rows:
            if getattr(row, column) == capability_id:
                yield revision, row


def find_last_level_change(engine: Engine, capability_id: str) -> LevelChange | None:
    """When a capability was last published with another level than before; None if never."""
    log = clean.publication
    with open_reader(engine) as connection:
        change = None
        level: Level | None = None
        for revision, row in read_logged_rows(connection, "capability_id", capability_id):
            if row.effort_code is not level:
                change = (revision, level, row.effort_code)
            level = row.effort_code
        if change is None:
            return None
        revision, before, after = change
        this = connection.execute(select(log).where(log.c.revision == revision)).one()
        last = connection.execute(select(log).where(log.c.revision == revision - 1)).one_or_none()
    return LevelChange(
        revision=revision,
        as_of=this.as_of,
        previous_as_of=last.as_of if last else None,
        before=before,
        after=after,
        rulebook_changed=last is not None and last.rulebook_digest != this.rulebook_digest,
        measured_anew=last is not None and last.generation != this.generation,
    )


class PastLists(Struct, frozen=True):
    """What could be read at the end of each day asked for; None before the first publication.

    `ever` has each capability as it was published last, on the list now or not.
    """

    by_day: dict[date, tuple[Capability, ...] | None]
    ever: tuple[Capability, ...]
    first: date | None


class _Rows(Struct):
    rows: list[Capability]


def read_past_lists(engine: Engine, days: Iterable[date]) -> PastLists:
    """The lists of these days, by the publication log; a day ends at midnight, UTC."""
    log = clean.publication
    wanted = sorted(set(days))
    by_day: dict[date, tuple[Capability, ...] | None] = {}
    rows: dict[str, Capability] = {}
    current: tuple[Capability, ...] | None = None
    first = None
    query = select(log.c.published_at, log.c.content).order_by(log.c.revision)
    with open_reader(engine) as connection:
        for published_at, content in connection.execute(query).yield_per(_AT_ONCE):
            day = published_at.date()
            first = first or day
            while wanted and wanted[0] < day:
                by_day[wanted.pop(0)] = current
            changed = msgspec.json.decode(content, type=_Rows).rows
            rows |= {row.capability_id: row for row in changed}
            current = tuple(rows.values())
    by_day |= dict.fromkeys(wanted, current)
    return PastLists(by_day, current or (), first)
