"""Whether a database has the schema this Headway needs, and how it gets there."""

import hashlib
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select, text

import migrations
from models.errors import DatabaseError, EmptyDatabaseError, Problem, SchemaError
from models.tables import clean, state
from sync.crash_points import pass_crash_point
from sync.store.db.addresses import describe_place
from sync.store.db.engines import check_writable, open_reader, open_writer, prepare_folder
from sync.store.db.schema_names import read_schemas
from sync.store.db.schema_rights import check_may_fill

HEAD = "0001"
"""The newest revision of both databases' migrations; a test compares it with the scripts."""

MIGRATE = "Run `headway migrate`."
MAKE = "Run `headway migrate` to make it, or set its address in the settings to where it is."
REMAKE = (
    "Before the first release there is no migration between the two. Move both databases away "
    "(on PostgreSQL drop their schemas, usually headway, sales and headway_state), then run "
    "`headway migrate` "
    "and `headway sync`: everything is read again."
)
VERSION_TABLE = "alembic_version"


class Schema(NamedTuple):
    """What a database says of its schema: the revision, and the digests of what made it."""

    revision: str
    digests: Mapping[str, str]


def check_schema(engine: Engine, tables: ModuleType) -> None:
    """Nothing if the database is at the newest schema, else SchemaError saying what to do.

    A SQLite file that is not there counts as empty, and is not made.
    """
    check_writable(engine.url)
    check_revision(engine, tables)


def check_revision(engine: Engine, tables: ModuleType) -> None:
    """The same, of a database that may be one to read alone."""
    where = describe_place(engine.url)
    if _is_missing(engine):
        at = Path(where).absolute()
        what = "is not there" if Path(where).is_absolute() else f"is not there: looked for {at}"
        raise EmptyDatabaseError(Problem(where, what, MAKE))
    schema = None if _is_blank(engine) else _read_schema(engine, tables)
    if schema is None:
        raise EmptyDatabaseError(Problem(where, "is empty: it has no tables yet", MIGRATE))
    _check_origin(schema, tables, where)
    if schema.revision < HEAD:
        raise SchemaError(Problem(where, f"has the older schema {schema.revision}", MIGRATE))


def migrate_database(clean_engine: Engine, state_engine: Engine) -> dict[str, str]:
    """Bring both databases to the newest schema, each in one transaction; place to revision."""
    done = {}
    for engine, tables in ((state_engine, state), (clean_engine, clean)):
        where = describe_place(engine.url)
        prepare_folder(engine.url)
        schema = _read_schema(engine, tables)
        if schema is not None:
            _check_origin(schema, tables, where)
        if schema is None or schema.revision < HEAD:
            _upgrade_schema(engine, tables)
        done[where] = HEAD
    return done


def _upgrade_schema(engine: Engine, tables: ModuleType) -> None:
    digests = digest_scripts(tables)
    with open_writer(engine) as connection:
        if connection.dialect.name == "postgresql":
            _check_rights(connection, tables, describe_place(engine.url))
        run_alembic("upgrade", connection, tables)
        connection.execute(delete(tables.schema_digest))
        rows = [{"revision": revision, "digest": digest} for revision, digest in digests.items()]
        connection.execute(insert(tables.schema_digest), rows)
        pass_crash_point("migrate.committing")
    pass_crash_point("migrate.committed")


def _check_rights(connection: Connection, tables: ModuleType, where: str) -> None:
    schemas = read_schemas(connection)
    if tables is clean:
        check_may_fill(connection, where, *schemas, described=schemas.views)
    else:
        check_may_fill(connection, where, schemas.tables)


def run_alembic(
    command: str, connection: Connection, tables: ModuleType, target: str = "head"
) -> Any:
    """Run one Alembic command (upgrade, downgrade, check) on a connection of ours, in its
    transaction."""
    from alembic import command as commands  # noqa: PLC0415 - half a second to import
    from alembic.config import Config  # noqa: PLC0415

    config = Config(stdout=StringIO())
    config.set_main_option("script_location", f"migrations:{_name_part(tables)}")
    config.set_main_option("path_separator", "os")
    plain = connection.execution_options(schema_translate_map=None)
    config.attributes["connection"] = plain
    if command == "check":
        return commands.check(config)
    return getattr(commands, command)(config, target)


