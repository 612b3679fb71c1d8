"""Both databases behind a real PgBouncer: runs go through, and the doctor says what is there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models.errors import DatabaseError
from models.tables import clean
from sync.doctor.checks import Verdict
from sync.doctor.databases.poolers import look_at_pooler
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_reader
from tests.pgbouncer import running_pgbouncer
from tests.postgres import USER, Postgres
from tests.runs.place import Place, Places


@pytest.fixture(scope="module")
def pooler(postgres_server: Postgres) -> Iterator[int]:
    """The port of a PgBouncer before the tests' PostgreSQL."""
    with running_pgbouncer(postgres_server.port) as port:
        yield port


def test_all_goes_through_a_pooler_run_after_run(
    tiny_place: Place, pooler: int, postgres_server: Postgres
) -> None:
    with postgres_server.fresh_database() as clean, postgres_server.fresh_database() as state:
        direct = f":{postgres_server.port}/"
        urls = {
            name: url.replace(direct, f":{pooler}/")
            for name, url in (("clean_url", clean), ("state_url", state))
        }
        tiny_place.clean_url, tiny_place.state_url = urls["clean_url"], urls["state_url"]

        assert tiny_place.headway("migrate").code == 0
        for _ in range(2):  # psycopg prepares what it has sent five times
            for command in (("sync",), ("status",), ("find", "audit"), ("plan",)):
                said = tiny_place.headway(*command)
                assert said.code == 0, said.err
        said = tiny_place.headway("doctor")
        assert said.code == 0, said.out + said.err
        assert tiny_place.freshness()["status"] == "current"


@pytest.fixture
def pooled(places: Places, tmp_path: Path, postgres_server: Postgres) -> Iterator[Place]:
    """A place that has published, on PostgreSQL."""
    with places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place:
        yield place


def checks_behind(place: Place, direct: int, port: int) -> tuple[int, list[dict[str, Any]]]:
    """The doctor's exit code and what it says of the databases, asked through another port."""
    urls = {
        name: getattr(place, name).replace(f":{direct}/", f":{port}/")
        for name in ("clean_url", "state_url")
    }
    said = place.headway("doctor", "--json", **urls)
    sections = {each["subject"]: each["checks"] for each in json.loads(said.out)["sections"]}
    return said.code, sections["Databases"]


@pytest.mark.published
@pytest.mark.parametrize(
    ("mode", "verdict", "words"),
    [
        ("transaction", "note", "lends a connection out for one transaction"),
        pytest.param(
            *("session", "note", "lends a connection out for as long as a client stays"),
            marks=pytest.mark.all,
        ),
        ("statement", "wrong", "pools statements, and allows no transaction"),
    ],
)
def test_the_doctor_names_a_pooler_and_what_it_pools(
    pooled: Place, postgres_server: Postgres, mode: str, verdict: str, words: str
) -> None:
    with running_pgbouncer(postgres_server.port, mode, 5) as port:
        code, checks = checks_behind(pooled, postgres_server.port, port)

    told = [check for check in checks if "pooler" in check["what"]]
    assert [check["verdict"] for check in told] == [verdict] * 2, checks
    assert all(words in check["what"] for check in told)
    assert code == (74 if verdict == "wrong" else 0)
    assert all(check["remedy"] for check in told if verdict == "wrong")


@pytest.mark.published
def test_the_doctor_says_that_no_pooler_is_there(pooled: Place, postgres_server: Postgres) -> None:
    code, checks = checks_behind(pooled, postgres_server.port, postgres_server.port)

    assert code == 0
    assert [c["verdict"] for c in checks if c["what"] == "no pooler stands before it"] == ["ok"] * 2


@pytest.mark.parametrize(
    ("mode", "connections", "verdict"),
    [("transaction", 1, Verdict.NOTE), ("session", 1, Verdict.WRONG), ("session", 2, Verdict.NOTE)],
)
def test_a_pooler_with_a_single_connection_is_enough_where_it_pools_transactions(
    postgres_server: Postgres, postgres_url: str, mode: str, connections: int, verdict: Verdict
) -> None:
    with running_pgbouncer(postgres_server.port, mode, connections) as port:
        engine = engine_at(postgres_url.replace(f":{postgres_server.port}/", f":{port}/"))
        (check,) = look_at_pooler(engine, "clean")
        engine.dispose()

    assert check.verdict is verdict
    assert check.exit_code == (74 if verdict is Verdict.WRONG else 0)
    assert f"pool_mode = {mode}" in check.what or verdict is Verdict.WRONG


def test_a_pooler_whose_server_is_down_is_told(postgres_url: str) -> None:
    database = postgres_url.rpartition("/")[2]
    with running_pgbouncer(1) as port:
        engine = engine_at(f"postgresql://{USER}@127.0.0.1:{port}/{database}")
        with pytest.raises(DatabaseError) as caught, open_reader(engine):
            pass

    assert "has a pooler before it that has no connection left for us" in str(caught.value)
    assert "see whether it reaches the server" in str(caught.value)


def engine_at(url: str) -> Engine:
    return build_engine(parse_url(url, "test"), clean.SCHEMA)
