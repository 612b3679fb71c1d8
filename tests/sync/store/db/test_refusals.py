"""What PostgreSQL may refuse: said in plain words, with what to do."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text, update

from models.errors import DatabaseError
from models.tables import clean
from sync.store.db import engines
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_reader, open_writer
from sync.store.db.schemas import check_schema
from tests.databases import both_databases
from tests.postgres import Postgres


@pytest.fixture
def engine(postgres_url: str, postgres_server: Postgres) -> Iterator[Engine]:
    """A clean database on PostgreSQL."""
    with (
        postgres_server.fresh_database() as other,
        both_databases(postgres_url, other) as (found, _),
    ):
        yield found


def test_a_role_without_grants_is_told_what_to_grant(engine: Engine) -> None:
    with open_writer(engine) as connection:
        connection.execute(text("DROP ROLE IF EXISTS nobody"))
        connection.execute(text("CREATE ROLE nobody LOGIN"))
    url = engine.url.set(username="nobody").render_as_string(hide_password=False)
    candidate = build_engine(parse_url(url, "test"), clean.SCHEMA)

    with pytest.raises(DatabaseError, match=r"permission denied.*\n.*Grant our role USAGE"):
        check_schema(candidate, clean)

    candidate.dispose()


def test_a_database_that_is_read_only_is_told_to_be(engine: Engine) -> None:
    url = f"{engine.url}?options=-c%20default_transaction_read_only%3Don"
    barred = build_engine(parse_url(url, "test"), clean.SCHEMA)

    with pytest.raises(DatabaseError, match="Name the primary"), open_writer(barred) as connection:
        connection.execute(update(clean.head).values(revision=9))

    barred.dispose()


def test_a_row_that_somebody_holds_is_not_waited_for_for_ever(engine: Engine) -> None:
    with open_reader(engine) as connection:
        waits = connection.execute(text("SHOW lock_timeout")).scalar_one()

    assert waits == f"{engines.BUSY_MS // 1000}s"
