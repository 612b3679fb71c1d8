import os
import socket
import sqlite3
import stat
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from models.errors import DatabaseError, SettingsError
from models.tables import clean, state
from sync.store.db.addresses import describe_place, parse_url
from sync.store.db.engines import (
    PAGE_BYTES,
    build_engine,
    build_reader,
    check_unlocked,
    open_reader,
    open_writer,
)
from tests.databases import both_databases, name_prefixes
from tests.postgres import Postgres

SECRET = "canary-secret"


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_is_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="HEADWAY_CLEAN_URL"):
        parse_url(url, "HEADWAY_CLEAN_URL")


def test_no_message_shows_a_password() -> None:
    url = parse_url(f"postgresql://somebody:{SECRET}@db.example/x?sslpassword={SECRET}", "X")

    assert describe_place(url) == "postgresql://db.example:5432/x"
    with pytest.raises(SettingsError) as refused:
        parse_url(f"mysql://somebody:{SECRET}@db.example/x", "X")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://headway:pa@{SECRET}@host/db",
        f"postgresql://headway:pa@x:{SECRET}@host/db",
        f"postgresql://headway:pa@x/{SECRET}@host/db",
        f"postgresql://headway:pa?@{SECRET}@host/db",
        f"postgresql://host/db?{SECRET}=1",
        f"postgresql://host:{SECRET}/db",
        f"postgresql://[{SECRET}/db",
        f"sqlite://{SECRET}/x",
        f"sqlite://somebody:{SECRET}@/x",
        "postgresql://host:99999/db",
    ],
)
def test_an_address_that_falls_apart_is_refused_without_a_word_of_it(url: str) -> None:
    with pytest.raises(SettingsError, match="HEADWAY_CLEAN_URL") as refused:
        parse_url(url, "HEADWAY_CLEAN_URL")

    assert SECRET not in str(refused.value)


def test_the_state_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "internal"
    urls = (f"sqlite:///{tmp_path}/clean.db", f"sqlite:///{folder}/state.db")

    with both_databases(*urls):
        pass

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "state.db").stat().st_mode) == 0o600


def test_a_clean_database_is_made_of_small_pages_and_one_that_there_is_keeps_its_own(
    tmp_path: Path,
) -> None:
    """A publication writes whole pages of rows that lie far apart."""
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as made:
        made.execute("PRAGMA page_size = 4096").close()
        made.execute("CREATE TABLE other (id INTEGER)").close()
    sizes = []
    for path, schema in ((tmp_path / "clean.db", clean.SCHEMA), (old, clean.SCHEMA)):
        engine = build_engine(parse_url(f"sqlite:///{path}", "test"), schema)
        with open_writer(engine) as connection:
            connection.execute(text("CREATE TABLE ours (id INTEGER)"))
            sizes.append(connection.execute(text("PRAGMA page_size")).scalar_one())
        engine.dispose()

    assert sizes == [PAGE_BYTES, 4096]


def test_a_moment_comes_back_in_utc_and_without_a_zone_is_refused(state_engine: Engine) -> None:
    moment = datetime.fromisoformat("2026-11-23T08:00:00.123456+02:00")
    row = {"run_id": "r", "site": "main", "outcome": "running"}
    with open_writer(state_engine) as connection:
        connection.execute(insert(state.run).values(**row, started_at=moment))
        back = connection.execute(select(state.run.c.started_at)).scalar_one()

    assert back == moment
    assert back.tzinfo is UTC
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    statement = insert(state.run).values(**row | {"run_id": "s"}, started_at=naive)
    with pytest.raises(StatementError, match="time zone"), open_writer(state_engine) as connection:
        connection.execute(statement)


def test_fractions_are_kept_exactly(state_engine: Engine) -> None:
    third = Fraction(1, 3)
    values = {
        "generation": "g", "site": "main", "team": "PAY", "window": 1, "points": third,
        "count": 1, "known": 1, "finished_by": {"a": 1}, "people": third, "windows": third,
        "carried": third,
        "unit": "points", "denominator": third,
    }  # fmt: skip
    with open_writer(state_engine) as connection:
        connection.execute(insert(state.team_window).values(**values))
        assert connection.execute(select(state.team_window.c.points)).scalar_one() == third


