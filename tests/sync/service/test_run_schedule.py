"""The clock of the service under clocks that jump, sleep, and runs that take too long."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from structlog.testing import capture_logs

from sync.service.run_schedule import RunSchedule
from sync.settings.schedule import parse_schedule

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG = 10.0


class Work:
    """Counts runs, and when each began; one may be kept going on."""

    def __init__(self) -> None:
        self.began: list[datetime] = []
        self.may_end = threading.Event()
        self.may_end.set()
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.began.append(datetime.now(UTC))
            self._changed.notify_all()
        self.may_end.wait(LONG)

    def wait_for(self, number: int) -> list[datetime]:
        """The moments at which runs began, once there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.began) >= number, LONG), self.began
        return self.began


@contextmanager
def started(
    schedule: str, work: Work, first: datetime, timezone: str = "UTC"
) -> Iterator[RunSchedule]:
    """A schedule that goes on meanwhile."""
    running = RunSchedule(parse_schedule(schedule), timezone, work)
    running.start(first)
    try:
        yield running
    finally:
        work.may_end.set()
        running.stop()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """This machine's clock, at noon; it goes only where it is moved."""
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def settle(schedule: RunSchedule) -> None:
    """Until whatever is due has begun: what is done aside comes after it."""
    done = threading.Event()
    schedule.do_aside(done.set)
    assert done.wait(LONG)


@pytest.mark.parametrize(
    ("schedule", "next_run"), [("6h", NOON + 6 * HOUR), ("0 18 * * *", NOON + 6 * HOUR)]
)
def test_a_clock_that_goes_on_by_an_hour_moves_no_run(
    clock: time_machine.Traveller, schedule: str, next_run: datetime
) -> None:
    work = Work()
    with started(schedule, work, next_run) as running:
        clock.shift(HOUR)
        assert not running.mend(datetime.now(UTC))
        settle(running)
        assert (work.began, running.find_next()) == ([], next_run)

        clock.move_to(next_run)
        running.mend(datetime.now(UTC))
        assert work.wait_for(1) == [next_run]


@pytest.mark.parametrize("schedule", ["1h", "0 * * * *"])
def test_a_clock_that_goes_back_by_an_hour_costs_no_run_and_brings_one_at_once(
    clock: time_machine.Traveller, schedule: str
) -> None:
    work = Work()
    with started(schedule, work, NOON + HOUR / 2) as running, capture_logs() as told:
        clock.shift(-HOUR)
        assert running.mend(datetime.now(UTC))
        assert work.wait_for(1) == [NOON - HOUR]
        settle(running)

        assert not running.mend(datetime.now(UTC))
        assert running.find_next() == NOON
    assert [event["event"] for event in told] == ["serve.clock-went-back"]


@pytest.mark.parametrize("schedule", ["10m", "*/10 * * * *"])
def test_after_a_sleep_of_three_hours_one_run_is_made_at_once_and_the_rest_as_ever(
    clock: time_machine.Traveller, schedule: str
) -> None:
    work = Work()
    with started(schedule, work, NOON) as running:
        work.wait_for(1)
        settle(running)
        awake = NOON + 3 * HOUR + timedelta(minutes=4)
        clock.move_to(awake)
        running.mend(datetime.now(UTC))
        assert work.wait_for(2) == [NOON, awake]
        settle(running)

        assert len(work.began) == 2
        assert running.find_next() == NOON + 3 * HOUR + timedelta(minutes=10)
        assert running.skipped == 0


@pytest.mark.parametrize("schedule", ["6h", "0 6 1 * 1"])
def test_a_run_that_was_planned_by_a_clock_that_was_ahead_is_made_at_once(
    clock: time_machine.Traveller, schedule: str
) -> None:
    work = Work()
    with started(schedule, work, NOON + timedelta(days=365)) as running:
        assert running.mend(NOON)
        assert work.wait_for(1) == [NOON]
        settle(running)
        due = running.find_next()
        assert not running.mend(NOON)

        assert due == parse_schedule(schedule).next_firings("UTC", NOON, 1)[0]


def test_what_comes_due_during_a_run_is_left_out_counted_and_told_once(
    clock: time_machine.Traveller,
) -> None:
    work = Work()
    work.may_end.clear()
    with started("1m", work, NOON) as running, capture_logs() as told:
        work.wait_for(1)
        for minute in range(1, 4):
            clock.move_to(NOON + timedelta(minutes=minute))
            running.mend(datetime.now(UTC))
            until = time.monotonic() + LONG
            while running.skipped < minute:
                assert time.monotonic() < until
                time.sleep(0.001)
        work.may_end.set()
        settle(running)

        assert len(work.began) == 1
        assert (running.take_skipped(), running.take_skipped(), running.skipped) == (3, 0, 3)
    assert [event["event"] for event in told] == ["serve.overrun"]


def test_what_is_done_aside_waits_for_the_run_that_goes_on(
    clock: time_machine.Traveller,
) -> None:
    work, done = Work(), threading.Event()
    work.may_end.clear()
    with started("1h", work, NOON) as running:
        work.wait_for(1)
        running.do_aside(done.set)
        assert not done.wait(0.05)
        work.may_end.set()

        assert done.wait(LONG)


@pytest.mark.parametrize(
    ("last", "is_due"),
    [(NOON - HOUR, False), (NOON - 6 * HOUR, True), (NOON - 5.9 * HOUR, False)],
)
def test_a_run_is_due_so_long_after_the_last_one(last: datetime, is_due: bool) -> None:
    assert RunSchedule(parse_schedule("6h"), "UTC", Work()).is_due_after(last, NOON) is is_due
