"""Writes the file that readers of a SQLite list open: the v1 objects, and nothing else.

What Headway itself works with stands in another file that is nobody else's (`place_truth`). This
one holds a copy of what readers may see, brought up to date after every publication in one
transaction, with a rollback journal: so a reader needs no right to write, a connection that stays
open sees the new revision, and one in a transaction keeps the old. Where a reader holds the file
for too long, or it is damaged, a new one takes its place.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from models.errors import DatabaseError, Problem, SchemaError, SettingsError
from sync.crash_points import pass_crash_point
from sync.file_replacement import replace_file
from sync.store.clean.readers_rows import (
    Rows,
    find_publication,
    read_publication,
    read_rows,
    read_truth,
    write_differences,
)
from sync.store.clean.readers_schema import APPLICATION, LAYOUT, list_statements
from sync.store.db.engines import open_reader

INTERNAL = "internal"
"""The folder beside the readers' file in which Headway's own stands, under the same name."""
LOCK_SECONDS = 2.0
"""Seconds for which a reader may keep the file to itself before it gets a file of its own."""
READABLE = 0o644
HEADER = 100
MAGIC = b"SQLite format 3\0"


def place_truth(url: URL) -> URL:
    """Where Headway's own clean database stands, whose readers are given `url`."""
    if url.get_backend_name() != "sqlite":
        return url
    path = Path(str(url.database))
    return url.set(database=str(path.parent / INTERNAL / path.name))


def check_files_differ(clean_url: URL, state_url: URL) -> None:
    """SettingsError if the state database is a file that a clean database stands in."""
    if state_url.get_backend_name() != "sqlite" or clean_url.get_backend_name() != "sqlite":
        return
    ours = Path(str(state_url.database)).absolute()
    for url, whose in (
        (clean_url, "HEADWAY_CLEAN_URL"),
        (place_truth(clean_url), "the list's own"),
    ):
        if Path(str(url.database)).absolute() == ours:
            what = f"names the same file as {whose}"
            remedy = "Readers of the clean database must not reach the state database."
            raise SettingsError(Problem("HEADWAY_STATE_URL", what, remedy))


def find_readers_file(engine: Engine) -> Path | None:
    """The file of those who read what `engine` writes; None where they read the same database."""
    if engine.dialect.name != "sqlite":
        return None
    path = Path(str(engine.url.database))
    return path.parent.parent / path.name if path.parent.name == INTERNAL else None


def write_readers_file(engine: Engine) -> None:
    """Bring the readers' file to what `engine` holds; nothing where there is none.

    A list that is ahead of what `engine` holds stays as it is: that was restored or lost, and
    readers keep what they have until a new epoch begins or something is published.
    Raises DatabaseError where it cannot be written, SchemaError where it is somebody else's.
    """
    path = find_readers_file(engine)
    if path is None:
        return
    check_readers_file(path)
    with open_reader(engine) as connection:
        rows = read_truth(connection)
    if _is_ahead(path, rows):
        return
    try:
        if not (_is_ours(path) and _update_file(path, rows)):
            _make_anew(path, rows)
        pass_crash_point("readers.written")
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"cannot be brought up to date: {reason}"
        remedy = (
            "What was decided is kept, and readers see the list before it, whole. Make room, or "
            "give Headway the right to write there; the next run brings the file up to date."
        )
        raise DatabaseError(Problem(str(path), what, remedy)) from None


def check_readers_file(path: Path) -> None:
    """SchemaError if there is something at `path` that this Headway did not make."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER)
    except FileNotFoundError:
        return
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise DatabaseError(
            Problem(str(path), what, "Give Headway the right to read it.")
        ) from None
    if not header or _read_application(header) == APPLICATION:
        return
    if not header.startswith(MAGIC):
        what = "is no SQLite database"
    else:
        what = "is a database of something else, or of a Headway before it was amended"
    remedy = "Name another file in HEADWAY_CLEAN_URL, or move this one away."
    raise SchemaError(Problem(str(path), what, remedy))


def compare_readers_file(engine: Engine) -> str | None:
    """In what the readers' file differs from what `engine` holds, in words; None if in nothing."""
    path = find_readers_file(engine)
    if path is None:
        return None
    check_readers_file(path)
    if not _is_ours(path):
        return "is not there"
    with open_reader(engine) as connection:
        rows = read_truth(connection)
    try:
        with closing(_connect(path, "ro")) as connection:
            shown = read_rows(connection)
    except sqlite3.Error as error:
        return f"cannot be read: {error}"
    if _is_ahead(path, rows):
        return "is ahead of Headway's own database, which was restored or lost"
    return None if shown == rows else "does not say what was last published"


def _read_application(header: bytes) -> int:
    return int.from_bytes(header[68:72], "big")


def _is_ours(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _is_ahead(path: Path, rows: Rows) -> bool:
    """Whether readers see a later publication than these rows are of, or one and these none."""
    if not _is_ours(path):
        return False
    try:
        with closing(_connect(path, "ro")) as connection:
            shown = read_publication(connection)
    except sqlite3.Error:
        return False
    epoch, revision = find_publication(rows)
    return shown[1] > revision and (not revision or shown[0] == epoch)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, timeout=LOCK_SECONDS, isolation_level=None, uri=True)


def _update_file(path: Path, rows: Rows) -> bool:
    """Write what differs, in one transaction; False where a new file has to take its place."""
    try:
        with closing(_connect(path, "rw")) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").close()
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone() != (LAYOUT,):
                _lay_out_anew(connection)
            write_differences(connection, rows)
            pass_crash_point("readers.updating")
            connection.execute("COMMIT")
            return True
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CORRUPT):
            raise
        import structlog  # noqa: PLC0415 - whom nothing goes wrong for needs no log

        log = structlog.get_logger()
        log.warning("readers.replaced", why=str(error))
        return False


def _lay_out_anew(connection: sqlite3.Connection) -> None:
    """Make every object anew in its place, within the transaction.

    Whoever has the file open sees the new layout with the next query. Of a file that took its
    place they would never learn, and SQLite would take its journal for one of theirs.
    """
    query = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'"
    for kind in ("view", "table"):
        for (name,) in connection.execute(query, (kind,)).fetchall():
            connection.execute(f'DROP {kind} "{name}"')
    for statement in list_statements():
        connection.execute(statement)


def _make_anew(path: Path, rows: Rows) -> None:
    """Make the file anew beside the old one and put it in its place; who has that open keeps it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    journal = Path(f"{path}-journal")
    if journal.exists() and journal.stat().st_size:
        raise OSError(None, "a reader holds it, and a write to it was cut short")
    fresh = path.with_name(f".{path.name}.new")
    for leftover in (fresh, Path(f"{fresh}-journal")):
        leftover.unlink(missing_ok=True)
    with replace_file(path, READABLE, fresh), closing(_connect(fresh, "rwc")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in list_statements():
            connection.execute(statement)
        write_differences(connection, rows)
        connection.execute("COMMIT")
        pass_crash_point("readers.replacing")
