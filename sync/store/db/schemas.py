"""Whether a database has the schema this Headway needs, and how it gets there."""

from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from models.errors import DatabaseError, Problem, SchemaError
from models.tables import clean, state
from sync.store.db.engines import (
    check_writable,
    describe_place,
    open_reader,
    open_writer,
    prepare_folder,
)

HEAD = "0001"
"""The newest revision of both databases' migrations; a test compares it with the scripts."""

MIGRATE = "Run `headway migrate`."
VERSION_TABLE = "alembic_version"


def check_schema(engine: Engine, tables: ModuleType) -> None:
    """Nothing if the database is at the newest schema, else SchemaError saying what to do.

    A SQLite file that is not there counts as empty, and is not made.
    """
    check_writable(engine.url)
    check_revision(engine, tables)


def check_revision(engine: Engine, tables: ModuleType) -> None:
    """The same, of a database that may be one to read alone."""
    url = engine.url
    where = describe_place(url)
    if url.get_backend_name() == "sqlite" and not _has_content(Path(str(url.database))):
        raise SchemaError(Problem(where, "is empty: it has no tables yet", MIGRATE))
    found = _revision(engine, tables, where)
    if found is None:
        raise SchemaError(Problem(where, "is empty: it has no tables yet", MIGRATE))
    if found > HEAD:
        what = f"has the newer schema {found}; this Headway knows {HEAD}"
        raise SchemaError(Problem(where, what, "Install the newer Headway that wrote it."))
    if found < HEAD:
        raise SchemaError(Problem(where, f"has the older schema {found}", MIGRATE))


def migrate_database(clean_engine: Engine, state_engine: Engine) -> dict[str, str]:
    """Bring both databases to the newest schema, each in one transaction; place to revision."""
    done = {}
    for engine, tables, scripts, private in (
        (state_engine, state, "migrations:state", True),
        (clean_engine, clean, "migrations:clean", False),
    ):
        where = describe_place(engine.url)
        prepare_folder(engine.url, private)
        found = _revision(engine, tables, where)
        if found is not None and found > HEAD:
            what = f"has the newer schema {found}; this Headway knows {HEAD}"
            raise SchemaError(Problem(where, what, "Install the newer Headway that wrote it."))
        with open_writer(engine) as connection:
            alembic("upgrade", connection, scripts)
        done[where] = HEAD
    return done


def alembic(command: str, connection: Connection, scripts: str, target: str = "head") -> Any:
    """Run one Alembic command (upgrade, downgrade, check) on a connection of ours, in its
    transaction; `scripts` is migrations:clean or migrations:state."""
    from alembic import command as commands  # noqa: PLC0415 - half a second to import
    from alembic.config import Config  # noqa: PLC0415

    config = Config(stdout=StringIO())
    config.set_main_option("script_location", scripts)
    config.set_main_option("path_separator", "os")
    plain = connection.execution_options(schema_translate_map=None)
    config.attributes["connection"] = plain
    if command == "check":
        return commands.check(config)
    return getattr(commands, command)(config, target)


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _revision(engine: Engine, tables: ModuleType, where: str) -> str | None:
    """The revision a database is at, None if it is empty."""
    schema = tables.SCHEMA if engine.dialect.name == "postgresql" else None
    try:
        with open_reader(engine) as connection:
            inspector = inspect(connection)
            names = inspector.get_table_names(schema=schema)
            if VERSION_TABLE not in names:
                if schema is None and names:
                    what = "is a database of something else: it has tables, but none of ours"
                    raise SchemaError(Problem(where, what, "Name another file in the settings."))
                return None
            table = f"{schema}.{VERSION_TABLE}" if schema else VERSION_TABLE
            found = connection.execute(text(f"SELECT version_num FROM {table}")).scalar()  # noqa: S608
            if schema is None and found and tables.metadata.sorted_tables[0].name not in names:
                what = "is another of Headway's databases"
                raise SchemaError(Problem(where, what, "Name two different files."))
            return found
    except DatabaseError as error:
        if "not a database" in str(error):
            what = "is no SQLite database"
            remedy = "Name another file in the settings, or move this one away."
            raise SchemaError(Problem(where, what, remedy)) from None
        raise
