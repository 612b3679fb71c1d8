"""Writes what a plan would make of the list as a clean database of its own, beside the real one.

A SQLite file like the one that readers have, or another schema of the same PostgreSQL. Both carry
a mark: nothing else is ever replaced.
"""

import re
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, select, text, update

from models.errors import DatabaseError, LeaseHeldError, Problem, UsageError
from models.plan import Plan
from models.tables import clean
from models.tables.types import database_now
from models.tables.views import VIEWS
from sync.file_replacement import replace_file
from sync.store.clean.freshness import date_head
from sync.store.clean.publish import write_changes
from sync.store.clean.readers_file import INTERNAL, READABLE, write_readers_file
from sync.store.db.engines import BUSY_MS, build_engine, open_reader, open_writer
from sync.store.db.schema_names import SchemaNames, read_schemas

MARK = "Headway: a list as a plan would make it. headway plan --publish-to replaces it."
"""The comment of a schema that this made."""
PLANNED = 0x4864506C
"""The application id of a file that this made."""
SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
TAKEN = ("public", "information_schema", "headway", "headway_state", "sales")
TABLES = (clean.capability, clean.alias, clean.change, clean.term, clean.head)
"""The tables that the views are made of, in the order in which they can be filled."""
INTERNAL_TABLES = (
    *("publication", "publication_part", "freshness_log", "recovery"),
    *("published_state", "rulebook"),
)
"""The tables that say more than the list: no copy of it has their rows."""


def write_planned_file(
    engine: Engine, plan: Plan, path: Path, fresh_for: timedelta, ours: dict[Path, str]
) -> None:
    """Write the file anew, whole or not at all; `ours` are files that it must not be.

    Raises UsageError where the path names one of those, or a file that this did not make.
    """
    _check_file(path, ours)
    with tempfile.TemporaryDirectory(prefix="headway-") as folder:
        truth = Path(folder) / INTERNAL / path.name
        truth.parent.mkdir()
        with closing(sqlite3.connect(truth)) as copy:
            _copy_truth(engine, copy)
        copied = build_engine(engine.url.set(database=str(truth)), clean.SCHEMA)
        try:
            with open_writer(copied) as connection:
                _apply(connection, plan, fresh_for)
            write_readers_file(copied)
        finally:
            copied.dispose()
        made = Path(folder) / path.name
        with closing(sqlite3.connect(made)) as connection:
            connection.execute(f"PRAGMA application_id={PLANNED}").close()
        try:
            with replace_file(path, READABLE) as fresh:
                shutil.copyfile(made, fresh)
        except OSError as error:
            what = f"cannot be written: {error.strerror or error}"
            raise DatabaseError(Problem(str(path), what, "Name another file.")) from None


def write_planned_schema(engine: Engine, plan: Plan, schema: str, fresh_for: timedelta) -> None:
    """Make the schema anew in one transaction; UsageError where it is not for this to replace."""
    names = read_schemas(engine)
    _check_name(schema, names)
    planned = create_engine(
        engine.url,
        connect_args={"connect_timeout": 10, "prepare_threshold": None},
        execution_options={"schema_translate_map": {None: schema}},
        hide_parameters=True,
    )
    try:
        with open_writer(planned) as connection:
            # A table that is on the search path is named in a view's source without its schema.
            connection.execute(text("SET LOCAL search_path = pg_catalog"))
            connection.execute(text(f"SET LOCAL lock_timeout = {BUSY_MS}"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PLANNED})
            _make_room(connection, schema)
            for table in TABLES:
                own, real = f"{schema}.{table.name}", f"{names.tables}.{table.name}"
                connection.execute(text(f"CREATE TABLE {own} (LIKE {real} INCLUDING ALL)"))
                connection.execute(text(f"INSERT INTO {own} SELECT * FROM {real}"))  # noqa: S608
            _apply(connection, plan, fresh_for)
            _make_views(connection, schema, names)
    finally:
        planned.dispose()


def _apply(connection: Connection, plan: Plan, fresh_for: timedelta) -> None:
    """What publishing the plan would do to the copied rows."""
    head = connection.execute(select(clean.head)).one()
    if head.revision != plan.base_revision:
        what = "moved on while the plan was made"
        raise LeaseHeldError(Problem("list", what, "Nothing was written; run it again."))
    now = connection.execute(select(database_now())).scalar_one()
    values = date_head(plan, now, fresh_for)
    if not plan.is_empty:
        change_seq = write_changes(connection, plan, head.change_seq, now)
        values |= {"revision": head.revision + 1, "change_seq": change_seq, "published_at": now}
    connection.execute(update(clean.head).values(**values))


