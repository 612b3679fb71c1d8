"""What the role of the page of queries cannot do, tried with all that the catalogues list.

`pytest -rP tests/runs/test_readers_rights.py` prints the whole table.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from models.tables.views import VIEWS
from sync.store.clean.planned_list import PLANNED
from tests.denials import BY_EVERYONE, Attempt, try_at_large, try_functions, try_relations
from tests.docs.pages import find_blocks, read_page
from tests.pgbouncer import READER
from tests.postgres import USER, Postgres
from tests.runs.place import Place, Places

COUNTED = """
SELECT max(reltuples) FROM pg_class
WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
"""


@dataclass
class Rights:
    """A published place, its owner, and the role with what the page grants it."""

    place: Place
    owner: psycopg.Connection
    reader: psycopg.Connection


def address_of(url: str) -> str:
    return url.replace("+psycopg", "")


@contextmanager
def granted(place: Place, url: str) -> Iterator[Rights]:
    """The role in the database at `url`, which may be any of the two."""
    (creation,) = (b for b in find_blocks(read_page("docs/querying.md"), "sql") if "ROLE" in b)
    with psycopg.connect(address_of(place.clean_url), autocommit=True) as owner:
        owner.execute(f"DROP ROLE IF EXISTS {READER}".encode())
        owner.execute(creation.encode())
        try:
            place.headway("migrate")
            with (
                psycopg.connect(address_of(url), autocommit=True) as other,
                psycopg.connect(address_of(url), user=READER, autocommit=True) as reader,
            ):
                yield Rights(place, other, reader)
        finally:
            owner.execute(f"DROP OWNED BY {READER}".encode())
            owner.execute(f"DROP ROLE {READER}".encode())


@pytest.fixture
def on_server(
    places: Places, tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("rights")
    with places.open_place(folder, projects=("ID",), server=postgres_server) as place:
        yield place


def tell(attempts: list[Attempt]) -> None:
    """The matrix, which pytest shows of passed tests with -rP."""
    for each in attempts:
        sys.stdout.write(f"{each.on:28} | {each.action:40} | {each.refusal or 'DONE'}\n")


@pytest.mark.published
@pytest.mark.parametrize("database", ["clean", "state"])
def test_of_all_relations_the_views_are_read_and_nothing_else_is_done(
    on_server: Place, database: str
) -> None:
    url = on_server.clean_url if database == "clean" else on_server.state_url
    with granted(on_server, url) as rights:
        attempts = list(try_relations(rights.owner, rights.reader, READER))
        attempts += try_functions(rights.owner, rights.reader)

    tell(attempts)
    done = {(each.on, each.action) for each in attempts if not each.refusal}
    views = {f"sales.{view.name}" for view in VIEWS} if database == "clean" else set()
    assert done == {(view, how) for view in views for how in ("SELECT", "COPY ... TO STDOUT")}
    assert len({each.on for each in attempts}) > len(VIEWS)


@pytest.mark.published
def test_at_large_it_makes_nothing_becomes_nobody_and_reads_no_file(on_server: Place) -> None:
    with granted(on_server, on_server.clean_url) as rights:
        rights.owner.execute(b"ANALYZE")
        process = str(rights.owner.info.backend_pid)
        attempts = list(try_at_large(rights.reader, role=READER, owner=USER, process=process))
        activity = rights.reader.execute(
            b"SELECT query FROM pg_stat_activity WHERE usename <> current_user"
        ).fetchall()
        columns = rights.reader.execute(
            b"SELECT count(*) FROM pg_stats "
            b"WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchone()

    tell(attempts)
    assert {each.action for each in attempts if not each.refusal} == set(BY_EVERYONE)
    assert {query for (query,) in activity} <= {"<insufficient privilege>"}
    assert columns == (0,)


@pytest.mark.published
def test_whatever_it_locks_and_however_long_it_stays_a_run_goes_through(
    on_server: Place,
) -> None:
    with granted(on_server, on_server.clean_url) as rights:
        rights.reader.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ")
        for view in VIEWS:
            rights.reader.execute(f"LOCK TABLE sales.{view.name} IN ACCESS SHARE MODE".encode())
        rights.reader.execute(
            b"SELECT pg_advisory_lock(key) FROM (VALUES (%d), (1)) AS k (key)" % PLANNED
        )
        before = rights.reader.execute(b"SELECT name FROM v1_crm ORDER BY 1").fetchall()
        on_server.rules("capabilities.yaml", "name: Audit log", "name: Activity log")
        said = on_server.headway("sync")
        still = rights.reader.execute(b"SELECT name FROM v1_crm ORDER BY 1").fetchall()
        rights.reader.execute(b"COMMIT")
        after = rights.reader.execute(b"SELECT name FROM v1_crm ORDER BY 1").fetchall()

    assert said.code == 0, said.err
    assert still == before
    assert set(after) - set(before) == {("Activity log",)}


@pytest.mark.published
def test_doctor_tells_how_no_role_gets_into_the_state_database_and_that_helps(
    on_server: Place,
) -> None:
    open_to_all = on_server.headway("doctor", "--all").out
    with granted(on_server, on_server.state_url) as rights:
        database = rights.owner.info.dbname
        rights.owner.execute(b"ANALYZE")
        counted = rights.reader.execute(COUNTED.encode()).fetchone()
        revoke = f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC"
        rights.owner.execute(revoke.encode())
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(address_of(on_server.state_url), user=READER)
    closed = on_server.headway("doctor", "--all").out

    assert counted
    assert counted[0] >= len(on_server.company.issues)
    assert revoke in " ".join(open_to_all.split())
    assert "every role of it may connect" in " ".join(open_to_all.split())
    assert "no role may connect to ours" in " ".join(closed.split())
    assert on_server.headway("sync").code == 0
