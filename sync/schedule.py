"""When runs are due: an interval such as 6h, or a cron line in a time zone."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import Struct

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

_INTERVAL = re.compile(r"(\d+)\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_CRON_FIELDS = 5


class Schedule(Struct, frozen=True):
    """The schedule as written: `6h`, or five cron fields."""

    text: str

    @property
    def is_cron(self) -> bool:
        """Whether it is a cron line rather than an interval."""
        return len(self.text.split()) == _CRON_FIELDS

    def interval(self, timezone: str) -> timedelta:
        """How far apart runs lie; for a cron line, the widest gap among its next firings."""
        if found := _INTERVAL.fullmatch(self.text):
            return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
        trigger: Any = self.trigger(timezone)
        moment: datetime | None = trigger.get_next_fire_time(None, datetime.now(UTC))
        firings: list[datetime] = []
        while moment is not None and len(firings) < _FIRINGS_LOOKED_AT:
            firings.append(moment)
            moment = trigger.get_next_fire_time(moment, moment + timedelta(seconds=1))
        gaps = [later - earlier for earlier, later in pairwise(firings)]
        return max(gaps, default=timedelta(days=1))

    def trigger(self, timezone: str) -> "BaseTrigger":
        """The trigger for the scheduler."""
        from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - slow import
        from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415

        if self.is_cron:
            return CronTrigger.from_crontab(self.text, timezone=ZoneInfo(timezone))
        seconds = int(self.interval(timezone).total_seconds())
        return IntervalTrigger(seconds=seconds, timezone=UTC)


_FIRINGS_LOOKED_AT = 60


def parse_schedule(text: str) -> Schedule:
    """The schedule, or ValueError saying how to write one."""
    schedule = Schedule(" ".join(text.split()))
    found = _INTERVAL.fullmatch(schedule.text)
    if found and int(found[1]):
        return Schedule(f"{found[1]}{found[2]}")
    if schedule.is_cron:
        try:
            schedule.trigger("UTC")
        except ValueError as error:
            raise ValueError(f"is not a cron line: {error}") from None
        return schedule
    raise ValueError("is neither an interval like 6h or 30m nor a cron line like '0 6 * * *'")
