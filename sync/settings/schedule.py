"""When runs are due: an interval such as 6h, or a cron line in a time zone."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sync.settings.values import parse_duration

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

CRON_FIELDS = 5
FIRINGS_COMPARED = 60
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
MEANINGS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
"""What cron calls its commonest lines."""
_DAY_RANGE = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")


class Schedule(Struct, frozen=True):
    """The schedule as written: `6h`, or five cron fields. `every` is None for a cron line."""

    text: str
    every: timedelta | None = None

    def longest_gap(self, timezone: str) -> timedelta:
        """How far apart runs lie; for a cron line, the widest gap among its next firings."""
        if self.every is not None:
            return self.every
        firings = self.next_firings(timezone, datetime.now(UTC), FIRINGS_COMPARED)
        gaps = [later - earlier for earlier, later in pairwise(firings)]
        return max(gaps, default=timedelta(days=1))

    def next_firings(self, timezone: str, now: datetime, number: int) -> list[datetime]:
        """The next so many moments at which a run is due, if one was made `now`."""
        if self.every is not None:
            return [now + self.every * (place + 1) for place in range(number)]
        trigger: Any = self.build_trigger(timezone)
        firings: list[datetime] = []
        moment: datetime | None = now
        while len(firings) < number:
            moment = trigger.get_next_fire_time(moment, moment)
            if moment is None:
                break
            firings.append(moment)
        return firings

    def next_runs(
        self, timezone: str, last: datetime | None, now: datetime, number: int = 3
    ) -> list[datetime]:
        """When the next runs are due after the `last` good one: the first at once if overdue.

        A last run that is still to come was made under a clock that was ahead: one is overdue.
        """
        due = self.next_firings(timezone, last, 1) if last and last <= now else [now]
        if not due:
            return []
        first = max(now, due[0])
        return [first, *self.next_firings(timezone, first, number)][:number]

    def build_trigger(self, timezone: str) -> "BaseTrigger":
        """The trigger for the scheduler."""
        from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415 - slow import

        if self.every is None:
            from sync.settings.cron import CronClock  # noqa: PLC0415 - slow import

            line = MEANINGS.get(self.text, self.text)
            return CronClock([_name_weekdays(part) for part in _split_days(line)], timezone)
        return IntervalTrigger(seconds=int(self.every.total_seconds()), timezone=UTC)


def parse_schedule(text: str) -> Schedule:
    """The schedule, or ValueError saying how to write one."""
    words = text.split()
    if len(words) != CRON_FIELDS and text not in MEANINGS:
        interval = "".join(words)
        try:
            return Schedule(interval, parse_duration(interval))
        except ValueError as error:
            raise ValueError(f"{error}, or as a cron line like '0 6 * * *'") from None
    schedule = Schedule(" ".join(words))
    try:
        schedule.build_trigger("UTC")
    except ValueError as error:
        raise ValueError(f"is not a cron line: {error}") from None
    if not schedule.next_firings("UTC", datetime.now(UTC), 1):
        raise ValueError("is a cron line that never comes due")
    return schedule


def parse_digest(text: str) -> Schedule | None:
    """When digests are told: a schedule, or None for `none`."""
    return None if text == "none" else parse_schedule(text)


def _split_days(text: str) -> list[str]:
    """The lines that a cron line stands for: where both days are given, either will do.

    So it is in cron; APScheduler takes both at once. A day that begins with * is not given.
    """
    minute, hour, day, month, weekday = text.split()
    if day.startswith("*") or weekday.startswith("*"):
        return [text]
    return [f"{minute} {hour} {day} {month} *", f"{minute} {hour} * {month} {weekday}"]


def _name_weekdays(text: str) -> str:
    """The cron line with its weekdays by name: cron counts from Sunday, APScheduler from Monday."""
    *fields, days = text.split()
    if days == "*":
        return text
    return " ".join([*fields, ",".join(_expand_weekdays(part) for part in days.split(","))])


def _expand_weekdays(part: str) -> str:
    """The names of `1-5`, `mon`, `*/2` or `5-7/2`, each day by itself."""
    span = _DAY_RANGE.fullmatch(part)
    if not span:
        raise ValueError(f"{part!r} is no day of the week")
    first, last = (0, 6) if span[1] == "*" else (_weekday(span[1]), _weekday(span[2] or span[1]))
    if span[3] and not span[2]:
        last = 6
    if last < first:
        last += 7
    step = int(span[3] or 1)
    if not step:
        raise ValueError("a step of 0 comes to no end")
    return ",".join(DAYS[day % 7] for day in range(first, last + 1, step))


def _weekday(text: str) -> int:
    if text.isdecimal() and int(text) < len(DAYS):
        return int(text)
    if text.lower() in DAYS:
        return DAYS.index(text.lower())
    raise ValueError(f"{text!r} is no day of the week; write 0 (Sunday) to 6, or mon to sun")