def digest_scripts(tables: ModuleType) -> dict[str, str]:
    """A digest of each migration's text, by revision: another text may have made other tables."""
    folder = Path(migrations.__path__[0]) / _name_part(tables) / "versions"
    return {
        script.name[: len(HEAD)]: hashlib.sha256(script.read_bytes()).hexdigest()
        for script in sorted(folder.glob("[0-9]*.py"))
    }


def _name_part(tables: ModuleType) -> str:
    """The folder of its migrations: clean or state."""
    return tables.__name__.rpartition(".")[2]


def _check_origin(schema: Schema, tables: ModuleType, where: str) -> None:
    """SchemaError if another Headway made the schema: a newer one, or before an amendment."""
    if schema.revision > HEAD:
        what = f"has the newer schema {schema.revision}; this Headway knows {HEAD}"
        raise SchemaError(Problem(where, what, "Install the newer Headway that wrote it."))
    for revision, digest in digest_scripts(tables).items():
        if revision <= schema.revision and schema.digests.get(revision) != digest:
            what = (
                f"has the schema of another build of Headway ({revision}, made before it was "
                "amended)"
            )
            raise SchemaError(Problem(where, what, REMAKE))


def _is_missing(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists()


def _is_blank(engine: Engine) -> bool:
    """Whether it is a file of no length, which SQLite takes for a database."""
    path = Path(str(engine.url.database))
    return engine.dialect.name == "sqlite" and path.is_file() and not path.stat().st_size


def _read_schema(engine: Engine, tables: ModuleType) -> Schema | None:
    """What the database says of its schema, None if it is empty."""
    try:
        with open_reader(engine) as connection:
            return _find_schema(connection, tables, describe_place(engine.url))
    except DatabaseError as error:
        if "no SQLite database" in str(error):
            what = "is no SQLite database"
            remedy = "Name another file in the settings, or move this one away."
            raise SchemaError(Problem(describe_place(engine.url), what, remedy)) from None
        raise


def _find_schema(connection: Connection, tables: ModuleType, where: str) -> Schema | None:
    ours = tables.schema_digest
    there = read_schemas(connection).tables
    prefix = f"{there}." if connection.dialect.name == "postgresql" else ""
    names = _list_tables(connection, there)
    if VERSION_TABLE not in names:
        if not prefix and names:
            what = "is a database of something else: it has tables, but none of ours"
            raise SchemaError(Problem(where, what, "Name another file in the settings."))
        return None
    rows = connection.execute(select(ours.c.revision, ours.c.digest)) if ours.name in names else ()
    digests = {row.revision: row.digest for row in rows}
    query = text(f"SELECT version_num FROM {prefix}{VERSION_TABLE}")  # noqa: S608
    revision = connection.execute(query).scalar()
    if not prefix and revision and names.isdisjoint(tables.metadata.tables.keys() - {ours.name}):
        what = "is another of Headway's databases"
        raise SchemaError(Problem(where, what, "Name two different files."))
    if not revision and digests:
        what = f"has our tables, but {VERSION_TABLE} is empty"
        row = f"INSERT INTO {prefix}{VERSION_TABLE} VALUES ('{max(digests)}');"  # noqa: S608
        raise SchemaError(Problem(where, what, f"Restore it from a backup, or put back: {row}"))
    return Schema(revision, digests) if revision else None


def _list_tables(connection: Connection, schema: str) -> set[str]:
    """By the catalogue itself: reflection would look at far more."""
    if connection.dialect.name == "sqlite":
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
    else:
        query = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema")
        tables = connection.execute(query, {"schema": schema})
    return set(tables.scalars())
