"""No amount of work, however it is written, stands anywhere in the clean database."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from models.effort import MICRO
from models.tables import clean
from sync.store.db.addresses import parse_url
from tests.postgres import Postgres
from tests.runs.place import PUBLISHED, Place, Places

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+")
KEY = re.compile(r"\b(?:[\da-f]{16}|[\da-f]{32}|[\da-f]{64}|\d{8}-\d{6}-[\da-f]{4})\b")
"""A hash, a salt, an epoch, or a run's name: any digits may stand in one."""

READER = (
    "CREATE ROLE {role} LOGIN",
    "GRANT USAGE ON SCHEMA sales TO {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA sales TO {role}",
)


def everything(place: Place) -> str:
    """All that is in the clean database but moments, keys and the rule book's own text."""
    tables = [table.name for table in clean.metadata.sorted_tables if table.name != "rulebook"]
    return "\n".join(
        leave_out_keys(str(value))
        for table in tables
        for row in place.rows(f'SELECT * FROM {{t}}"{table}"')
        for value in row.values()
    )


def leave_out_keys(value: str) -> str:
    return KEY.sub("", MOMENT.sub("", value))


@pytest.mark.parametrize(
    ("told", "is_left"),
    [
        ("0c456896" * 8, False),
        ("0c456896" * 4, False),
        ("2bc456896ee7f6a1", False),
        ("20261129-456896-a456", False),
        ('{"hash":"' + "0c456896" * 8 + '"}', False),
        ("456896", True),
        ('{"credit":456896}', True),
        ("0.456896", True),
        ("hash-456896-0c456896", True),
        ("a" * 57 + "_456896", True),
        ("0" * 20 + "456896", True),
    ],
)
def test_an_amount_is_looked_for_everywhere_but_within_keys(told: str, is_left: bool) -> None:
    assert ("456896" in leave_out_keys(told)) is is_left


@pytest.mark.every_kind
@pytest.mark.published
def test_no_effort_and_no_part_of_one_is_in_the_clean_database(place: Place) -> None:
    text_of_all = everything(place)

    credits = place.state_rows("SELECT credit, credit_by_count FROM {t}ledger WHERE credit > 0")
    assert credits
    large = {str(value) for row in credits for value in row.values() if value >= MICRO // 10}
    assert not {amount for amount in large if amount in text_of_all}


def test_a_reader_on_postgresql_reaches_the_views_and_nothing_else(
    places: Places, tmp_path: Path, postgres_server: Postgres
) -> None:
    published = replace(places, commands=PUBLISHED)
    with published.open_place(tmp_path, server=postgres_server) as place:
        reach_the_views_alone(place.clean_url)


def reach_the_views_alone(clean_url: str) -> None:
    """Make a reader as the page says, and be turned away from whatever is not for it."""
    url = parse_url(clean_url, "test")
    role = f"reader_{url.database}"
    owner = create_engine(url)
    with owner.begin() as connection:
        for statement in READER:
            connection.execute(text(statement.format(role=role)))
        tables = inspect(connection).get_table_names(schema=clean.SCHEMA)

    try:
        with owner.connect() as connection:
            connection.execute(text(f"SET ROLE {role}"))
            assert connection.execute(text("SELECT count(*) FROM sales.v1_crm")).scalar_one() > 20
            connection.commit()
            for table in tables:
                with pytest.raises(ProgrammingError, match="permission denied"):
                    connection.execute(text(f"SELECT * FROM {clean.SCHEMA}.{table}"))
                connection.rollback()
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text("CREATE TABLE sales.mine (x int)"))
            connection.rollback()
            connection.execute(text("RESET ROLE"))
            connection.commit()
    finally:
        with owner.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
        owner.dispose()


COUNTERS = """
SELECT relname || ' ' || counter, number FROM (
    SELECT relname::text, 'rows by the planner' AS counter, reltuples::bigint AS number
    FROM pg_class
    WHERE relkind IN ('r', 'i', 'S', 't') AND relnamespace::regnamespace::text !~ '^pg_'
    UNION ALL SELECT relname::text, 'inserted', n_tup_ins FROM pg_stat_user_tables
    UNION ALL SELECT relname::text, 'updated', n_tup_upd FROM pg_stat_user_tables
    UNION ALL SELECT relname::text, 'deleted', n_tup_del FROM pg_stat_user_tables
    UNION ALL SELECT relname::text, 'alive', n_live_tup FROM pg_stat_user_tables
    UNION ALL SELECT relname::text, 'read', seq_tup_read FROM pg_stat_user_tables
) AS counted
"""


def test_a_reader_on_postgresql_counts_neither_issues_nor_epics_nor_credits(
    postgres_server: Postgres, small_place: Place
) -> None:
    with (
        postgres_server.fresh_database() as clean_url,
        postgres_server.fresh_database() as state_url,
    ):
        small_place.clean_url, small_place.state_url = clean_url, state_url
        small_place.headway("migrate")
        assert small_place.headway("sync").code == 0
        secrets = {
            "issues": len(small_place.company.issues),
            "epics": small_place.state_rows("SELECT count(*) AS n FROM {t}decision")[0]["n"],
            "credits": small_place.state_rows("SELECT count(*) AS n FROM {t}ledger")[0]["n"],
        }
        url = parse_url(clean_url, "test")
        role = f"counter_{url.database}"
        owner = create_engine(url)
        with owner.begin() as connection:
            for statement in READER:
                connection.execute(text(statement.format(role=role)))
            connection.execute(text("ANALYZE"))
        try:
            with owner.connect() as connection:
                connection.execute(text(f"SET ROLE {role}"))
                counted: dict[str, int] = dict(map(tuple, connection.execute(text(COUNTERS))))
                listed = connection.execute(
                    text("SELECT count(*) FROM sales.v1_capability")
                ).scalar()
                feeds = connection.execute(
                    text("SELECT relname FROM pg_class WHERE relname ~ 'feed|issue|ledger|epic'")
                ).all()
        finally:
            with owner.begin() as connection:
                connection.execute(text(f"DROP OWNED BY {role}"))
                connection.execute(text(f"DROP ROLE {role}"))
            owner.dispose()

    assert counted["capability alive"] == listed
    assert feeds == []
    assert secrets["credits"] > secrets["epics"] > listed
    assert {name: n for name, n in counted.items() if n in secrets.values() and n > 50} == {}


def test_doctor_says_where_a_reader_could_count(postgres_url: str, small_place: Place) -> None:
    small_place.clean_url = small_place.state_url = postgres_url
    small_place.headway("migrate")

    assert "can count issues and credits" in small_place.headway("doctor").out
