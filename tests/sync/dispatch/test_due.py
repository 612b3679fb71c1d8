from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sync.dispatch.due import LONGEST_SPREAD, find_due
from sync.settings.schedule import parse_schedule
from tests.examples import examples

NOW = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
NAMES = [f"tenant-{number}" for number in range(200)]


def due_after(name: str, began: datetime, schedule: str, timezone: str = "UTC") -> datetime:
    due = find_due(name, parse_schedule(schedule), timezone, began)
    assert due is not None
    return due


@examples(quick=10, long=500)
@given(
    name=st.sampled_from(NAMES),
    began=st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda past: NOW + past),
    hours=st.integers(1, 400),
)
def test_an_interval_is_never_longer_than_it_says_and_keeps_its_moment(
    name: str, began: datetime, hours: int
) -> None:
    first = due_after(name, began, f"{hours}h")

    assert began < first <= began + timedelta(hours=hours)
    assert due_after(name, first, f"{hours}h") == first + timedelta(hours=hours)


def test_lists_of_one_interval_are_spread_over_all_of_it() -> None:
    dues = [due_after(name, NOW, "6h") for name in NAMES]

    by_hour = [sum(due - NOW <= timedelta(hours=hour) for due in dues) for hour in range(7)]
    assert by_hour[0] == 0
    assert by_hour[6] == len(NAMES)
    assert all(15 < later - before < 55 for before, later in pairwise(by_hour))


def test_a_moment_of_a_cron_line_is_put_off_a_little_and_never_left_out() -> None:
    for name in NAMES[:20]:
        began = due_after(name, NOW - timedelta(days=1), "0 6 * * *", "Europe/Berlin")
        due = due_after(name, began, "0 6 * * *", "Europe/Berlin")
        moment = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)

        assert moment <= due < moment + LONGEST_SPREAD or due.day == 29
        assert due_after(name, due, "0 6 * * *", "Europe/Berlin") - due == timedelta(days=1)


def test_a_cron_line_of_every_few_minutes_is_put_off_by_a_tenth_of_them_at_most() -> None:
    dues = {due_after(name, NOW, "*/10 * * * *") - NOW for name in NAMES}

    assert max(dues) <= timedelta(minutes=11)
    assert len(dues) > len(NAMES) / 2
