"""Both databases behind a real PgBouncer that pools transactions: no session keeps anything."""

from collections.abc import Iterator

import pytest

from tests.pgbouncer import running_pgbouncer
from tests.postgres import Postgres
from tests.runs.place import Place


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
