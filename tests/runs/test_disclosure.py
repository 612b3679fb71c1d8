"""No amount of work, however it is written, stands anywhere in the clean database."""

import re

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from models.effort import MICRO
from models.tables import clean
from sync.store.db.engines import parse_url
from tests.runs.place import Place

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.]+")

READER = (
    "CREATE ROLE {role} LOGIN",
    "GRANT USAGE ON SCHEMA sales TO {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA sales TO {role}",
)


def everything(place: Place) -> str:
    """All that is in the clean database but moments and the rule book's own text, as one text."""
    tables = [table.name for table in clean.metadata.sorted_tables if table.name != "rulebook"]
    return "\n".join(
        MOMENT.sub("", str(value))
        for table in tables
        for row in place.rows(f'SELECT * FROM {{t}}"{table}"')
        for value in row.values()
    )


@pytest.mark.published
def test_no_effort_and_no_part_of_one_is_in_the_clean_database(place: Place) -> None:
    text_of_all = everything(place)

    credits = place.state_rows("SELECT credit, credit_by_count FROM {t}ledger WHERE credit > 0")
    assert credits
    large = {str(value) for row in credits for value in row.values() if value >= MICRO // 10}
    assert not {amount for amount in large if amount in text_of_all}


def test_a_reader_on_postgresql_reaches_the_views_and_nothing_else(
    postgres_url: str, small_place: Place
) -> None:
    small_place.clean_url = postgres_url
    small_place.headway("migrate")
    assert small_place.headway("sync").code == 0
    url = parse_url(postgres_url, "test")
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
