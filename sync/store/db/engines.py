"""Builds engines, and nothing else does. One writing connection on SQLite, one snapshot a read."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import NullPool, QueuePool

from models.errors import DatabaseError, Problem, ValueRefusedError
from models.tables import clean
from sync.store.db.addresses import describe_place
from sync.store.db.failures import DAMAGED, describe_failure
from sync.store.db.schema_names import drop_schema, find_schemas

BUSY_MS = 10_000
IDLE_MS = 30_000
TCP_TIMEOUTS = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""With a PostgreSQL that cannot be reached any more: within a minute a run ends by it. Left to
itself the kernel asks after two hours whether anybody is there. An address may say otherwise."""
PAGE_BYTES = 2048
"""Of a SQLite file with a clean database, when it is made. A publication changes rows that lie far
apart, and writes the whole page of each, and of each index beside it: twice as much by 4 KB."""
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
WITH_LOG = b"\x02\x02"
"""What the header of a SQLite file says of its versions where it has a write-ahead log."""


def build_engine(url: URL, schema: str, wait: int | None = None) -> Engine:
    """An engine on which tables without a schema stand in `schema` (PostgreSQL only), or where the
    address says.

    `wait` is how many seconds it waits for a server, or for who else writes to a file: BUSY_MS
    unless it is given.
    """
    seconds = BUSY_MS / 1000 if wait is None else wait
    if url.get_backend_name() == "postgresql":
        names = find_schemas(url, schema)
        engine = create_engine(
            drop_schema(url),
            pool_pre_ping=True,
            use_native_hstore=False,  # of which there is none: a question to the server less
            connect_args={
                "connect_timeout": max(round(seconds), 1),
                "prepare_threshold": None,
                **{name: value for name, value in TCP_TIMEOUTS.items() if name not in url.query},
            },
            execution_options={
                "schema_translate_map": {None: names.tables},
                "tables_schema": names.tables,
                "views_schema": names.views,
            },
            hide_parameters=True,
        )
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": seconds, "isolation_level": None},
        hide_parameters=True,
    )
    if schema == clean.SCHEMA:
        event.listen(engine, "connect", _choose_page)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def build_reader(
    url: URL, schema: str, wait: int | None = None, *, for_one_command: bool = False
) -> Engine:
    """An engine for `reading` alone: a SQLite file is taken as it is, and none is made.

    It is never written, so that a user without the right to, and a disk that is mounted to be
    read, are enough. `wait` is as of `build_engine`.

    Each read opens the file anew, which may be another by then; `for_one_command` it is opened
    once, as a command reads some twenty times.
    """
    if url.get_backend_name() == "postgresql":
        return build_engine(url, schema, wait)
    seconds = BUSY_MS / 1000 if wait is None else wait
    path = Path(str(url.database)).absolute()
    address = f"{path.as_uri()}?{_choose_mode(path)}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            address, timeout=seconds, isolation_level=None, uri=True, check_same_thread=False
        )

    pool = _KEPT if for_one_command else {"poolclass": NullPool}
    engine = create_engine(url, **pool, creator=connect, hide_parameters=True)
    event.listen(engine, "connect", _forbid_writing)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


_KEPT = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": -1}
"""One connection is kept; more are there only while several read at once."""


def _choose_mode(path: Path) -> str:
    """How to open a file to read it.

    With a write-ahead log SQLite wants to make files beside it, even to read. Where it may not,
    and there is no log, nobody writes: the file is read as it stands.
    """
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return "mode=rw"
    log = Path(f"{path}-wal")
    try:
        with path.open("rb") as file:
            has_log = file.read(20)[18:] == WITH_LOG
        is_idle = has_log and not (log.exists() and log.stat().st_size)
    except OSError:
        return "mode=ro"
    return "immutable=1" if is_idle else "mode=ro"


def _choose_page(connection: sqlite3.Connection, _record: Any) -> None:
    """Before anything is written; a file that there is keeps its pages."""
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}").close()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _forbid_writing(connection: sqlite3.Connection, record: Any) -> None:
    connection.execute("PRAGMA query_only = ON").close()
    record.info[_READS] = True


