from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.settings.schedule import parse_schedule
from sync.settings.settings import read_settings

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "firings"),
    [
        ("*", "Tue Wed Thu Fri Sat Sun Mon"),
        ("0", "Sun Sun"),
        ("1", "Mon Mon"),
        ("6", "Sat Sat"),
        ("7", "Sun Sun"),
        ("1-5", "Tue Wed Thu Fri Mon"),
        ("5-7", "Fri Sat Sun Fri"),
        ("0-2", "Tue Sun Mon Tue"),
        ("fri-1", "Fri Sat Sun Mon Fri"),
        ("1,3,5", "Wed Fri Mon Wed"),
        ("1-5/2", "Wed Fri Mon Wed"),
        ("*/2", "Tue Thu Sat Sun Tue"),
        ("MON-fri", "Tue Wed Thu Fri Mon"),
        ("2/2", "Tue Thu Sat Tue"),
    ],
)
def test_weekdays_count_from_sunday_as_in_cron(days: str, firings: str) -> None:
    trigger: Any = parse_schedule(f"0 6 * * {days}").build_trigger("UTC")

    found, moment = [], MONDAY
    for _ in firings.split():
        moment = trigger.get_next_fire_time(moment, moment)
        found.append(f"{moment:%a}")
        moment = moment.replace(hour=12)

    assert " ".join(found) == firings


@pytest.mark.parametrize(
    ("text", "normal", "seconds"),
    [("6h", "6h", 21_600), (" 90 m ", "90m", 5_400), ("1d", "1d", 86_400), ("45s", "45s", 45)],
)
def test_an_interval_is_read_as_any_length_of_time(text: str, normal: str, seconds: int) -> None:
    schedule = parse_schedule(text)

    assert schedule.text == normal
    assert schedule.longest_gap("UTC").total_seconds() == seconds


@pytest.mark.parametrize(
    "text",
    ["0 6 * * 8", "0 6 * * x", "0 6 * * */0", "0 0 31 2 *", "999999999999d", "9" * 500 + "d"],
)
def test_a_schedule_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is "):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("line", "firings"),
    [
        ("0 6 1 * 1", ["11-30 Mon", "12-01 Tue", "12-07 Mon", "12-14 Mon"]),
        ("0 6 */10 * 1", ["12-21 Mon", "01-11 Mon", "02-01 Mon", "03-01 Mon"]),
        ("0 6 24,26 * sat", ["11-24 Tue", "11-26 Thu", "11-28 Sat", "12-05 Sat"]),
        ("0 6 24 * *", ["11-24 Tue", "12-24 Thu", "01-24 Sun", "02-24 Wed"]),
    ],
)
def test_either_day_will_do_where_both_are_given_as_in_cron(line: str, firings: list[str]) -> None:
    found = parse_schedule(line).next_firings("UTC", MONDAY, 4)

    assert [f"{moment:%m-%d %a}" for moment in found] == firings


def test_the_next_runs_follow_the_last_good_one() -> None:
    schedule, hour = parse_schedule("6h"), timedelta(hours=1)

    runs = schedule.next_runs("UTC", MONDAY - hour, MONDAY)
    overdue = schedule.next_runs("UTC", MONDAY - 9 * hour, MONDAY)

    assert runs == [MONDAY + number * hour for number in (5, 11, 17)]
    assert overdue == [MONDAY + number * hour for number in (0, 6, 12)]
    assert schedule.next_runs("UTC", None, MONDAY) == overdue


@pytest.mark.parametrize("text", ["6h", "0 6 * * *"])
def test_after_a_run_that_is_still_to_come_the_next_one_is_due_at_once(text: str) -> None:
    year = timedelta(days=365)

    assert parse_schedule(text).next_runs("UTC", MONDAY + year, MONDAY)[0] == MONDAY


@pytest.mark.parametrize(
    ("schedule", "days"),
    [("0 6 1 * 1", 8), ("0 6 1 1 *", 8), ("1d", 2), ("7d", 8), ("0 6 * * 1-5", 6)],
)
def test_no_list_counts_as_fresh_for_longer_than_eight_days(schedule: str, days: int) -> None:
    assert read_settings({"HEADWAY_SCHEDULE": schedule}).freshness == timedelta(days=days)
