"""When a cron line comes due, on the two nights of the year too on which clocks are changed.

It is read on the wall clock, where it always means the same, and each moment of that is looked up
in the time zone. So does cron: what is meant for one time of the day comes due once, also where
that time comes twice or never; what is meant for every hour, or by minutes, whenever the clock
shows it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

AROUND = timedelta(hours=3)
"""No zone moves its clocks by more, as cron has it."""
TICK = timedelta(microseconds=1)


class CronClock(BaseTrigger):  # type: ignore[misc]
    """A trigger of the lines of cron that hold together, in a time zone; its moments are UTC."""

    def __init__(self, lines: list[str], timezone: str) -> None:
        triggers = [CronTrigger.from_crontab(line, timezone=UTC) for line in lines]
        self._wall: Any = triggers[0] if len(triggers) == 1 else OrTrigger(triggers)
        self._zone = ZoneInfo(timezone)
        minute, hour = lines[0].split()[:2]
        self._is_steady = minute.startswith("*") or hour.startswith("*")

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first moment after the `previous` one, or after `now` where that is earlier."""
        after = now - TICK if previous is None else min(previous, now)
        return self.find_next(after.astimezone(UTC))

    def find_next(self, after: datetime) -> datetime | None:
        """The first moment after this one; None if there is no more."""
        start = self._show(after)
        if self._is_changed_around(after):
            start -= AROUND
        found: datetime | None = None
        until: datetime | None = None
        for wall in self._list_walls(start):
            if until is not None and wall > until:
                break
            for moment in self._look_up(wall):
                if moment > after and (found is None or moment < found):
                    found = moment
            if found is not None and until is None:
                if not self._is_changed_around(found):
                    break
                until = wall + AROUND
        return found

    def _list_walls(self, start: datetime) -> Iterator[datetime]:
        """What the wall clock shows when the line holds, after `start`."""
        moment = start.replace(tzinfo=UTC)
        while (found := self._wall.get_next_fire_time(None, moment + TICK)) is not None:
            moment = found
            yield found.replace(tzinfo=None)

    def _look_up(self, wall: datetime) -> list[datetime]:
        """The moments at which the wall clock shows this, or that are meant by it."""
        first, second = (
            wall.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        if first == second:
            return [first]
        if self._show(first) == wall:
            return [first, second] if self._is_steady else [first]
        return [] if self._is_steady else [self._find_change(second, first)]

    def _find_change(self, before: datetime, after: datetime) -> datetime:
        """The second at which clocks are changed, between two moments."""
        old = before.astimezone(self._zone).utcoffset()
        while (step := (after - before) // 2) >= timedelta(seconds=1):
            middle = (before + step).replace(microsecond=0)
            if middle.astimezone(self._zone).utcoffset() == old:
                before = middle
            else:
                after = middle
        return after

    def _is_changed_around(self, moment: datetime) -> bool:
        """Whether clocks are changed within a few hours of a moment."""
        around = (moment - AROUND, moment + AROUND)
        first, last = (each.astimezone(self._zone).utcoffset() for each in around)
        return first != last

    def _show(self, moment: datetime) -> datetime:
        """What the wall clock shows at a moment."""
        return moment.astimezone(self._zone).replace(tzinfo=None)
