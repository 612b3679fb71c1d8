from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.postgres import NEEDED, Postgres, PostgresMissingError, find_binaries


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_gets_an_empty_database(turn: int, database_url: str) -> None:
    engine = create_engine(database_url)

    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE left_behind (id integer)"))

    engine.dispose()


def test_two_databases_of_one_test_are_different_ones_of_one_kind(
    database_url: str, other_database_url: str
) -> None:
    assert database_url != other_database_url
    assert database_url.partition(":")[0] == other_database_url.partition(":")[0]


def test_a_database_is_dropped_though_somebody_still_uses_it(postgres_server: Postgres) -> None:
    with postgres_server.fresh_database() as url:
        left_open = psycopg.connect(url.replace("+psycopg", ""))

    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    left_open.close()


def test_the_folder_that_is_named_comes_first(tmp_path: Path) -> None:
    for name in NEEDED:
        (tmp_path / name).touch()

    found = find_binaries({"PG_BIN": str(tmp_path)})

    assert (found.folder, found.origin) == (tmp_path, "PG_BIN")


def test_a_named_folder_without_postgresql_is_an_error_and_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(PostgresMissingError, match="PG_BIN"):
        find_binaries({"PG_BIN": str(tmp_path)})
