"""Follows the publication log from its beginning: whether each entry is as it was written."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select

from models.errors import DatabaseError, Problem
from models.history import LoggedPublication
from models.tables import clean
from sync.store.clean.past_list import read_publications
from sync.store.clean.publication_log import (
    FIRST_HASH,
    LogPart,
    hash_entry,
    hash_lines,
    list_lines,
)
from sync.store.db.addresses import describe_place

AT_ONCE = 1_000
"""Parts that are in memory at a time."""
LAST = 2**63 - 1


class BrokenEntry(Struct, frozen=True):
    """An entry that is not as it was written, and in what."""

    revision: int
    what: str


class Chain(Struct, frozen=True):
    """The log as it stands: how far it goes, the hash that closes it, and what does not fit."""

    revision: int
    hash: str
    broken: tuple[BrokenEntry, ...]


def follow_chain(
    connection: Connection,
    last: int = LAST,
    see: Callable[[LoggedPublication, list[LogPart]], None] = lambda _entry, _parts: None,
) -> Chain:
    """Hash every entry up to revision `last` again; `see` is given each with its parts, in order.

    The parts of one publication are in memory at a time, and those of no other.
    """
    number, closing = 0, FIRST_HASH
    broken = []
    parts_by_revision = _read_parts(connection, last)
    ahead = next(parts_by_revision, None)
    for entry in read_publications(connection, 1, last):
        parts: list[LogPart] = []
        wrong_parts = ""
        while ahead is not None and ahead[0] <= entry.revision:
            if ahead[0] == entry.revision:
                parts, wrong_parts = ahead[1], ahead[2]
            ahead = next(parts_by_revision, None)
        lines = list_lines((part.kind, part.subject, part.hash) for part in parts)
        if entry.revision != number + 1 or entry.previous_hash != closing:
            broken.append(BrokenEntry(entry.revision, "does not follow the entry before it"))
        elif entry.hash != hash_entry(entry):
            broken.append(BrokenEntry(entry.revision, "is not as it was written"))
        elif wrong_parts or entry.parts_hash != hash_lines(lines):
            what = wrong_parts or "has not the parts that it was written with"
            broken.append(BrokenEntry(entry.revision, what))
        number, closing = entry.revision, entry.hash
        see(entry, parts)
    return Chain(number, closing, tuple(broken))


def check_chain(connection: Connection, chain: Chain, revision: int) -> None:
    """DatabaseError if the log, followed up to that revision, is not as it was written, or is cut.

    A log that ends before the list that readers see cannot say what they saw last.
    """
    ends = connection.execute(select(func.max(clean.publication.c.revision))).scalar() or 0
    head = connection.execute(select(clean.head.c.revision)).scalar_one()
    if chain.broken or chain.revision != revision or ends != head:
        first = chain.broken[0] if chain.broken else None
        told = f"revision {first.revision} {first.what}" if first else "an entry is missing"
        if not first and ends != head:
            told = f"it ends at revision {ends}, and readers see {head}"
        what = f"is not as it was written, so that it proves nothing: {told}"
        where = f"publication log of {describe_place(connection.engine.url)}"
        raise DatabaseError(Problem(where, what, "Run `headway doctor`."))


def _read_parts(connection: Connection, last: int) -> Iterator[tuple[int, list[LogPart], str]]:
    """The parts of each publication, and what is wrong with the first one that is changed."""
    table = clean.publication_part
    query = select(table).where(table.c.revision <= last)
    ordered = query.order_by(table.c.revision, table.c.kind, table.c.subject)
    rows = connection.execute(ordered.execution_options(yield_per=AT_ONCE))
    for revision, group in groupby(rows, key=_get_revision):
        parts = []
        wrong = ""
        for row in group:
            part = LogPart(row.kind, row.subject, row.content, row.salt)
            parts.append(part)
            if part.hash != row.hash and not wrong:
                about = f" of {row.subject.split(' ')[0]}" if row.subject else ""
                wrong = f"does not hold the {row.kind}{about} that it was written with"
        yield revision, parts, wrong


def _get_revision(row: Row[Any]) -> int:
    revision: int = row.revision
    return revision
