"""Which of the clocks is wrong: two that agree are right, and of two alone the past tells."""

from datetime import UTC, datetime, timedelta

import pytest

from sync.pipeline.clocks import DATABASE, JIRA, OURS, Clocks, judge_clocks

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
NOW = datetime(2026, 11, 28, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "off"),
    [
        *((name, off) for name in (OURS, DATABASE) for off in (YEAR, -YEAR, 2 * HOUR)),
        (JIRA, YEAR),
        (JIRA, 2 * HOUR),
    ],
)
def test_of_three_the_one_that_two_others_gainsay_is_wrong(wrong: str, off: timedelta) -> None:
    names = {OURS: "ours", DATABASE: "database", JIRA: "jira"}
    moments = dict.fromkeys(names.values(), NOW) | {names[wrong]: NOW + off}

    fault = judge_clocks(Clocks(**moments), None, HOUR)

    assert fault is not None
    assert fault.wrong == wrong
    assert fault.what.startswith(f"{wrong} clock is wrong: it says {NOW + off:%Y-%m-%d %H:%M} UTC")


def test_clocks_that_agree_closely_enough_are_right() -> None:
    clocks = Clocks(ours=NOW, jira=NOW + HOUR, database=NOW + HOUR / 2)

    assert judge_clocks(clocks, None, HOUR) is None
    assert judge_clocks(Clocks(ours=NOW, jira=NOW - HOUR), None, HOUR) is None


@pytest.mark.parametrize(
    ("ours", "jira", "wrong"),
    [
        (DAY, DAY + YEAR, JIRA),
        (DAY + YEAR, DAY, OURS),
        (DAY - YEAR, DAY, OURS),
    ],
)
def test_of_two_the_one_that_went_back_or_on_for_longer_is_wrong(
    ours: timedelta, jira: timedelta, wrong: str
) -> None:
    last = Clocks(ours=NOW, jira=NOW)

    fault = judge_clocks(Clocks(ours=NOW + ours, jira=NOW + jira), last, HOUR)

    assert fault is not None
    assert fault.wrong == wrong


@pytest.mark.parametrize("last", [None, Clocks(ours=NOW - DAY, jira=NOW - DAY + YEAR)])
def test_where_nothing_tells_which_is_wrong_both_are_named(last: Clocks | None) -> None:
    fault = judge_clocks(Clocks(ours=NOW, jira=NOW + YEAR), last, HOUR)

    assert fault is not None
    assert fault.wrong is None
    assert fault.what == (
        "the clocks differ by 365 days (this machine's says 2026-11-28 14:00 UTC, Jira's says "
        "2027-11-28 14:00 UTC), and which of them is wrong cannot be told."
    )


def test_three_that_all_differ_are_all_named() -> None:
    clocks = Clocks(ours=NOW, jira=NOW + YEAR, database=NOW - DAY)

    fault = judge_clocks(clocks, Clocks(ours=NOW, jira=NOW), HOUR)

    assert fault is not None
    assert fault.wrong is None
    assert "the database's says 2026-11-27 14:00 UTC" in fault.what


@pytest.mark.parametrize("behind", [2 * HOUR, 5 * DAY, YEAR])
@pytest.mark.parametrize("database", [None, NOW])
def test_a_jira_that_is_behind_does_no_harm(behind: timedelta, database: datetime | None) -> None:
    clocks = Clocks(ours=NOW, jira=NOW - behind, database=database)
    before = Clocks(ours=NOW - HOUR, jira=NOW - behind - DAY)

    for last in (None, before, Clocks(ours=NOW - HOUR, jira=NOW)):
        assert judge_clocks(clocks, last, HOUR) is None
