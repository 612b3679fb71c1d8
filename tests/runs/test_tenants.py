"""Two tenants in one database of PostgreSQL: each has its list, and nothing of the other's.

`pytest -rP tests/runs/test_tenants.py` prints the whole table of what was tried.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import make_url

from models.tables.views import VIEWS
from sync.store.clean.readers_role import list_creation
from tests.denials import Attempt, try_functions, try_relations
from tests.postgres import Postgres
from tests.runs.place import Place
from tests.runs.test_readers_rights import COUNTED, address_of, tell

TENANTS = ("acme", "globex")


def name_schemas(tenant: str) -> tuple[str, str, str]:
    return f"{tenant}_sales", f"headway_{tenant}_sales", f"{tenant}_state"


@dataclass
class Tenants:
    """Both tenants' lists in one database, and a way to log in as anybody there."""

    place: Place
    url: str
    owner: psycopg.Connection

    def settings(self, tenant: str) -> dict[str, str]:
        """What `headway` is told of one tenant's list."""
        own = make_url(self.url).set(username=tenant).render_as_string(hide_password=False)
        sales, _, state = name_schemas(tenant)
        return {
            "clean_url": own,
            "state_url": own,
            "clean_schema": sales,
            "state_schema": state,
            "readers_role": f"{tenant}_reader",
        }

    @contextmanager
    def login(self, role: str) -> Iterator[psycopg.Connection]:
        with psycopg.connect(address_of(self.url), user=role, autocommit=True) as connection:
            yield connection


@pytest.fixture
def tenants(postgres_server: Postgres, tiny_place: Place) -> Iterator[Tenants]:
    """Schemas that somebody who may make them has made, filled by roles that may not."""
    with (
        postgres_server.fresh_database() as url,
        psycopg.connect(address_of(url), autocommit=True) as owner,
    ):
        made = Tenants(tiny_place, url, owner)
        try:
            for tenant in TENANTS:
                owner.execute(f"CREATE ROLE {tenant} LOGIN".encode())
                for schema in name_schemas(tenant):
                    owner.execute(f"CREATE SCHEMA {schema} AUTHORIZATION {tenant}".encode())
                for line in list_creation(f"{tenant}_reader", f"{tenant}_sales"):
                    owner.execute(line.encode())
                said = tiny_place.headway("migrate", **made.settings(tenant))
                assert f"{tenant}_reader may read the list." in said.out, said.err
            yield made
        finally:
            for role in (*TENANTS, *(f"{tenant}_reader" for tenant in TENANTS)):
                with suppress(psycopg.errors.UndefinedObject):
                    owner.execute(f"DROP OWNED BY {role} CASCADE".encode())
                    owner.execute(f"DROP ROLE {role}".encode())


@pytest.fixture
def published(tenants: Tenants) -> Tenants:
    """The same, each with a list."""
    for tenant in TENANTS:
        assert tenants.place.headway("sync", **tenants.settings(tenant)).code == 0
    return tenants


def find_done(attempts: list[Attempt], schemas: tuple[str, ...]) -> set[tuple[str, str]]:
    """What was done to relations and functions of some schemas."""
    return {
        (each.on, each.action)
        for each in attempts
        if not each.refusal and each.on.startswith(tuple(f"{schema}." for schema in schemas))
    }


def test_what_a_role_may_not_make_is_told_with_the_sql_that_lets_it(
    postgres_server: Postgres, tiny_place: Place
) -> None:
    with (
        postgres_server.fresh_database() as url,
        psycopg.connect(address_of(url), autocommit=True) as owner,
    ):
        owner.execute("CREATE ROLE acme LOGIN")
        owner.execute("CREATE SCHEMA acme_sales")
        owner.execute("CREATE SCHEMA headway_acme_sales")
        owner.execute("GRANT USAGE, CREATE ON SCHEMA acme_sales, headway_acme_sales TO acme")
        made = Tenants(tiny_place, url, owner)
        settings = made.settings("acme") | {"workers_url": made.settings("acme")["clean_url"]}
        told = []
        try:
            while (said := tiny_place.headway("migrate", **settings)).code:
                orders = re.findall(r" run: (.*;)", said.err)
                assert (said.code, bool(orders)) == (74, True), said.err
                told += orders
                for order in orders:
                    owner.execute(order.encode())
        finally:
            owner.execute("DROP OWNED BY acme CASCADE")
            owner.execute("DROP ROLE acme")

    assert told == [
        "CREATE SCHEMA acme_state AUTHORIZATION acme;",
        "ALTER SCHEMA acme_sales OWNER TO acme;",
        "CREATE SCHEMA headway_jobs AUTHORIZATION acme;",
    ]