def _copy_truth(engine: Engine, copy: sqlite3.Connection) -> None:
    """The real database's tables as they are, into an empty file."""
    with open_reader(engine) as connection:
        source = connection.connection.driver_connection
        if not isinstance(source, sqlite3.Connection):
            what = "is a file, and the clean database stands in PostgreSQL"
            remedy = "Name a schema after --publish-to."
            raise UsageError(Problem("--publish-to", what, remedy))
        for (statement,) in source.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
            "ORDER BY type = 'table' DESC, type = 'index' DESC"
        ):
            copy.execute(statement)
        for (table,) in source.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall():
            if table in INTERNAL_TABLES:
                continue
            rows = source.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - ours
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                copy.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        copy.commit()


def _check_file(path: Path, ours: dict[Path, str]) -> None:
    if whose := ours.get(path.resolve()):
        what = f"is {whose}"
        remedy = "The real list is written by headway sync alone; name another file."
        raise UsageError(Problem(str(path), what, remedy))
    if not path.parent.is_dir():
        raise UsageError(Problem(str(path), "stands in no folder", "Make the folder first."))
    if path.exists() and not path.is_file():
        raise UsageError(Problem(str(path), "is no file", "Name another one."))
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise UsageError(Problem(str(path), what, "Name another file.")) from None
    if int.from_bytes(header[68:72], "big") != PLANNED or not header.startswith(b"SQLite"):
        what = "is there, and was not made by headway plan --publish-to"
        raise UsageError(Problem(str(path), what, "Name another file, or move this one away."))


def _check_name(schema: str, ours: SchemaNames) -> None:
    if schema in (*TAKEN, *ours) or schema.startswith("pg_") or not SCHEMA_NAME.fullmatch(schema):
        what = f"{schema!r} is no schema that a planned list may stand in"
        remedy = (
            "Name one of its own, such as sales_planned: small letters, digits and _; never "
            "sales, headway or pg_*."
        )
        raise UsageError(Problem("--publish-to", what, remedy))


def _make_room(connection: Connection, schema: str) -> None:
    """An empty schema of that name with our mark; what this made before is dropped."""
    query = text(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :schema"
    )
    found = connection.execute(query, {"schema": schema}).all()
    if found and found[0][0] != MARK:
        what = f"the schema {schema} is there, and was not made by headway plan --publish-to"
        raise UsageError(Problem("--publish-to", what, "Name another one."))
    if found:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    _check_may_make(connection, schema)
    connection.execute(text(f"CREATE SCHEMA {schema}"))
    connection.execute(text(f"COMMENT ON SCHEMA {schema} IS '{MARK}'"))


def _check_may_make(connection: Connection, schema: str) -> None:
    """DatabaseError, and what to grant, where our role may make no schema."""
    query = text(
        "SELECT has_database_privilege(current_database(), 'CREATE') AS is_allowed, "
        "quote_ident(current_database()) AS database, quote_ident(current_user) AS role"
    )
    found = connection.execute(query).one()
    if not found.is_allowed:
        what = f"cannot be made: the role {found.role} may make no schema in this database"
        grant = f"GRANT CREATE ON DATABASE {found.database} TO {found.role};"
        raise DatabaseError(Problem(f"schema {schema}", what, f"Have its owner run: {grant}"))


def _make_views(connection: Connection, schema: str, ours: SchemaNames) -> None:
    """The views of the contract over the copied tables, as the real ones are made."""
    for view in VIEWS:
        real = f"{ours.views}.{view.name}"
        query = text("SELECT pg_get_viewdef(CAST(:name AS regclass))")
        source = connection.execute(query, {"name": real}).scalar_one()
        for there in ours:
            source = re.sub(rf"\b{there}\.", f"{schema}.", source)
        connection.exec_driver_sql(f"CREATE VIEW {schema}.{view.name} AS {source}")
        _comment(connection, f"VIEW {schema}.{view.name}", view.meaning)
        for column, meaning in view.columns.items():
            _comment(connection, f"COLUMN {schema}.{view.name}.{column}", meaning)


def _comment(connection: Connection, what: str, words: str) -> None:
    quoted = words.replace("'", "''")
    connection.exec_driver_sql(f"COMMENT ON {what} IS '{quoted}'")


def list_our_files(
    clean_engine: Engine, readers: str | None, state_engine: Engine
) -> dict[Path, str]:
    """The SQLite files of Headway's own, by what each is."""
    found: dict[Path, str] = {}
    if state_engine.dialect.name == "sqlite":
        found[Path(str(state_engine.url.database)).resolve()] = "the state database"
    if clean_engine.dialect.name == "sqlite":
        found[Path(str(clean_engine.url.database)).resolve()] = "the clean database's own file"
        if readers:
            found[Path(readers).resolve()] = "the list that sales reads"
    return found
