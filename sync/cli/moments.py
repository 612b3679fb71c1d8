"""Reads the day, or the moment, that somebody asks about."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.errors import Problem, UsageError
from models.history import Period

_LEAST = timedelta(microseconds=1)


def parse_period(text: str, zone: str, now: datetime) -> Period:
    """A day such as 2026-11-23 in that time zone, or a moment such as 2026-11-23T14:30.

    UsageError where it is neither, or is still to come; `now` is the database's own clock.
    """
    here = ZoneInfo(zone)
    try:
        begins, ends = _read_day(text, here) or _read_moment(text, here)
    except (ValueError, OverflowError):
        what = f"{text!r} is no day such as 2026-11-23, and no moment such as 2026-11-23T14:30"
        raise UsageError(Problem("--on", what, "They are those of HEADWAY_TIMEZONE.")) from None
    if begins > now:
        what = f"{text} is still to come: nobody knows what sales will see then"
        raise UsageError(Problem("--on", what, "Name a day that is past, or today."))
    return Period(text=text, zone=zone, begins=begins, ends=min(ends, now), is_over=ends <= now)


def name_period(period: Period) -> str:
    """The period as a part of a file's name, whatever stands between its day and its time."""
    return re.sub("[^0-9TWZ+-]", "", period.text.upper())


def _read_day(text: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    next_day = day + timedelta(days=1) if day < date.max else day
    begins, after = (datetime.combine(each, time.min, zone) for each in (day, next_day))
    return begins.astimezone(UTC), after.astimezone(UTC) - _LEAST


def _read_moment(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    moment = datetime.fromisoformat(text)
    known = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return known.astimezone(UTC), known.astimezone(UTC)
