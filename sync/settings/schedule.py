"""When runs are due: an interval such as 6h, or a cron line in a time zone."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import Struct

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

_INTERVAL = re.compile(r"(\d{1,12})\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_CRON_FIELDS = 5
LONGEST = timedelta(days=366)
"""Nobody means to run, or to trust a list, less often."""


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
            return CronTrigger.from_crontab(_named_days(self.text), timezone=ZoneInfo(timezone))
        seconds = int(self.interval(timezone).total_seconds())
        return IntervalTrigger(seconds=seconds, timezone=UTC)


_FIRINGS_LOOKED_AT = 60
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_RANGE = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")


def _named_days(text: str) -> str:
    """The cron line with its weekdays by name: cron counts from Sunday, APScheduler from Monday."""
    *fields, days = text.split()
    if days == "*":
        return text
    return " ".join([*fields, ",".join(_days_of(part) for part in days.split(","))])


def _days_of(part: str) -> str:
    """The names of `1-5`, `mon`, `*/2` or `5-7/2`, each day by itself."""
    found = _DAY_RANGE.fullmatch(part)
    if not found:
        raise ValueError(f"{part!r} is no day of the week")
    first, last = (0, 6) if found[1] == "*" else (_day(found[1]), _day(found[2] or found[1]))
    if found[3] and not found[2]:
        last = 6
    if last < first:
        last += 7
    step = int(found[3] or 1)
    if not step:
        raise ValueError("a step of 0 comes to no end")
    return ",".join(_DAYS[day % 7] for day in range(first, last + 1, step))


def _day(text: str) -> int:
    if text.isdecimal() and int(text) < len(_DAYS):
        return int(text)
    if text.lower() in _DAYS:
        return _DAYS.index(text.lower())
    raise ValueError(f"{text!r} is no day of the week; write 0 (Sunday) to 6, or mon to sun")


def parse_schedule(text: str) -> Schedule:
    """The schedule, or ValueError saying how to write one."""
    schedule = Schedule(" ".join(text.split()))
    found = _INTERVAL.fullmatch(schedule.text)
    if found and int(found[1]):
        if int(found[1]) * _SECONDS[found[2]] > LONGEST.total_seconds():
            raise ValueError(f"is longer than {LONGEST.days} days")
        return Schedule(f"{found[1]}{found[2]}")
    if schedule.is_cron:
        try:
            trigger: Any = schedule.trigger("UTC")
        except ValueError as error:
            raise ValueError(f"is not a cron line: {error}") from None
        if trigger.get_next_fire_time(None, datetime.now(UTC)) is None:
            raise ValueError("is a cron line that never comes due")
        return schedule
    raise ValueError("is neither an interval like 6h or 30m nor a cron line like '0 6 * * *'")
