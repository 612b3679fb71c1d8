"""Both databases: whether they can be reached, read and written, and are whole."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from sqlalchemy import Engine, text

from models.errors import DatabaseError, Problem
from models.tables import clean, state
from sync.doctor.checks import Check, Verdict, note, ok, report_errors, wrong
from sync.doctor.context import DoctorContext
from sync.doctor.databases.poolers import check_apart, look_at_pooler
from sync.doctor.databases.schemas import compare_schema
from sync.store.clean.readers_file import (
    check_files_differ,
    compare_readers_file,
    find_readers_file,
    place_truth,
)
from sync.store.db.addresses import describe_place
from sync.store.db.engines import build_reader, check_unlocked, check_writable, open_reader
from sync.store.db.schema_names import read_schemas
from sync.store.db.schemas import HEAD, check_revision

MB = 2**20
LEAST_ROOM, AMPLE_ROOM = 20 * MB, 500 * MB


def look_at_databases(context: DoctorContext) -> Iterator[Check]:
    """Each for itself; one that cannot be used hides nothing of the other."""
    yield from report_errors(_look_at_database(context, "clean", clean))
    yield from report_errors(_look_at_database(context, "state", state))
    yield from report_errors(_look_at_readers_file(context))
    yield from report_errors(check_apart(context))


def _look_at_readers_file(context: DoctorContext) -> Iterator[Check]:
    check_files_differ(context.settings.clean_url, context.settings.state_url)
    path = find_readers_file(context.clean) if context.clean else None
    if path is None or context.clean is None:
        return
    if difference := compare_readers_file(context.clean):
        remedy = (
            "Run `headway recover`; if somebody else wrote to the file, delete it."
            if "ahead" in difference
            else "The next `headway sync` writes it anew; what was published is kept elsewhere."
        )
        yield wrong(DatabaseError, Problem(str(path), difference, remedy))
    else:
        yield ok("readers", f"{path} says what was last published, and holds nothing else")


def _look_at_database(context: DoctorContext, name: str, tables: ModuleType) -> Iterator[Check]:
    url = getattr(context.settings, f"{name}_url")
    if tables is clean:
        url = place_truth(url)
    engine = build_reader(url, tables.SCHEMA)
    context.open.callback(engine.dispose)
    check_revision(engine, tables)
    differences = list(compare_schema(engine, tables))
    yield from differences
    if any(check.verdict is Verdict.WRONG for check in differences):
        return
    setattr(context, name, engine)
    yield ok(name, f"{describe_place(url)} is at schema {HEAD}, the newest")
    look = _look_at_file if engine.dialect.name == "sqlite" else _look_at_server
    yield from look(engine, name, tables)


def _look_at_file(engine: Engine, name: str, tables: ModuleType) -> Iterator[Check]:
    path = Path(str(engine.url.database))
    with open_reader(engine) as connection:
        version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
        faults = connection.execute(text("PRAGMA quick_check(3)")).scalars().all()
    size = path.stat().st_size
    if faults == ["ok"]:
        yield ok(name, f"SQLite {version} finds it whole; {size / MB:.1f} MB")
    else:
        what = f"is damaged: {faults[0].splitlines()[-1]}"
        yield wrong(DatabaseError, Problem(str(path), what, "Restore it from a backup."))
    yield from report_errors(_check_room(engine, name, path, size))
    if tables is state and path.stat().st_mode & 0o077:
        what = "may be read by other users of this machine, and holds titles of issues"
        yield note(name, what, f"chmod 600 {path}")


def _check_room(engine: Engine, name: str, path: Path, size: int) -> Iterator[Check]:
    check_writable(engine.url)
    check_unlocked(engine.url)
    yield judge_room(name, path.parent, size, shutil.disk_usage(path.parent).free)


def judge_room(name: str, folder: Path, size: int, free: int) -> Check:
    """Whether the disk of a file of `size` bytes has room for the next run; `free` are its bytes.

    A run that reads everything anew writes as much as the file holds into the log beside it, and
    copies the list for its readers.
    """
    needed = LEAST_ROOM + 2 * size
    what = f"{free / MB:,.0f} MB are free in {folder}; the next run may need {needed / MB:,.0f} MB"
    remedy = f"Make room on that disk, or move the file: HEADWAY_{name.upper()}_URL."
    if free < needed:
        return wrong(DatabaseError, Problem(str(folder), what, remedy))
    if free < needed + AMPLE_ROOM:
        return note(name, what, remedy)
    return ok(name, what)


def _look_at_server(engine: Engine, name: str, tables: ModuleType) -> Iterator[Check]:
    ours = [table.name for table in tables.metadata.sorted_tables]
    schema = read_schemas(engine).tables
    with open_reader(engine) as connection:
        version, size, is_copy = connection.execute(
            text(
                "SELECT current_setting('server_version'), pg_database_size(current_database()), "
                "pg_is_in_recovery()"
            )
        ).one()
        barred = connection.execute(
            text(
                "SELECT tablename FROM pg_tables WHERE schemaname = :schema "
                "AND tablename = ANY(:names) "
                "AND NOT (has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT') "
                "AND has_table_privilege(format('%I.%I', schemaname, tablename), 'INSERT')) "
                "ORDER BY tablename"
            ),
            {"schema": schema, "names": ours},
        ).scalars()
        missing = list(barred)
    yield ok(name, f"PostgreSQL {version}; {size / MB:.1f} MB")
    yield from report_errors(look_at_pooler(engine, name))
    where = describe_place(engine.url)
    if is_copy:
        what = "is a standby, which cannot be written"
        yield wrong(DatabaseError, Problem(where, what, "Name the primary in the settings."))
    if missing:
        what = f"does not let us read and write {', '.join(missing)}"
        remedy = f"Grant SELECT, INSERT, UPDATE and DELETE in schema {schema} to our role."
        yield wrong(DatabaseError, Problem(where, what, remedy))
