"""When the simulated people work: fortnights, week ends, holidays."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from translators.backlog.fortnights import GRACE, window_start

FIRST, LAST = 600, 638
"""The fortnights in which the department works: a year and a half."""
DAYS = (LAST - FIRST + 1) * 14
START = window_start(FIRST)
AS_OF = window_start(LAST + 1) + GRACE
WEEKS_AWAY = 3
"""That each person is away in a year at times of their own; two more when everybody is."""
EVERYBODY = ((210, 231), (357, 371))
"""Days among which those two weeks are: summer and the turn of the year."""


def moment(day: float) -> datetime:
    """The moment of a day, counted from the first."""
    return START + timedelta(days=day)


def working_days(chance: Random) -> Sequence[int]:
    """The days on which one person works: no weekend, no holiday."""
    away: set[int] = set()
    for first, last in EVERYBODY:
        if chance.random() < 0.8:
            begins = chance.randint(first, last - 5)
            away.update(range(begins, begins + 7))
    for _ in range(round(WEEKS_AWAY * DAYS / 365)):
        begins = chance.randrange(DAYS)
        away.update(range(begins, begins + 7))
    return [day for day in range(DAYS) if day % 7 < 5 and day not in away]
