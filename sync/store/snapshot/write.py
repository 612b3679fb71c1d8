"""Writes a snapshot: all of it, or nothing, for this user's eyes alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Engine

from models.errors import DatabaseError, Problem
from models.tables import clean, state
from sync.file_replacement import replace_file
from sync.store.db.engines import open_reader
from sync.store.snapshot.blocks import BlockWriter, is_snapshot, refuse_file
from sync.store.snapshot.contents import PARTS, Header, Row, describe_parts, read_rows

BLOCK = 1_000_000
"""Bytes of rows from which on a block is written."""
HEADER_KIND = len(PARTS)


class Written(Struct, frozen=True):
    """A snapshot that was written: how many issues and bytes, and the hash at its end."""

    issues: int
    size: int
    sha256: str


def write_snapshot(
    path: Path, clean_engine: Engine, state_engine: Engine, sites: Mapping[str, tuple[str, ...]]
) -> Written:
    """Write what both databases hold of sites, each with the projects that the settings name.

    The same content makes the same file, on whichever databases. Raises UsageError where the place
    is taken by something else, DatabaseError where it cannot be written.
    """
    _check_place(path)
    try:
        with replace_file(path, 0o600) as fresh, fresh.open("wb") as file:
            blocks = BlockWriter(file)
            header = Header(dict(sites), describe_parts())
            blocks.add(HEADER_KIND, msgspec.msgpack.encode(header))
            issues = _write_parts(blocks, clean_engine, state_engine, list(sites))
            digest = blocks.finish()
            size = file.tell()
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        remedy = "Name a file in a folder that is there and that this user may write to."
        raise DatabaseError(Problem(str(path), what, remedy)) from None
    return Written(issues, size, digest)


def _check_place(path: Path) -> None:
    try:
        if path.is_dir():
            raise refuse_file(path, "is a folder", "Name a file.")
        if path.exists() and not (path.is_file() and is_snapshot(path)):
            what = "is there and is no snapshot, so it is left alone"
            raise refuse_file(path, what, "Name another file, or move this one away.")
    except OSError as error:
        what = f"cannot be looked at: {error.strerror or error}"
        raise refuse_file(path, what, "Name another file.") from None


def _write_parts(
    blocks: BlockWriter, clean_engine: Engine, state_engine: Engine, sites: Sequence[str]
) -> int:
    """The rows of all parts; how many of them are issues.

    Each database is read as it is at one moment, whatever a run writes meanwhile.
    """
    issues = 0
    people: dict[str, str] = {}
    with open_reader(clean_engine) as of_clean, open_reader(state_engine) as of_state:
        for kind, part in enumerate(PARTS):
            connection = of_clean if part.table.metadata is clean.metadata else of_state
            for rows in _gather_blocks(read_rows(connection, part, sites, people)):
                blocks.add(kind, _frame(rows))
                issues += len(rows) if part.table is state.issue else 0
    return issues


def _gather_blocks(rows: Iterable[Row]) -> Iterator[list[bytes]]:
    """Rows as they are packed, as many as make a block."""
    pack = msgspec.msgpack.Encoder().encode
    block: list[bytes] = []
    size = 0
    for row in rows:
        block.append(pack(row))
        size += len(block[-1])
        if size >= BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _frame(rows: list[bytes]) -> bytes:
    """Packed rows as one array of MessagePack."""
    return b"\xdd" + len(rows).to_bytes(4, "big") + b"".join(rows)
