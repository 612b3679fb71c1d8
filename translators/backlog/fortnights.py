"""Fortnights: which one a moment is in, and which may be booked."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from models.effort import EPOCH, FORTNIGHT

GRACE = timedelta(hours=48)
"""How long after its end a window stays open for work that Jira reports late."""
A_YEAR = 26
"""Windows."""


def window_of(moment: datetime) -> int:
    """The number of the fortnight that holds `moment`."""
    return (moment - EPOCH) // FORTNIGHT


def window_start(window: int) -> datetime:
    """When a window begins; it ends where the next one begins."""
    return EPOCH + window * FORTNIGHT


def last_closed(as_of: datetime) -> int:
    """The newest window that may be booked: its end lies at least 48 hours back."""
    return window_of(as_of - GRACE) - 1


def first_of_year(as_of: datetime) -> int:
    """The oldest of the last 26 windows that may be booked."""
    return last_closed(as_of) - A_YEAR + 1


@lru_cache(4_096)
def window_of_day(day: date) -> int:
    """The number of the fortnight that holds a day (by UTC)."""
    return window_of(datetime.combine(day, time.min, UTC))
