from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from models.errors import ValueRefusedError
from models.rulebook import WithdrawnReason
from models.tables import clean
from sync.store.db.bulk import insert_rows
from sync.store.db.engines import open_reader, open_writer
from tests.databases import both_databases

MOMENT = datetime(2026, 3, 9, 6, 0, 0, 5, tzinfo=UTC)


def test_values_of_every_type_and_none_are_read_as_they_were_written(clean_engine: Engine) -> None:
    rows = [
        {"name": f"worker {n}", "holder": None if n % 2 else "x' --", "token": n, "expires_at": at}
        for n, at in enumerate([MOMENT, None] * 700)
    ]
    books: list[dict[str, Any]] = [
        {"digest": "a", "texts": {"a.yaml": "x: [1, 'ü']"}},
        {"digest": "b", "texts": [[1, [2]], []]},
    ]
    table = clean.lease

    with open_writer(clean_engine) as connection:
        insert_rows(connection, table, rows)
        insert_rows(connection, clean.rulebook, books)

    with open_reader(clean_engine) as connection:
        query = select(table).where(table.c.name != "sync").order_by(table.c.token)
        assert [dict(row) for row in connection.execute(query).mappings()] == rows
        found = connection.execute(select(clean.rulebook).order_by(clean.rulebook.c.digest))
        assert [dict(row) for row in found.mappings()] == books


@pytest.mark.parametrize(("column", "value"), [("name", None), ("token", None)])
def test_what_must_be_there_is_asked_for(clean_engine: Engine, column: str, value: None) -> None:
    row = {"name": "worker", "token": 1} | {column: value}

    with pytest.raises(IntegrityError), open_writer(clean_engine) as connection:
        insert_rows(connection, clean.lease, [row])


def test_a_text_that_is_too_long_is_refused_and_never_cut(postgres_url: str) -> None:
    row = {"name": "w" * 41, "token": 1}

    with (
        both_databases(postgres_url, postgres_url) as (engine, _),
        pytest.raises(ValueRefusedError),
        open_writer(engine) as connection,
    ):
        insert_rows(connection, clean.lease, [row])


def test_letters_that_mean_something_to_a_database_are_letters(clean_engine: Engine) -> None:
    names = ["tab\t", "line\nend", "\\N", "\\.", "quote'\"", "", "é語", WithdrawnReason.MERGED]
    rows = [{"name": name, "token": n} for n, name in enumerate(names)]

    with open_writer(clean_engine) as connection:
        insert_rows(connection, clean.lease, iter(rows))

    with open_reader(clean_engine) as connection:
        query = select(clean.lease.c.name).where(clean.lease.c.name != "sync")
        assert sorted(connection.execute(query).scalars()) == sorted(map(str, names))


def test_a_part_that_fails_is_told_like_any_statement(clean_engine: Engine) -> None:
    """And none of its rows is there."""
    rows = [{"name": "worker", "token": n} for n in (1, 2)]

    with pytest.raises(IntegrityError) as failed, open_writer(clean_engine) as connection:
        insert_rows(connection, clean.lease, rows)

    assert "worker" not in str(failed.value.statement)
    with open_reader(clean_engine) as connection:
        query = select(clean.lease.c.token).where(clean.lease.c.name == "worker")
        assert connection.execute(query).all() == []


def test_nothing_is_nothing(clean_engine: Engine) -> None:
    with open_writer(clean_engine) as connection:
        insert_rows(connection, clean.lease, [])
