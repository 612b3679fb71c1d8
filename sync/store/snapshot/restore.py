"""Makes private databases of a snapshot, for as long as they are read."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import msgspec
from sqlalchemy import Engine, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from models.errors import DatabaseError, Problem
from models.tables import clean, state
from sync.store.db.engines import build_reader
from sync.store.snapshot.blocks import read_blocks, refuse_file
from sync.store.snapshot.contents import PARTS, Header, Part, Row, Value, describe_parts
from sync.store.snapshot.write import HEADER_KIND


class Restored(NamedTuple):
    """A snapshot as two databases, and the settings by which rules are judged there."""

    clean: Engine
    state: Engine
    sites: Mapping[str, tuple[str, ...]]


@contextmanager
def open_snapshot(path: Path) -> Iterator[Restored]:
    """The databases that a snapshot stands for, in a folder of this user's own that goes again.

    Raises UsageError where the file is no snapshot of this Headway's, or was changed.
    """
    blocks = read_blocks(path)
    header = _read_header(path, blocks)
    with _make_folder() as folder:
        files = {tables: str(folder / f"{tables.SCHEMA}.db") for tables in (clean, state)}
        try:
            _fill_databases(path, files, header, blocks)
        except sqlite3.OperationalError as error:
            what = f"has no room for the snapshot: {error}"
            remedy = "Make room there, or name another folder in TMPDIR."
            raise DatabaseError(Problem(str(folder), what, remedy)) from None
        clean_engine, state_engine = (
            build_reader(URL.create("sqlite", database=files[tables]), tables.SCHEMA)
            for tables in (clean, state)
        )
        # Each connection of a reader is closed when it was used: there is nothing to dispose of.
        yield Restored(clean_engine, state_engine, header.sites)


@contextmanager
def _make_folder() -> Iterator[Path]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="headway-snapshot-")
    except OSError as error:
        what = f"cannot be made: {error.strerror or error}"
        raise DatabaseError(Problem("temporary folder", what, "Name one in TMPDIR.")) from None
    with folder as name:
        yield Path(name)


def _read_header(path: Path, blocks: Iterator[tuple[int, bytes]]) -> Header:
    kind, plain = next(blocks, (None, b""))
    try:
        header = msgspec.msgpack.decode(plain, type=Header) if kind == HEADER_KIND else None
    except msgspec.DecodeError:
        header = None
    if header is None:
        raise refuse_file(path, "does not begin as a snapshot does")
    if header.parts != describe_parts():
        what = "was written by another version of Headway, which keeps other things"
        raise refuse_file(path, what, "Let the same version of Headway write and read it.")
    return header


def _fill_databases(
    path: Path,
    files: Mapping[ModuleType, str],
    header: Header,
    blocks: Iterable[tuple[int, bytes]],
) -> None:
    """Both databases at today's schema, with the rows of the file."""
    decoders = [part.build_decoder() for part in PARTS]
    with ExitStack() as stack:
        connections = {
            tables.metadata: stack.enter_context(_create_database(file, tables))
            for tables, file in files.items()
        }
        for kind, plain in blocks:
            if kind >= len(PARTS):
                raise refuse_file(path, "holds a block of no known kind")
            part = PARTS[kind]
            try:
                rows = decoders[kind].decode(plain)
                _insert_rows(connections[part.table.metadata], part, rows)
            except (msgspec.DecodeError, sqlite3.IntegrityError, OverflowError) as error:
                what = f"holds what Headway does not write, in {part.table.name}: {error}"
                raise refuse_file(path, what) from None
        for table in (state.site, clean.head):
            found = connections[table.metadata].execute(f'SELECT count(*) FROM "{table.name}"')  # noqa: S608
            expected = len(header.sites) if table is state.site else 1
            if found.fetchone() != (expected,) or not expected:
                raise refuse_file(path, "holds no backlog")
        for tables in files:
            _execute_all(
                connections[tables.metadata],
                (CreateIndex(index) for table in _list_tables(tables) for index in table.indexes),
            )


@contextmanager
def _create_database(file: str, tables: ModuleType) -> Iterator[sqlite3.Connection]:
    """An empty database at today's schema: nobody else opens it, so that it needs no journal."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF"):
            connection.execute(f"PRAGMA {pragma}").close()
        _execute_all(connection, map(CreateTable, _list_tables(tables)))
        yield connection


def _list_tables(tables: ModuleType) -> list[Table]:
    found: list[Table] = tables.metadata.sorted_tables
    return found


def _execute_all(
    connection: sqlite3.Connection, statements: Iterable[ExecutableDDLElement]
) -> None:
    dialect = sqlite.dialect()
    for statement in statements:
        connection.execute(str(statement.compile(dialect=dialect)))


def _insert_rows(connection: sqlite3.Connection, part: Part, rows: Iterable[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in (*part.kept, *part.blank))
    marks = ", ".join("?" * len(part.kept))
    rest = "".join(f", {_write_value(value)}" for value in part.blank.values())
    statement = f'INSERT INTO "{part.table.name}" ({names}) VALUES ({marks}{rest})'  # noqa: S608
    connection.execute("BEGIN")
    connection.executemany(statement, rows)
    connection.execute("COMMIT")


def _write_value(value: Value) -> str:
    """What stands in a column that is not kept; all of them are our own."""
    return str(value) if isinstance(value, int) else f"'{value}'"