@pytest.mark.parametrize("role", ["acme", "acme_reader"])
def test_no_role_of_a_tenant_does_anything_to_what_is_the_others(
    tenants: Tenants, role: str
) -> None:
    theirs = name_schemas("globex")
    own = name_schemas("acme") if role == "acme" else ()
    with tenants.login(role) as connection:
        attempts = list(try_relations(tenants.owner, connection, role, own))
        attempts += try_functions(tenants.owner, connection)

    tell(attempts)
    tried = {each.on.partition(".")[0] for each in attempts}
    assert tried >= set(theirs)
    assert find_done(attempts, theirs) == set()
    views = {f"acme_sales.{view.name}" for view in VIEWS}
    if role == "acme_reader":
        everything = {(view, how) for view in views for how in ("SELECT", "COPY ... TO STDOUT")}
        assert find_done(attempts, name_schemas("acme")) == everything


@pytest.mark.all
def test_statistics_show_no_value_of_the_other_and_no_more_than_how_much_there_is(
    published: Tenants,
) -> None:
    tenants = published
    tenants.owner.execute(b"ANALYZE")
    with tenants.login("acme") as connection:
        seen = connection.execute(b"SELECT DISTINCT schemaname FROM pg_stats").fetchall()
        counted = connection.execute(COUNTED.encode()).fetchone()
        activity = connection.execute(
            b"SELECT query FROM pg_stat_activity WHERE usename <> current_user"
        ).fetchall()

    assert not {schema for (schema,) in seen} & set(name_schemas("globex"))
    assert counted
    assert {query for (query,) in activity} <= {"<insufficient privilege>"}


@pytest.mark.all
def test_each_has_the_list_that_it_would_have_alone(published: Tenants) -> None:
    tenants, place = published, published.place
    place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")

    said = place.headway("sync", **tenants.settings("acme"))

    assert said.code == 0, said.err
    names = {}
    for tenant in TENANTS:
        with tenants.login(f"{tenant}_reader") as reader:
            names[tenant] = {row[0] for row in reader.execute(b"SELECT name FROM v1_crm")}
        found = place.headway("find", "activity log", **tenants.settings(tenant))
        assert ("Activity log" in found.out) == (tenant == "acme")
    assert names["acme"] - names["globex"] == {"Activity log"}
    assert names["globex"] - names["acme"] == {"Audit log"}


def test_a_reader_who_reaches_the_other_list_is_told_of(tenants: Tenants) -> None:
    tenants.owner.execute(b"GRANT globex TO acme_reader")

    said = tenants.place.headway("migrate", **tenants.settings("acme"))

    assert "acme_reader reaches more than the list: globex_sales." in said.out


@pytest.mark.all
def test_doctor_and_a_planned_list_go_by_the_names_too(published: Tenants) -> None:
    tenants = published
    acme = tenants.settings("acme")
    looked = tenants.place.headway("doctor", "--json", **acme)
    tenants.owner.execute(f"GRANT CREATE ON DATABASE {tenants.owner.info.dbname} TO acme".encode())
    planned = tenants.place.headway("plan", "--publish-to", "acme_planned", **acme)
    taken = tenants.place.headway("plan", "--publish-to", "headway_acme_sales", **acme)

    assert looked.code == 0, looked.out
    assert planned.code == 0, planned.err
    assert (taken.code, "no schema that a planned list may" in taken.err) == (2, True)
    with tenants.login("acme") as connection:
        rows = connection.execute(b"SELECT count(*) FROM acme_planned.v1_crm").fetchone()
    assert rows
    assert rows[0]


@pytest.mark.parametrize("name", ["sales;drop", "Sales", "pg_x", "select", "headway", "x" * 51])
def test_a_schema_has_a_name_that_needs_no_quotes(tiny_place: Place, name: str) -> None:
    url = "postgresql://localhost/x"

    said = tiny_place.headway("status", clean_url=url, clean_schema=name)

    assert (said.code, "HEADWAY_CLEAN_SCHEMA: " in said.err) == (2, True)


def test_on_sqlite_there_are_none(tiny_place: Place) -> None:
    said = tiny_place.headway("status", clean_schema="acme")

    assert (said.code, "on SQLite there are no schemas" in said.err) == (2, True)


def test_a_schema_is_not_two_things_at_once(tiny_place: Place) -> None:
    url = "postgresql://localhost/x"
    own = {"clean_url": url, "state_url": url, "clean_schema": "acme"}

    said = tiny_place.headway("status", state_schema="headway_acme", **own)

    assert (said.code, "is a schema of the clean database already" in said.err) == (2, True)
