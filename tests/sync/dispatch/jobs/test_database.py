from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.engine import make_url

from models.errors import DatabaseError, EmptyDatabaseError, SchemaError, SettingsError
from models.tables import jobs
from sync.dispatch.jobs import database
from sync.dispatch.jobs.database import (
    build_jobs_engine,
    check_apart,
    check_jobs_database,
    migrate_jobs_database,
    open_jobs,
)
from sync.dispatch.jobs.engine import build_job, defer_jobs
from sync.dispatch.work import Work
from sync.settings.settings import Settings
from sync.store.db.addresses import parse_url

OLDEST = "03.03.00_01_pre_priority_lock_fetch_job"


@pytest.fixture
def empty(postgres_url: str) -> Iterator[Engine]:
    """An engine for a database without any tables."""
    engine = build_jobs_engine(parse_url(postgres_url, "test"))
    yield engine
    engine.dispose()


def make_older(engine: Engine) -> None:
    """A jobs database as an engine of some months ago made it, by that engine's own scripts."""
    for name in database._list_migrations():
        if name <= OLDEST:
            with database._open_alone(engine) as connection:
                database._run_sql(connection, database._read_migration(name))
    with open_jobs(engine) as connection:
        jobs.metadata.create_all(connection)
        connection.execute(jobs.made_by.insert().values(id=1, engine=OLDEST, digest="another"))


def list_routines(engine: Engine) -> list[tuple[str, str]]:
    """Functions and columns of the schema: what an engine can call, and what it finds."""
    routines = text(
        "SELECT routine_name, routine_definition FROM information_schema.routines "
        "WHERE routine_schema = :schema"
    )
    with open_jobs(engine) as connection:
        found = [tuple(row) for row in connection.execute(routines, {"schema": jobs.SCHEMA})]
    tables = inspect(engine).get_multi_columns(schema=jobs.SCHEMA)
    columns = [(str(key), column["name"]) for key, each in tables.items() for column in each]
    return sorted([*found, *columns])


def test_an_empty_database_is_refused_and_migrated(empty: Engine) -> None:
    with pytest.raises(EmptyDatabaseError, match=r"no tables for jobs yet\s+Run `headway migrate`"):
        check_jobs_database(empty)

    first, second = migrate_jobs_database(empty), migrate_jobs_database(empty)

    assert first == second
    check_jobs_database(empty)


def test_an_older_one_is_refused_and_comes_to_the_same_as_a_new_one_with_its_jobs(
    empty: Engine, jobs_engine: Engine
) -> None:
    make_older(empty)
    with pytest.raises(SchemaError, match="older schema"):
        check_jobs_database(empty)
    with open_jobs(empty) as connection:
        defer_jobs(connection, [build_job(Work(list="one"), "1", is_first=True)])

    migrate_jobs_database(empty)

    check_jobs_database(empty)
    ours, fresh = list_routines(empty), list_routines(jobs_engine)
    assert {name for name, _ in fresh} <= {name for name, _ in ours}
    assert set(fresh) <= set(ours)
    with open_jobs(empty) as connection:
        assert [*connection.execute(select(jobs.job.c.task_name)).scalars()] == ["headway"]


def test_a_newer_one_is_refused_and_left_as_it_is(jobs_engine: Engine) -> None:
    with open_jobs(jobs_engine) as connection:
        connection.execute(jobs.made_by.update().values(engine="99.00.00_01_pre"))

    for use in (check_jobs_database, migrate_jobs_database):
        with pytest.raises(SchemaError, match=r"newer engine.*\s+Install the newer Headway"):
            use(jobs_engine)


def test_one_that_does_not_answer_is_told_by_its_place_and_never_by_its_password() -> None:
    engine = build_jobs_engine(make_url("postgresql+psycopg://u:secret-word@127.0.0.1:9/jobs"))

    with pytest.raises(DatabaseError, match=r"127\.0\.0\.1:9/jobs.*refuses the connection") as told:
        check_jobs_database(engine)

    assert "secret-word" not in str(told.value)


@pytest.mark.parametrize(
    "shared", [{"clean_schema": "jobs"}, {"state_schema": "headway_jobs"}], ids=min
)
def test_a_list_in_the_schema_of_the_jobs_is_refused_for_its_readers_sake(
    shared: dict[str, str],
) -> None:
    url = parse_url("postgresql://u:secret-word@db.example.com/one", "test")
    same = Settings(clean_url=url, state_url=url, **shared)  # type: ignore[arg-type]

    with pytest.raises(SettingsError, match=r"of list acme.*schema headway_jobs.*reach") as told:
        check_apart(url, {"acme": same})

    assert "secret-word" not in str(told.value)
    elsewhere = url.set(database="two")
    check_apart(elsewhere, {"acme": same})
    check_apart(url, {"acme": Settings(clean_url=url, state_url=url)})
