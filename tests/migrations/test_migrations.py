"""The migrations make exactly the tables that the models describe, on both databases."""

from importlib.resources import files
from types import ModuleType

import pytest
from sqlalchemy import inspect, text

from models.tables import clean, state, views
from sync.store.db.engines import describe_place, open_reader, open_writer
from sync.store.db.schemas import HEAD, alembic, check_schema, migrate_database
from tests.databases import both_databases

PARTS = [(0, clean, "migrations:clean"), (1, state, "migrations:state")]


@pytest.mark.parametrize(("which", "tables", "scripts"), PARTS)
def test_the_tables_are_what_the_models_say_checks_included(
    which: int, tables: ModuleType, scripts: str, database_url: str, other_database_url: str
) -> None:
    with both_databases(database_url, other_database_url) as engines:
        with open_writer(engines[which]) as connection:
            alembic("check", connection, scripts)

        check_schema(engines[which], tables)


@pytest.mark.parametrize(("which", "tables", "scripts"), PARTS)
def test_a_schema_goes_down_and_up_again(
    which: int, tables: ModuleType, scripts: str, database_url: str, other_database_url: str
) -> None:
    with both_databases(database_url, other_database_url) as engines:
        with open_writer(engines[which]) as connection:
            alembic("downgrade", connection, scripts, "base")
        migrate_database(*engines)

        check_schema(engines[which], tables)


def test_migrating_twice_changes_nothing(database_url: str, other_database_url: str) -> None:
    with both_databases(database_url, other_database_url) as engines:
        assert set(migrate_database(*engines)) == {describe_place(engine.url) for engine in engines}


def test_both_databases_may_share_one_postgresql(postgres_url: str) -> None:
    with both_databases(postgres_url, postgres_url) as engines:
        check_schema(engines[0], clean)
        check_schema(engines[1], state)


def test_the_newest_revision_is_the_one_the_code_asks_for() -> None:
    for part in ("clean", "state"):
        scripts = files("migrations") / part / "versions"
        newest = max(s.name[:4] for s in scripts.iterdir() if s.name[:4].isdigit())
        assert newest == HEAD


def test_every_view_has_its_columns_in_order(database_url: str, other_database_url: str) -> None:
    with both_databases(database_url, other_database_url) as (engine, _):
        prefix = clean.prefixes(engine.dialect.name)[1]
        with open_reader(engine) as connection:
            for view in views.VIEWS:
                rows = connection.execute(text(f"SELECT * FROM {prefix}{view.name}"))
                assert list(rows.keys()) == list(view.columns)


def test_every_view_and_column_carries_its_comment(postgres_url: str) -> None:
    with (
        both_databases(postgres_url, postgres_url) as (engine, _),
        open_reader(engine) as connection,
    ):
        looked_at = inspect(connection)
        for view in views.VIEWS:
            comment = looked_at.get_table_comment(view.name, schema="sales")["text"]
            columns = looked_at.get_columns(view.name, schema="sales")
            assert comment == view.meaning
            assert {c["name"]: c["comment"] for c in columns} == view.columns
