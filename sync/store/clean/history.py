"""Reads the publication log: what was published when, and with which rules and measure."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, tzinfo

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, select
from sqlalchemy.engine import URL

from models.capability import Capability
from models.effort import Level, LevelChange
from models.errors import DatabaseError, Problem
from models.tables import clean
from sync.store.clean.readers_file import place_truth
from sync.store.db.addresses import describe_place
from sync.store.db.engines import build_reader, open_reader
from sync.store.db.failures import NO_RIGHT
from sync.store.db.schemas import check_revision

_AT_ONCE = 1_000
"""Rows of publications that are in memory at a time."""


class LoggedRow(Struct, frozen=True):
    """A row as one publication changed it, as far as anybody asks the log."""

    capability_id: str
    effort_code: Level
    replaced_by: str | None


@contextmanager
def open_history(clean_url: URL) -> Iterator[Engine]:
    """The clean database itself, at the newest schema, to be read alone.

    Raises DatabaseError as `check_revision` does, and for a role that may read the views alone.
    """
    engine = build_reader(place_truth(clean_url), clean.SCHEMA)
    try:
        check_revision(engine, clean)
        yield engine
    except DatabaseError as error:
        if NO_RIGHT not in str(error):
            raise
        what = "does not let us read the log of publications: no reader's role may"
        remedy = (
            "Name Headway's own role, or one that has USAGE on schema headway and SELECT on all "
            "tables in it, and nothing else. It reads what was removed, too."
        )
        raise DatabaseError(Problem(describe_place(clean_url), what, remedy)) from None
    finally:
        engine.dispose()


def read_logged_rows(
    connection: Connection, column: str, capability_id: str
) -> Iterator[tuple[int, LoggedRow]]:
    """Every row ever published that has this id in `column`, with its revision, oldest first."""
    part = clean.publication_part.c
    query = select(part.revision, part.content).where(part.kind == "row").order_by(part.revision)
    if column == "capability_id":
        query = query.where(part.subject == capability_id)
    else:
        mentions = f'"{column}":"{capability_id}"'
        query = query.where(part.content.contains(mentions, autoescape=True))
    for revision, content in connection.execute(query):
        row = msgspec.json.decode(content, type=LoggedRow)
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


def read_past_lists(engine: Engine, days: Iterable[date], zone: tzinfo) -> PastLists:
    """The lists of these days, by the publication log; a day ends at midnight in that zone."""
    log, part = clean.publication.c, clean.publication_part.c
    wanted = sorted(set(days))
    by_day: dict[date, tuple[Capability, ...] | None] = {}
    rows: dict[str, Capability] = {}
    first = None
    query = (
        select(log.published_at, part.subject, part.content)
        .outerjoin_from(
            clean.publication,
            clean.publication_part,
            (part.revision == log.revision) & (part.kind == "row"),
        )
        .order_by(log.revision)
    )
    with open_reader(engine) as connection:
        for published_at, subject, content in connection.execute(query).yield_per(_AT_ONCE):
            day = published_at.astimezone(zone).date()
            while wanted and wanted[0] < day:
                by_day[wanted.pop(0)] = tuple(rows.values()) if first else None
            first = first or day
            if content is not None:
                rows[subject] = msgspec.json.decode(content, type=Capability)
    ever = tuple(rows.values())
    by_day |= dict.fromkeys(wanted, ever if first else None)
    return PastLists(by_day, ever, first)
