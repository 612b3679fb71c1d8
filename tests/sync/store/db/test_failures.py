"""What databases fail with, tried for real: where, what, what to do, what became of the list."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from models.errors import DatabaseError
from models.tables import clean
from sync.store.db import engines
from sync.store.db.addresses import parse_url
from sync.store.db.engines import PAGE_BYTES, build_engine, build_reader, open_reader, open_writer

STAYS = "The last good list stays as it is."
CANARY = "s3cr3t-canary"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A SQLite file with a table in it."""
    made = build_engine(parse_url(f"sqlite:///{tmp_path}/list.db", "test"), clean.SCHEMA)
    with open_writer(made) as connection:
        connection.execute(text("CREATE TABLE words (word TEXT)"))
    yield made
    made.dispose()


def write(engine: Engine, words: int = 1) -> None:
    with open_writer(engine) as connection:
        for _ in range(words):
            connection.execute(text("INSERT INTO words VALUES (:word)"), {"word": "x" * 5000})


def refused(engine: Engine, words: int = 1) -> str:
    with pytest.raises(DatabaseError) as caught:
        write(engine, words)
    said = str(caught.value)
    assert STAYS in said
    assert "xxxx" not in said
    return said


def test_a_file_that_another_program_locks(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 10)
    url = parse_url(f"sqlite:///{tmp_path}/list.db", "test")
    hurried = build_engine(url, clean.SCHEMA)
    with closing(sqlite3.connect(tmp_path / "list.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = refused(hurried)
    hurried.dispose()
    assert f"{tmp_path}/list.db: the database is locked by another program" in said
    assert "End what holds it open" in said


def test_a_file_that_cannot_grow(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 5")
        connection.rollback()
    assert "cannot grow: its disk is full" in refused(engine, words=40)


def test_a_file_that_is_damaged(engine: Engine, tmp_path: Path) -> None:
    write(engine, words=40)
    engine.dispose()
    path = tmp_path / "list.db"
    content = bytearray(path.read_bytes())
    for page in range(1, len(content) // PAGE_BYTES):
        content[page * PAGE_BYTES : page * PAGE_BYTES + 200] = b"\xff" * 200
    path.write_bytes(bytes(content))

    said = refused(engine)

    assert "the database is damaged" in said
    assert "headway doctor" in said


def test_a_file_that_may_only_be_read(engine: Engine, tmp_path: Path) -> None:
    engine.dispose()
    reader = build_reader(parse_url(f"sqlite:///{tmp_path}/list.db", "test"), clean.SCHEMA)
    with pytest.raises(DatabaseError, match="may not be written"), open_reader(reader) as found:
        found.execute(text("DELETE FROM words"))
    reader.dispose()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    url = parse_url(f"sqlite:///{tmp_path}/nowhere/list.db", "test")
    lost = build_engine(url, clean.SCHEMA)
    assert "cannot be opened" in refused(lost)


def connecting(url: str, **parts: str) -> str:
    address = parse_url(url, "test").set(**parts)  # type: ignore[arg-type]
    engine = build_engine(address, clean.SCHEMA)
    try:
        with pytest.raises(DatabaseError) as caught, open_reader(engine):
            pass
    finally:
        engine.dispose()
    said = str(caught.value)
    assert STAYS in said
    assert CANARY not in said
    return said


def test_a_server_that_is_not_there() -> None:
    said = connecting(f"postgresql://somebody:{CANARY}@127.0.0.1:1/sales")
    assert "postgresql://127.0.0.1:1/sales: the database refuses the connection" in said
    assert "check host and port" in said


def test_a_database_that_is_not_there(postgres_url: str) -> None:
    said = connecting(postgres_url, database="no_such")
    assert "the database is not there" in said
    assert "Create it, or name another" in said


def test_a_user_that_is_not_known(postgres_url: str) -> None:
    said = connecting(postgres_url, username="no_such_user", password=CANARY)
    assert "does not let us in" in said


def ask(engine: Engine, *questions: str) -> None:
    with open_writer(engine) as connection:
        for question in questions:
            connection.execute(text(question))


def test_a_session_that_an_administrator_ends(postgres_url: str) -> None:
    engine = build_engine(parse_url(postgres_url, "test"), clean.SCHEMA)
    with pytest.raises(DatabaseError, match="ended our session") as caught:
        ask(engine, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    engine.dispose()
    assert STAYS in str(caught.value)


def test_a_statement_that_is_cancelled(postgres_url: str) -> None:
    engine = build_engine(parse_url(postgres_url, "test"), clean.SCHEMA)
    with pytest.raises(DatabaseError, match="Look for a statement timeout"):
        ask(engine, "SET LOCAL statement_timeout = 20", "SELECT pg_sleep(5)")
    engine.dispose()


def test_a_value_that_the_database_does_not_take(postgres_url: str) -> None:
    engine = build_engine(parse_url(postgres_url, "test"), clean.SCHEMA)
    with pytest.raises(DatabaseError, match="does not take a value"):
        ask(engine, "SELECT CAST('x' AS integer)")
    engine.dispose()
