"""`headway migrate` and the role of readers: told how to make it, and given the views, no more."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from models.tables.views import VIEWS
from sync.store.clean.readers_role import DEFAULTS, READERS_ROLE, list_creation, list_grants
from tests.databases import both_databases
from tests.postgres import Postgres
from tests.runs.place import Place

OWNER = "list_owner"
"""A role that owns the views and may do nothing at large, as a careful operator's."""


@pytest.fixture
def owner(postgres_server: Postgres, tiny_place: Place) -> Iterator[psycopg.Connection]:
    """The superuser in a new database that the place's list stands in."""
    with postgres_server.fresh_database() as url:
        tiny_place.clean_url = url
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"DROP ROLE IF EXISTS {READERS_ROLE}".encode())
            try:
                yield connection
            finally:
                for role in (READERS_ROLE, OWNER):
                    if connection.execute(
                        "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)
                    ).fetchone():
                        connection.execute(f"DROP OWNED BY {role} CASCADE".encode())
                        connection.execute(f"DROP ROLE {role}".encode())


def make_role(owner: psycopg.Connection, *statements: str) -> None:
    for statement in statements or list_creation():
        owner.execute(statement.encode())


def list_readable(owner: psycopg.Connection) -> set[str]:
    """All that the role may read, wherever it is, that not everybody may."""
    found = owner.execute(
        """
        SELECT n.nspname || '.' || c.relname FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
        AND n.nspname !~ '^pg_|^information_schema$'
        AND has_table_privilege(%s, c.oid, 'SELECT')
        """,
        (READERS_ROLE,),
    )
    return {name for (name,) in found.fetchall()}


def test_where_there_is_no_role_migrate_prints_what_makes_it(
    owner: psycopg.Connection, tiny_place: Place
) -> None:
    said = tiny_place.headway("migrate")

    assert said.code == 0
    lines = [line.strip() for line in said.out.splitlines()]
    printed = [line for line in lines if line.startswith(("CREATE", "ALTER", "GRANT"))]
    assert printed == list(list_creation())
    for line in printed:
        owner.execute(line.encode())
    assert f"{READERS_ROLE} may read the list." in tiny_place.headway("migrate").out


def test_the_role_gets_the_views_alone_and_has_them_after_every_migration(
    owner: psycopg.Connection, tiny_place: Place
) -> None:
    views = {f"sales.{view.name}" for view in VIEWS}
    make_role(owner)
    tiny_place.headway("migrate")
    owner.execute(b"CREATE TABLE sales.of_somebody_else (x int)")
    first = list_readable(owner)
    owner.execute(f"REVOKE ALL ON sales.v1_crm FROM {READERS_ROLE}".encode())

    again = [tiny_place.headway("migrate").out for _ in range(2)]

    assert first == list_readable(owner) == views
    assert all(f"{READERS_ROLE} may read the list." in out for out in again)


def test_its_sessions_begin_as_the_page_says(owner: psycopg.Connection, tiny_place: Place) -> None:
    make_role(owner)
    tiny_place.headway("migrate")
    url = tiny_place.clean_url.replace("+psycopg", "")

    with psycopg.connect(url, user=READERS_ROLE) as reader:
        begun = {name: reader.execute(f"SHOW {name}".encode()).fetchone() for name in DEFAULTS}

    assert begun == {
        "search_path": ("sales",),
        "default_transaction_isolation": ("repeatable read",),
        "statement_timeout": ("30s",),
        "idle_in_transaction_session_timeout": ("1min",),
    }


def test_what_a_role_of_another_make_lacks_is_told_and_not_done(
    owner: psycopg.Connection, tiny_place: Place
) -> None:
    make_role(
        owner,
        f"CREATE ROLE {READERS_ROLE} LOGIN",
        f"ALTER ROLE {READERS_ROLE} SET statement_timeout = '5min'",
    )

    out = tiny_place.headway("migrate").out

    assert "What its sessions should begin with" in out
    assert "search_path" in out
    assert "CONNECTION LIMIT" in out
    assert "statement_timeout = " not in out


def test_who_owns_no_view_prints_the_grants_for_who_does(
    owner: psycopg.Connection, tiny_place: Place
) -> None:
    url = tiny_place.clean_url
    with both_databases(url, tiny_place.state_url):
        pass
    make_role(owner)
    make_role(
        owner,
        f"CREATE ROLE {OWNER} LOGIN",
        f"GRANT USAGE ON SCHEMA headway, sales TO {OWNER}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA headway TO {OWNER}",
    )
    tiny_place.clean_url = url.replace("//headway@", f"//{OWNER}@")

    said = tiny_place.headway("migrate")

    assert said.code == 0, said.err
    assert [line.strip() for line in said.out.splitlines() if "GRANT" in line] == [*list_grants()]
    assert list_readable(owner) == set()
    refused = tiny_place.headway("find", "SSO")
    assert (refused.code, "INSERT" in refused.err) == (74, False)
    assert "SELECT on the v1 views, and nothing else" in refused.err


@pytest.mark.parametrize(
    ("statements", "reached"),
    [
        (("GRANT USAGE ON SCHEMA headway TO {}", "GRANT SELECT ON headway.head TO {}"), "head."),
        (("GRANT UPDATE ON sales.v1_crm TO {}",), "v1_crm."),
        (("ALTER ROLE {} SUPERUSER",), "more."),
        ((), None),
    ],
)
def test_a_role_that_reaches_more_than_the_list_is_told_of(
    owner: psycopg.Connection, tiny_place: Place, statements: tuple[str, ...], reached: str | None
) -> None:
    make_role(owner)
    tiny_place.headway("migrate")
    make_role(owner, "SELECT 1", *(each.format(READERS_ROLE) for each in statements))

    said = tiny_place.headway("migrate").out

    told = [line for line in said.splitlines() if "reaches more than the list" in line]
    assert [line.endswith(reached or "") for line in told] == ([True] if reached else [])


def test_on_sqlite_there_are_no_roles_to_tell_of(tiny_place: Place) -> None:
    assert READERS_ROLE not in tiny_place.headway("migrate").out


@pytest.mark.parametrize("command", [("board", "--output", "-"), ("evidence", "audit-log")])
def test_the_role_is_told_that_the_past_is_not_for_it_and_to_get_no_right_to_write(
    owner: psycopg.Connection, tiny_place: Place, command: tuple[str, ...]
) -> None:
    make_role(owner)
    tiny_place.headway("migrate")
    reader = make_url(tiny_place.clean_url).set(username=READERS_ROLE)

    said = tiny_place.headway(*command, "--on", "2026-11-23", clean_url=str(reader))

    assert (said.code, said.out) == (74, "")
    assert "no reader's role may" in said.err
    assert "INSERT" not in said.err
