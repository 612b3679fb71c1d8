"""When a list's work is due, spread by the list's name, so that many of one schedule are not due at
one moment."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sync.settings.schedule import Schedule

EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
LONGEST_SPREAD = timedelta(minutes=15)
"""So long after its moment of a cron line work may be due at most; a tenth of the gap if less."""


def find_due(name: str, schedule: Schedule, timezone: str, began: datetime) -> datetime | None:
    """When work on a list is due that began last at `began`; None if the schedule has no more.

    An interval is counted from a moment that the name chooses within it, the same for ever; a
    cron line's moments are put off by a little that the name chooses.
    """
    if schedule.every is not None:
        phase = EPOCH + _take_share(name, schedule.every)
        periods = (began - phase) // schedule.every + 1
        return phase + schedule.every * periods
    later = _take_share(name, _choose_spread(schedule, timezone))
    due = schedule.next_firings(timezone, began - later, 1)
    return due[0] + later if due else None


@lru_cache
def _choose_spread(schedule: Schedule, timezone: str) -> timedelta:
    return min(LONGEST_SPREAD, schedule.longest_gap(timezone) / 10)


def _take_share(name: str, whole: timedelta) -> timedelta:
    """A part of a time, of any length below it with the same likelihood: the same for a name."""
    digest = hashlib.sha256(name.encode()).digest()
    return whole * (int.from_bytes(digest[:4]) / 2**32)