def _begin_sqlite(connection: Connection) -> None:
    """IMMEDIATE for writers: a deferred one that reads first fails at once when it then writes.

    What a connection may do is said to it once, and again where that changes.
    """
    reads = bool(connection.get_execution_options().get("reading"))
    if connection.info.get(_READS, False) is not reads:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
        connection.info[_READS] = reads
    connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")


_READS = "may only read"
"""Noted with a connection of the driver: whether it was told to write nothing."""


def _begin_postgresql(connection: Connection) -> None:
    """As long as on SQLite is a lock waited for: a row that somebody holds ends no run unsaid."""
    limits = f"SET LOCAL lock_timeout = {BUSY_MS}"
    if connection.get_execution_options().get("ends_when_idle"):
        limits = (
            f"SELECT set_config('lock_timeout', '{BUSY_MS}', true), "
            f"set_config('idle_in_transaction_session_timeout', '{IDLE_MS}', true)"
        )
    connection.exec_driver_sql(limits)


@contextmanager
def open_reader(engine: Engine) -> Iterator[Connection]:
    """One consistent snapshot, nothing written."""
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with reword_errors(engine), engine.connect() as plain:
        connection = plain.execution_options(**options)
        with connection.begin():
            yield connection


@contextmanager
def open_writer(engine: Engine, *, ends_when_idle: bool = False) -> Iterator[Connection]:
    """One transaction: all of it, or nothing.

    On PostgreSQL one that `ends_when_idle` is ended where its worker says nothing for IDLE_MS: a
    frozen one, or one on a machine that is gone, would keep what it locked for hours. For
    transactions with little to reckon between two statements.
    """
    with reword_errors(engine), engine.connect() as plain:
        connection = plain.execution_options(ends_when_idle=True) if ends_when_idle else plain
        with connection.begin():
            yield connection


@contextmanager
def reword_errors(engine: Engine) -> Iterator[None]:
    """Turn a driver's failure into words that carry neither parameters nor addresses."""
    try:
        yield
    except PoolTimeoutError:
        what = "another part of this run holds its only connection"
        problem = Problem(describe_place(engine.url), what, "Please report this.")
        raise DatabaseError(problem) from None
    except UnicodeDecodeError:  # SQLite names what is broken by letters that are broken too
        raise DatabaseError(Problem(describe_place(engine.url), *DAMAGED)) from None
    except DBAPIError as error:
        failure = describe_failure(error)
        if failure is None:
            raise
        kind = ValueRefusedError if isinstance(error, DataError) else DatabaseError
        raise kind(Problem(describe_place(engine.url), *failure)) from None


def prepare_folder(url: URL) -> None:
    """Make a SQLite file that is closed to others, and its folder if it is not there.

    DatabaseError where that cannot be done.
    """
    if url.get_backend_name() != "sqlite":
        return
    path = Path(str(url.database))
    try:
        if not path.parent.exists():
            path.parent.mkdir(PRIVATE_FOLDER, parents=True)
        path.touch(PRIVATE_FILE)
        path.chmod(PRIVATE_FILE)
    except OSError as error:
        what = f"cannot be made: {error.strerror or error}"
        remedy = "Choose a folder that this user may write to, or change its permissions."
        raise DatabaseError(Problem(str(path), what, remedy)) from None
    check_writable(url)


def check_writable(url: URL) -> None:
    """DatabaseError if a SQLite file or its folder cannot be written."""
    if url.get_backend_name() != "sqlite":
        return
    path = Path(str(url.database))
    for place in (path.parent, path):
        if place.exists() and not os.access(place, os.W_OK):
            remedy = "Change its permissions, or choose another place in the settings."
            raise DatabaseError(Problem(str(place), "cannot be written", remedy))


def check_unlocked(url: URL, seconds: float = BUSY_MS / 1000) -> None:
    """DatabaseError if for so long nobody gets to write to a SQLite file. Nothing is written."""
    path = Path(str(url.database)).absolute()
    address = f"{path.as_uri()}?mode=rw"
    try:
        connection = sqlite3.connect(address, timeout=seconds, isolation_level=None, uri=True)
        with closing(connection):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        failure = describe_failure(DBAPIError("BEGIN IMMEDIATE", None, error))
        what, remedy = (failure.what, failure.remedy) if failure else (str(error), "")
        raise DatabaseError(Problem(str(path), what, remedy)) from None
