"""A cron line over the two nights on which clocks are changed, in several zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sync.settings.cron import CronClock
from sync.settings.schedule import MEANINGS, parse_schedule

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
NIGHTS = {
    "autumn in Berlin": (BERLIN, "2026-10-24T20:00Z"),
    "spring in Berlin": (BERLIN, "2026-03-28T20:00Z"),
    "autumn in New York": (NEW_YORK, "2026-11-01T03:30Z"),
    "spring in New York": (NEW_YORK, "2026-03-08T04:30Z"),
    "autumn on Lord Howe": (LORD_HOWE, "2026-04-04T12:30Z"),
    "spring on Lord Howe": (LORD_HOWE, "2026-10-03T13:00Z"),
}
"""The zone, and a moment on the evening before."""


def list_firings(night: str, line: str, number: int) -> str:
    """When the line comes due from that evening on, as the wall clock shows it there."""
    zone, evening = NIGHTS[night]
    moments = parse_schedule(line).next_firings(zone, datetime.fromisoformat(evening), number)
    assert moments == sorted(set(moments))
    return ", ".join(f"{moment.astimezone(ZoneInfo(zone)):%d %H:%M%z}" for moment in moments)


@pytest.mark.parametrize(
    ("night", "line", "firings"),
    [
        ("autumn in Berlin", "30 2 * * *", "25 02:30+0200, 26 02:30+0100"),
        ("autumn in Berlin", "0 2,3 * * *", "25 02:00+0200, 25 03:00+0100, 26 02:00+0100"),
        ("autumn in Berlin", "59 1 * * *", "25 01:59+0200, 26 01:59+0100"),
        ("autumn in Berlin", "0 * 25 * *", "25 00:00+0200, 25 01:00+0200, 25 02:00+0200, "
         "25 02:00+0100, 25 03:00+0100"),
        ("autumn in Berlin", "*/30 2 * * *", "25 02:00+0200, 25 02:30+0200, 25 02:00+0100, "
         "25 02:30+0100, 26 02:00+0100"),
        ("autumn in Berlin", "@daily", "25 00:00+0200, 26 00:00+0100"),
        ("spring in Berlin", "30 2 * * *", "29 03:00+0200, 30 02:30+0200"),
        ("spring in Berlin", "15,45 2 * * *", "29 03:00+0200, 30 02:15+0200, 30 02:45+0200"),
        ("spring in Berlin", "0 2,3 * * *", "29 03:00+0200, 30 02:00+0200, 30 03:00+0200"),
        ("spring in Berlin", "0 * 29 * *", "29 00:00+0100, 29 01:00+0100, 29 03:00+0200"),
        ("spring in Berlin", "*/30 2 * * *", "30 02:00+0200, 30 02:30+0200"),
        ("autumn in New York", "30 1 * * *", "01 01:30-0400, 02 01:30-0500"),
        ("autumn in New York", "*/30 1 * * *", "01 01:00-0400, 01 01:30-0400, 01 01:00-0500, "
         "01 01:30-0500, 02 01:00-0500"),
        ("spring in New York", "30 2 * * *", "08 03:00-0400, 09 02:30-0400"),
        ("spring in New York", "0 6 * * 1-5", "09 06:00-0400, 10 06:00-0400"),
        ("autumn on Lord Howe", "45 1 * * *", "05 01:45+1100, 06 01:45+1030"),
        ("autumn on Lord Howe", "*/15 1 * * *", "05 01:00+1100, 05 01:15+1100, 05 01:30+1100, "
         "05 01:45+1100, 05 01:30+1030, 05 01:45+1030, 06 01:00+1030"),
        ("spring on Lord Howe", "0,15,30 2 * * *", "04 02:30+1100, 05 02:00+1100"),
    ],
)  # fmt: skip
def test_each_night_has_the_runs_that_cron_would_give_it(
    night: str, line: str, firings: str
) -> None:
    assert list_firings(night, line, firings.count(",") + 1) == firings


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize(
    "line",
    [
        "13 */2 * * *",
        pytest.param("*/7 * * * *", marks=pytest.mark.all),
        pytest.param("*/20 0-3 * * 6,0", marks=pytest.mark.all),
    ],
)
def test_what_is_meant_by_the_clock_comes_whenever_the_clock_shows_it(
    night: str, line: str
) -> None:
    zone, evening = NIGHTS[night]
    start = datetime.fromisoformat(evening)
    clock = parse_schedule(line).build_trigger(zone)
    by_wall = parse_schedule(line).build_trigger("UTC")
    expected = []
    for minute in range(1, 12 * 60):
        moment = start + timedelta(minutes=minute)
        wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
        if by_wall.get_next_fire_time(None, wall) == wall:
            expected.append(moment)

    found: list[datetime] = []
    moment = start
    while (moment := clock.get_next_fire_time(moment, moment)) < start + timedelta(hours=12):
        found.append(moment)

    assert found == expected


@pytest.mark.parametrize("night", ["autumn in Berlin", "spring in New York"])
def test_an_interval_takes_no_notice_of_a_night(night: str) -> None:
    zone, evening = NIGHTS[night]
    start = datetime.fromisoformat(evening)

    moments = parse_schedule("90m").next_firings(zone, start, 8)

    assert moments == [start + timedelta(minutes=90 * number) for number in range(1, 9)]


def test_a_trigger_goes_on_from_now_where_the_clock_went_back() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    clock = CronClock(["0 * * * *"], "UTC")

    assert clock.get_next_fire_time(None, noon) == noon
    assert clock.get_next_fire_time(noon, noon) == noon + timedelta(hours=1)
    assert clock.get_next_fire_time(noon, noon - timedelta(hours=1, minutes=30)) == (
        noon - timedelta(hours=1)
    )


@pytest.mark.parametrize("name", MEANINGS)
def test_lines_that_cron_has_a_name_for_may_be_called_by_it(name: str) -> None:
    evening = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    called, written = parse_schedule(name), parse_schedule(MEANINGS[name])

    assert called.next_firings(BERLIN, evening, 3) == written.next_firings(BERLIN, evening, 3)
