from datetime import UTC, datetime
from typing import Any

import pytest

from sync.settings.schedule import parse_schedule

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
