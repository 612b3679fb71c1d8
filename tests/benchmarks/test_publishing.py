import pytest

from tests.benchmarks.publishing import empty_log, measure, plan_changes, plan_first
from tests.databases import both_databases


@pytest.mark.all
def test_fifty_changes_among_twenty_thousand_rows_write_half_a_megabyte_of_log(
    database_url: str, other_database_url: str
) -> None:
    first = plan_first()
    with both_databases(database_url, other_database_url) as (engine, _):
        measure(engine, first)
        empty_log(engine)
        cost = measure(engine, plan_changes(first))

    assert 0 < cost.log <= 0.5
