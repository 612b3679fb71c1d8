"""Which of the clocks is wrong: two that agree are right, and of two alone the past tells."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.errors import HeldError
from sync.pipeline.consistency.clocks import (
    DATABASE,
    JIRA,
    OURS,
    Clocks,
    check_clocks,
    judge_clocks,
    read_clocks,
    read_last_clocks,
)
from sync.pipeline.context import Context
from sync.settings.settings import read_settings
from sync.store.state.runs.runs import Ending, finish_run, start_run
from tests.variants import on_sqlite_first

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


@pytest.mark.parametrize(
    ("off", "span"),
    [
        (timedelta(minutes=1, seconds=40), "2 minutes"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(minutes=120), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=1000), "1000 days"),
    ],
)
def test_by_how_much_clocks_differ_is_told_in_one_unit(off: timedelta, span: str) -> None:
    fault = judge_clocks(Clocks(ours=NOW, jira=NOW + off), None, timedelta(minutes=1))

    assert fault is not None
    assert fault.what.startswith(f"the clocks differ by {span} (")


@pytest.mark.parametrize(
    ("ours", "jira", "what"),
    [
        (
            YEAR,
            timedelta(0),
            "this machine's clock is wrong: it says 2027-11-28 14:00 UTC, 365 days ahead of Jira's "
            "(2026-11-28 14:00 UTC); since the last run it went on 365 days, and Jira's clock on "
            "0 minutes.",
        ),
        (
            -YEAR,
            timedelta(minutes=10),
            "this machine's clock is wrong: it says 2025-11-28 14:00 UTC, 365 days behind Jira's "
            "(2026-11-28 14:10 UTC); since the last run it went back 365 days, and Jira's clock "
            "on 10 minutes.",
        ),
        (
            timedelta(0),
            YEAR,
            "Jira's clock is wrong: it says 2027-11-28 14:00 UTC, 365 days ahead of this machine's "
            "(2026-11-28 14:00 UTC); since the last run it went on 365 days, and this machine's "
            "clock on 0 minutes.",
        ),
    ],
)
def test_what_each_of_two_did_since_the_last_run_is_told(
    ours: timedelta, jira: timedelta, what: str
) -> None:
    last = Clocks(ours=NOW, jira=NOW)

    fault = judge_clocks(Clocks(ours=NOW + ours, jira=NOW + jira), last, HOUR)

    assert fault is not None
    assert fault.what == what


def test_two_that_both_went_back_cannot_be_told_apart() -> None:
    last = Clocks(ours=NOW, jira=NOW)

    fault = judge_clocks(Clocks(ours=NOW - 10 * DAY, jira=NOW - 2 * DAY), last, HOUR)

    assert fault is not None
    assert fault.wrong is None


def test_two_that_differ_by_no_more_than_is_allowed_agree_against_a_third() -> None:
    fault = judge_clocks(Clocks(ours=NOW, database=NOW + HOUR, jira=NOW + YEAR), None, HOUR)

    assert fault is not None
    assert fault.wrong == JIRA
    assert fault.what == (
        "Jira's clock is wrong: it says 2027-11-28 14:00 UTC, 365 days ahead of this machine's and "
        "the database's (2026-11-28 14:00 UTC)."
    )


@pytest.mark.parametrize(
    ("since", "ours", "jira", "wrong"),
    [
        (timedelta(0), YEAR, -HOUR, OURS),  # no further back than is allowed
        (HOUR / 2, 2 * HOUR, HOUR, "nobody"),  # ours went on for longer, by what is allowed
        (HOUR / 2, 2 * HOUR, HOUR - timedelta(seconds=1), OURS),
    ],
)
def test_a_jira_that_is_behind_since_ours_went_on_for_longer_is_right(
    since: timedelta, ours: timedelta, jira: timedelta, wrong: str
) -> None:
    last = Clocks(ours=NOW, jira=NOW - since)
    clocks = Clocks(ours=NOW + ours, jira=NOW - since + jira)

    fault = judge_clocks(clocks, last, HOUR)

    assert (fault.wrong if fault else "nobody") == wrong


def tolerating(context: Context, span: str) -> Context:
    settings = read_settings({"HEADWAY_CLOCK_TOLERANCE": span})
    return replace(context, settings=settings)


@pytest.mark.every_kind
def test_a_run_is_held_by_clocks_that_differ_by_more_than_the_settings_allow(
    context: Context,
) -> None:
    has_clock = context.clean.dialect.name == "postgresql"
    jira = datetime.now(UTC) + YEAR
    clocks = read_clocks(context.clean, jira)

    check_clocks(tolerating(context, "1h"), datetime.now(UTC))
    check_clocks(tolerating(context, "none"), jira)
    with pytest.raises(HeldError, match=r"^guard clocks: holds the publication back: ") as held:
        check_clocks(tolerating(context, "1h"), jira)

    names = "Jira's clock is wrong" if has_clock else "which of them is wrong cannot be told"
    assert names in str(held.value)
    assert clocks.jira == jira
    assert (clocks.database is not None) is has_clock
    for clock in (clocks.ours, clocks.database or clocks.ours):
        assert abs(clock - datetime.now(UTC)) < HOUR
    assert read_clocks(None, jira).database is None


@on_sqlite_first
def test_clocks_are_held_against_those_of_the_last_run_that_came_to_a_plan(
    context: Context,
) -> None:
    now = datetime.now(UTC)
    none = read_last_clocks(context.state, "main")
    run_id, _ = start_run(context.state, "main")
    finish_run(context.state, run_id, Ending(outcome="unchanged", exit_code=0, as_of=now))
    last = read_last_clocks(context.state, "main")

    assert none is None
    assert last is not None
    assert last.jira == now
    assert last.ours != now
    assert abs(last.ours - now) < HOUR
    has_clock = context.state.dialect.name == "postgresql"
    reason = "ahead of this machine's and the database's" if has_clock else "since the last run"
    with pytest.raises(HeldError, match=rf"Jira's clock is wrong.* {reason}"):
        check_clocks(tolerating(context, "1h"), now + YEAR)
