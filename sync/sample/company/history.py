"""The company's fixed clock and its working fortnights."""

from datetime import UTC, datetime, timedelta
from random import Random

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)
BEGIN = datetime(2025, 6, 2, tzinfo=UTC)
CURRENT = (NOW - BEGIN) // FORTNIGHT
"""The fortnight `NOW` falls into; the ones before it, from 0, make up the history."""

WORKING_DAYS = (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)


def working_moment(random: Random, window: int, days: tuple[int, ...] = WORKING_DAYS) -> datetime:
    """Some time between eight and five in Berlin, on one of `days` of that fortnight."""
    day = BEGIN + window * FORTNIGHT + timedelta(days=random.choice(days))
    return day + timedelta(seconds=random.randrange(7 * 3600, 15 * 3600), milliseconds=137)


def working_day_before(random: Random, moment: datetime, most_days: int) -> datetime:
    """Some weekday before `moment`, up to that many days back, at a working hour."""
    day = moment - timedelta(days=random.randint(2, most_days))
    day -= timedelta(days=max(0, day.weekday() - 4))
    return day.replace(hour=random.randint(7, 14), minute=random.randrange(60))