def test_a_transaction_that_fails_leaves_nothing(clean_engine: Engine) -> None:
    def break_off() -> None:
        with open_writer(clean_engine) as connection:
            connection.execute(insert(clean.rulebook).values(digest="d", texts={}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()

    with open_reader(clean_engine) as connection:
        assert connection.execute(select(clean.rulebook)).all() == []


def test_two_threads_may_write_at_once(clean_engine: Engine) -> None:
    """The lease is renewed by a thread of its own while a run writes."""

    def add(number: int) -> None:
        for turn in range(10):
            with open_writer(clean_engine) as connection:
                row = {"digest": f"{number}-{turn}", "texts": {}}
                connection.execute(insert(clean.rulebook).values(**row))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with open_reader(clean_engine) as connection:
        assert len(connection.execute(select(clean.rulebook)).all()) == 30


def test_reading_never_writes_whatever_the_connection_did_before(clean_engine: Engine) -> None:
    table = name_prefixes(clean_engine.dialect.name)[0]
    query = text(f"UPDATE {table}head SET revision = 9")

    for _ in range(2):
        with pytest.raises((DBAPIError, DatabaseError)), open_reader(clean_engine) as connection:
            connection.execute(query)
        with open_writer(clean_engine) as connection:
            connection.execute(query)


def test_what_is_for_reading_alone_never_writes(clean_engine: Engine) -> None:
    table = name_prefixes(clean_engine.dialect.name)[0]
    reader = build_reader(clean_engine.url, clean.SCHEMA, for_one_command=True)

    for _ in range(2):
        with pytest.raises((DBAPIError, DatabaseError)), open_reader(reader) as connection:
            connection.execute(text(f"UPDATE {table}head SET revision = 9"))

    reader.dispose()


def read_tcp_timeouts(url: str) -> tuple[int, int]:
    """Seconds after which a connection asks whether its server is there, and those it waits."""
    engine = build_engine(parse_url(url, "X"), "headway")
    with closing(engine.raw_connection()) as connection:
        asked = socket.socket(fileno=os.dup(connection.driver_connection.fileno()))  # type: ignore[union-attr]
    engine.dispose()
    with asked:
        assert asked.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        idle = asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        return idle, asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) // 1000


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a socket is set to")
def test_a_server_that_is_gone_without_a_word_is_noticed_within_a_minute(
    postgres_server: Postgres,
) -> None:
    url = postgres_server.create_database()

    assert read_tcp_timeouts(url) == (30, 30)
    assert read_tcp_timeouts(f"{url}?keepalives_idle=7&tcp_user_timeout=9000") == (7, 9)


def test_a_file_that_another_program_keeps_locked_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    url = parse_url(f"sqlite:///{path}", "X")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE kept (x)")
        before = path.read_bytes()
        check_unlocked(url)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="is locked by another program") as told:
            check_unlocked(url, 0.01)

    assert str(path) in str(told.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("for_one_command", "seen"), [(False, ["new"]), (True, ["old"])])
def test_a_file_in_anothers_place_is_read_next_but_not_within_one_command(
    for_one_command: bool, seen: list[str], tmp_path: Path
) -> None:
    for name in ("old", "new"):
        with closing(sqlite3.connect(tmp_path / name)) as file:
            file.execute("CREATE TABLE told AS SELECT ? AS word", [name])
            file.commit()
    url = parse_url(f"sqlite:///{tmp_path}/old", "test")
    reader = build_reader(url, clean.SCHEMA, for_one_command=for_one_command)
    opened = []
    event.listen(reader, "connect", lambda *_: opened.append(1))
    try:
        with open_reader(reader) as outer, open_reader(reader) as inner:  # both at once
            words = [each.scalar(text("SELECT word FROM told")) for each in (outer, inner)]
        (tmp_path / "new").rename(tmp_path / "old")
        with open_reader(reader) as later:
            found = later.scalars(text("SELECT word FROM told")).all()
    finally:
        reader.dispose()

    assert words == ["old", "old"]
    assert found == seen
    assert len(opened) == (2 if for_one_command else 3)
