"""Reads from the headers of a reply how fast Jira wants to be asked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Retry-After as seconds, given as such or as a date; None if it is neither.

    A date is compared with the reply's own: our clock may be another.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    until, now = _parse_date(value), _parse_date(headers.get("date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def parse_refill_pause(headers: Mapping[str, str]) -> float | None:
    """Seconds until a Data Center's empty token bucket holds a token again; None if it is not."""
    try:
        if float(headers["x-ratelimit-remaining"]) > 0:
            return None
        interval = float(headers["x-ratelimit-interval-seconds"])
        pause = interval / float(headers["x-ratelimit-fillrate"])
    except (KeyError, ValueError, ZeroDivisionError):
        return None
    return pause if pause > 0 else None


def is_near_limit(headers: Mapping[str, str]) -> bool:
    """Whether Cloud says that little of its allowance is left."""
    return headers.get("x-ratelimit-nearlimit", "").lower() == "true"


def _parse_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
