import os
from pathlib import Path

import pytest

from tests.benchmarks.portfolio import Portfolio, portfolio_of, read_archive

pytestmark = pytest.mark.all


def the_portfolio(shape: str) -> Portfolio:
    data = os.environ.get("HEADWAY_TEST_DATA")
    if not data:
        pytest.skip("HEADWAY_TEST_DATA is not set: it names the folder that holds tidev/")
    return portfolio_of(read_archive(Path(data) / "tidev", shape), "project")


def test_cloud_and_data_center_come_to_the_same_levels() -> None:
    assert the_portfolio("v2").ratings() == the_portfolio("v3").ratings()


def test_credits_checked_by_hand_are_what_is_booked() -> None:
    """8 of 47 points of three people's fortnight; 13 of 86 of the same; 13 of 94 points of four
    people's two fortnights; one item, all that four people did in one."""
    portfolio = the_portfolio("v3")
    keys = {issue.id: issue.key for issue in portfolio.issues}

    credits = {keys[entry.issue_id]: entry.credit for entry in portfolio.booking.entries}

    assert credits["TIMOB-18167"] == 1_021_276
    assert credits["TIMOB-18033"] == 906_976
    assert credits["TIMOB-18087"] == 2_212_765
    assert credits["TIMOB-9862"] == 8_000_000
