"""When the service runs, and the only importer of APScheduler besides the schedule itself.

One thread does all the work, so that nothing of it overlaps; what comes due while a run goes on
is left out and counted.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from sync.settings.schedule import Schedule

log = structlog.get_logger()

RUN, ASIDE = "run", "aside"
SLACK = timedelta(seconds=1)


class RunSchedule:
    """Calls `run` when the schedule has it; `skipped` counts what came due during another run.

    `tell_skip` hears of each such one: `overrun`, or `missed` as the machine was away.
    """

    def __init__(
        self,
        schedule: Schedule,
        timezone: str,
        run: Callable[[], None],
        tell_skip: Callable[[str], None] = lambda _why: None,
    ) -> None:
        self.skipped = 0
        self._tell_skip = tell_skip
        self._schedule, self._timezone, self._run = schedule, timezone, run
        self._skipped_before = 0
        self._scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": ThreadPoolExecutor(1)}
        )
        self._scheduler.add_listener(self._note_skip, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)

    def start(self, first: datetime) -> None:
        """Run at `first`, and from then on as the schedule has it."""
        self._scheduler.add_job(
            self._run,
            self._schedule.build_trigger(self._timezone),
            id=RUN,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=first,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more, and wait for what goes on."""
        self._scheduler.shutdown(wait=True)

    def mend(self, now: datetime) -> bool:
        """Run at once if the next run is further off than the schedule can have it.

        The run before was due by a clock that was ahead. Else let the scheduler look at the clock:
        it may have gone on while this machine slept. Says whether there was something to mend.
        """
        due = self.find_next()
        latest = self._schedule.next_firings(self._timezone, now, 1)
        if due is None or not latest or due <= latest[0] + SLACK:
            self._scheduler.wakeup()
            return False
        log.warning("serve.clock-went-back", next_run=format_moment(due))
        self.move_next(now)
        return True

    def move_next(self, moment: datetime) -> None:
        """Have the next run at this moment, and those after it as the schedule has them."""
        job = self._scheduler.get_job(RUN)
        if job is not None:
            job.modify(next_run_time=moment)

    def do_aside(self, work: Callable[[], None]) -> None:
        """Do something once, as soon as no run is going on."""
        self._scheduler.add_job(work, id=ASIDE, replace_existing=True, misfire_grace_time=None)

    def find_next(self) -> datetime | None:
        """When the next run is due; None if the schedule has no more."""
        job = self._scheduler.get_job(RUN)
        due: datetime | None = job.next_run_time if job else None
        return due

    def is_due_after(self, last: datetime, now: datetime) -> bool:
        """Whether the schedule has a run by now, if one began at `last`."""
        due = self._schedule.next_firings(self._timezone, last, 1)
        return bool(due) and due[0] <= now + SLACK

    def take_skipped(self) -> int:
        """How many came due in vain since this was asked last."""
        number = self.skipped - self._skipped_before
        self._skipped_before = self.skipped
        return number

    def _note_skip(self, event: Any) -> None:
        """Count it, and tell of the first: the end of that run says how many there were."""
        self.skipped += 1
        self._tell_skip("missed" if event.code == EVENT_JOB_MISSED else "overrun")
        if self.skipped == self._skipped_before + 1:
            log.warning("serve.overrun", why="a run is due, and the one before is still going on")


def format_moment(moment: datetime) -> str:
    """A moment as the log has it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
