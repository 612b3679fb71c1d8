"""The jobs database: opened, checked, brought to the newest schema, and kept apart from the others.

The engine's tables are made by its own SQL and by its own migrations; ours beside them are few.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, NamedTuple

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateTable

from models.errors import EmptyDatabaseError, Problem, SchemaError, SettingsError
from models.tables import clean, jobs, state
from sync.dispatch.work import Lists
from sync.store.clean.lease import LeaseRow
from sync.store.db.addresses import describe_place
from sync.store.db.engines import build_engine, open_reader, open_writer
from sync.store.db.schema_names import find_schemas
from sync.store.db.schema_rights import make_schema

MIGRATE = "Run `headway migrate`, with the same HEADWAY_WORKERS_URL, before clock and workers."
NEWER = "Install the newer Headway that made it, for clock and workers alike."


def _write_head(connection: Connection, token: int) -> None:
    connection.execute(jobs.head.update().values(fence=token))


CLOCK = LeaseRow(jobs.lease, "clock", _write_head)
"""Which clock leads: a lease as that of a run."""


def build_jobs_engine(url: URL) -> Engine:
    """An engine for the jobs database."""
    return build_engine(url, jobs.SCHEMA)


@contextmanager
def open_jobs(engine: Engine) -> Iterator[Connection]:
    """One transaction in which the engine's functions find their tables."""
    with open_writer(engine, ends_when_idle=True) as connection:
        connection.exec_driver_sql(f"SET LOCAL search_path TO {jobs.SCHEMA}")
        yield connection


def check_apart(url: URL, lists: Lists) -> None:
    """SettingsError where a list keeps its own tables in the schema of the jobs.

    Readers of a clean database must not reach what workers are told to do.
    """
    problems = [
        Problem(
            f"HEADWAY_WORKERS_URL, {setting} of list {name}",
            f"name the same database, {describe_place(url)}, and the same schema {jobs.SCHEMA}: "
            "who may read or write the one would reach what workers are told to do",
            "Give the list another schema, or the jobs another database.",
        )
        for name, settings in lists.items()
        for setting, theirs, usual in (
            ("HEADWAY_CLEAN_SCHEMA", settings.clean_url, clean.SCHEMA),
            ("HEADWAY_STATE_SCHEMA", settings.state_url, state.SCHEMA),
        )
        if _locate(theirs) == _locate(url) and jobs.SCHEMA in find_schemas(theirs, usual)
    ]
    if problems:
        raise SettingsError(problems)


def _locate(url: URL) -> tuple[object, ...]:
    return url.get_backend_name(), url.host, url.port or 5432, url.database


def check_jobs_database(engine: Engine) -> None:
    """SchemaError if it is empty, older or newer; DatabaseError if it does not answer."""
    where = describe_place(engine.url)
    with open_reader(engine) as connection:
        made = _read_made_by(connection)
    if made is None:
        raise EmptyDatabaseError(Problem(where, "has no tables for jobs yet", MIGRATE))
    _refuse_newer(made, where)
    newest = _list_migrations()[-1]
    if made.engine < newest or made.digest != _digest_tables():
        what = f"has jobs of an older schema ({made.engine}; the newest is {newest})"
        raise SchemaError(Problem(where, what, MIGRATE))


def migrate_jobs_database(engine: Engine) -> str:
    """Bring it to the newest schema; the engine's revision.

    Our own tables are made anew where they are others: what they know is found out again, and the
    worst is that a list is read once more than it had to be. Jobs are kept. Each of the engine's
    migrations has a transaction of its own, as it has to.
    """
    migrations = _list_migrations()
    with _open_alone(engine) as connection:
        made = _read_made_by(connection)
        if made is not None:
            _refuse_newer(made, describe_place(engine.url))
        else:
            _run_sql(connection, SchemaManager.get_schema())
        if made is None or made.digest != _digest_tables():
            _make_tables(connection, made.engine if made else migrations[-1])
    for name in migrations:
        with _open_alone(engine) as connection:
            made = _read_made_by(connection)
            if made is not None and made.engine < name:
                _run_sql(connection, _read_migration(name))
                connection.execute(jobs.made_by.update().values(engine=name))
    check_jobs_database(engine)
    return migrations[-1]


@contextmanager
def _open_alone(engine: Engine) -> Iterator[Connection]:
    """One transaction in the schema of the jobs, after whoever migrates at the same time."""
    with open_jobs(engine) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:s))"), {"s": jobs.SCHEMA})
        make_schema(connection, describe_place(engine.url), jobs.SCHEMA)
        yield connection


def _make_tables(connection: Connection, revision: str) -> None:
    jobs.metadata.drop_all(connection)
    jobs.metadata.create_all(connection)
    connection.execute(insert(jobs.lease).values(name=CLOCK.name, token=0))
    connection.execute(insert(jobs.head).values(id=1, fence=0))
    made = {"id": 1, "engine": revision, "digest": _digest_tables()}
    connection.execute(insert(jobs.made_by).values(made))


class _MadeBy(NamedTuple):
    engine: str
    digest: str


def _read_made_by(connection: Connection) -> _MadeBy | None:
    """The engine's newest migration and the digest of our tables; None where there are none."""
    name = f"{jobs.SCHEMA}.{jobs.made_by.name}"
    if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is None:
        return None
    row = connection.execute(select(jobs.made_by)).one()
    return _MadeBy(row.engine, row.digest)


def _refuse_newer(made: _MadeBy, where: str) -> None:
    newest = _list_migrations()[-1]
    if made.engine > newest:
        what = f"has jobs of a newer engine ({made.engine}; this one knows {newest})"
        raise SchemaError(Problem(where, what, NEWER))


def _list_migrations() -> list[str]:
    """The engine's migrations, oldest first, without .sql."""
    folder = files("procrastinate.sql") / "migrations"
    return sorted(each.name[:-4] for each in folder.iterdir() if each.name.endswith(".sql"))


def _read_migration(name: str) -> str:
    return (files("procrastinate.sql") / "migrations" / f"{name}.sql").read_text("utf-8")


def _digest_tables() -> str:
    made = "".join(str(CreateTable(table)) for table in jobs.metadata.sorted_tables)
    return hashlib.sha256(made.encode()).hexdigest()


def _run_sql(connection: Connection, sql: str) -> None:
    """A script as it stands: no sign in it is taken for a parameter."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(sql)
