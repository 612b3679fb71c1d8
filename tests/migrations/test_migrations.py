"""The migrations make exactly the tables that the models describe, on both databases."""

from importlib import import_module
from importlib.resources import files
from types import ModuleType
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, text

from models.tables import clean, state, views
from models.tables.indexes import STATE_TABLES
from sync.store.db.addresses import describe_place, parse_url
from sync.store.db.engines import build_engine, open_writer
from sync.store.db.schemas import HEAD, check_schema, digest_scripts, migrate_database, run_alembic
from tests.databases import both_databases
from tests.migrations.catalogue import catalogue

PARTS = pytest.mark.parametrize(("which", "tables"), [(0, clean), (1, state)])
assert STATE_TABLES is state.metadata
OURS = {clean.SCHEMA, clean.VIEWS_SCHEMA, state.SCHEMA}
BEYOND_TABLES = {"view", "trigger", "function"}


def made_by_the_models(url: str, tables: ModuleType) -> set[Any]:
    """The catalogue of a database whose tables are made without any migration, and dropped."""
    place = url if url.startswith("postgresql") else f"{url}.models"
    engine: Engine = build_engine(parse_url(place, "test"), tables.SCHEMA)
    try:
        with open_writer(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"CREATE SCHEMA {tables.SCHEMA}"))
            tables.metadata.create_all(connection)
        made = catalogue(engine, {tables.SCHEMA})
        with open_writer(engine) as connection:
            tables.metadata.drop_all(connection)
    finally:
        engine.dispose()
    return made


@PARTS
def test_the_tables_are_what_the_models_say_in_every_name_and_condition(
    which: int, tables: ModuleType, database_url: str, other_database_url: str
) -> None:
    expected = made_by_the_models(database_url, tables)

    with both_databases(database_url, other_database_url) as engines:
        found = catalogue(engines[which], {tables.SCHEMA})

    assert {entry for entry in found if entry[0] not in BEYOND_TABLES} == expected


@PARTS
def test_alembic_itself_finds_nothing_to_migrate(
    which: int, tables: ModuleType, database_url: str, other_database_url: str
) -> None:
    with both_databases(database_url, other_database_url) as engines:
        with open_writer(engines[which]) as connection:
            run_alembic("check", connection, tables)

        check_schema(engines[which], tables)


def test_every_trigger_and_view_is_there(database_url: str, other_database_url: str) -> None:
    with both_databases(database_url, other_database_url) as (clean_engine, state_engine):
        of_clean, of_state = catalogue(clean_engine, OURS), catalogue(state_engine, OURS)

    triggers = {entry[1] for entry in of_state if entry[0] == "trigger"}
    assert triggers in ({"ledger_no_UPDATE", "ledger_no_DELETE"}, {"ledger_no_rewriting"})
    assert {entry[1] for entry in of_clean if entry[0] == "view"} == {v.name for v in views.VIEWS}


@PARTS
def test_a_schema_goes_down_to_nothing_and_up_again_as_it_was(
    which: int, tables: ModuleType, database_url: str, other_database_url: str
) -> None:
    with both_databases(database_url, other_database_url) as engines:
        before = catalogue(engines[which], OURS)
        with open_writer(engines[which]) as connection:
            run_alembic("downgrade", connection, tables, "base")
        below = catalogue(engines[which], OURS)
        migrate_database(*engines)

        check_schema(engines[which], tables)
        after = catalogue(engines[which], OURS)

    assert below == set()
    assert after == before


def test_migrating_twice_changes_nothing(database_url: str, other_database_url: str) -> None:
    with both_databases(database_url, other_database_url) as engines:
        assert set(migrate_database(*engines)) == {describe_place(engine.url) for engine in engines}


def test_both_databases_may_share_one_postgresql(postgres_url: str) -> None:
    with both_databases(postgres_url, postgres_url) as engines:
        check_schema(engines[0], clean)
        check_schema(engines[1], state)


def test_the_newest_revision_is_the_one_the_code_asks_for() -> None:
    for tables in (clean, state):
        scripts = files("migrations") / tables.__name__.rpartition(".")[2] / "versions"
        revisions = sorted(s.name[:4] for s in scripts.iterdir() if s.name[:4].isdigit())
        assert revisions[-1] == HEAD
        assert list(digest_scripts(tables)) == revisions


def test_views_are_made_anew_in_place_under_whatever_readers_built_on_them(
    postgres_url: str,
) -> None:
    with both_databases(postgres_url, postgres_url) as (engine, _), open_writer(engine) as plain:
        connection = plain.execution_options(schema_translate_map=None)
        connection.execute(text("CREATE SCHEMA dbt"))
        for view in views.VIEWS:
            query = f"CREATE VIEW dbt.{view.name} AS SELECT * FROM sales.{view.name}"
            connection.execute(text(query))
        migration = import_module("migrations.clean.versions.0001_first_tables")
        with Operations.context(MigrationContext.configure(connection)):
            for name, (meaning, columns, source) in migration.VIEWS.items():
                migration.create_view(name, meaning, columns, source)

        assert connection.execute(text("SELECT count(*) FROM dbt.v1_freshness")).scalar_one() == 1
