"""Sets bulk closes aside: a day on which a team finished far more than it ever does is a clean-up.

Such a day is no fortnight's work, so nothing of it is booked until a person says that it is. What
a day is measured by never changes later: the days before the end of its fortnight, or the team's
first few where those are too few to judge by.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from msgspec import Struct

from models.backlog import FinishedIssue, Issue
from models.finding import Finding
from models.rulebook import EffortRules, Release, Ruling
from translators.backlog.fortnights import window_of_day
from translators.effort.median import find_median
from translators.effort.throughput import day_of
from translators.words import fold_value

MANY = 20
"""So many items a team may finish on one day, whatever it usually does."""
TIMES_THE_USUAL, TIMES_THE_LARGEST = 5, 2
"""More than so many times its median day, and than the largest day of the fortnights before.

The second is for teams that close at a review or a release: there one day of many is no wonder.
"""
DAYS_TO_JUDGE_BY, FORTNIGHTS_NEAR = 5, 6


class BulkClose(Struct, frozen=True):
    """One team's day in quarantine: how many items, and how many it finishes on a usual day."""

    team: str
    day: date
    items: int
    usual: Fraction


class Quarantine(Struct, frozen=True):
    """The days that are set aside, and the keys of what a person let out of them one by one."""

    days: Mapping[tuple[str, date], BulkClose] = {}
    released: frozenset[str] = frozenset()

    def covers(self, team: str, issue: Issue | FinishedIssue) -> bool:
        """Whether an issue that this team finished is not to count yet."""
        if not self.days or issue.done_at is None or (team, day_of(issue)) not in self.days:
            return False
        return self.released.isdisjoint((issue.key, *issue.former_keys))

    def report_findings(self) -> Iterable[Finding]:
        """One remark a day, with the line that lets it out."""
        for found in self.days.values():
            what = (
                f"{found.items} items were finished on {found.day}, where {float(found.usual):g} "
                "are usual; they earn no credit. If it was work, release it under `effort: "
                f'release: [{{team: {found.team}, day: "{found.day}", reason: .., by: ..}}]`'
            )
            yield Finding("bulk-close", f"team {found.team}", what)


def quarantine_bulk_closes(
    days: Mapping[str, Mapping[date, int]], rules: EffortRules
) -> Quarantine:
    """The bulk closes by how much each team finished each day, without those that rules release."""
    released = {
        (fold_value(release.team), release.day)
        for release in rules.release
        if isinstance(release, Release)
    }
    found: dict[tuple[str, date], BulkClose] = {}
    for team, finished in sorted(days.items()):
        for bulk in _Calendar(team, finished).bulk_closes():
            if (fold_value(team), bulk.day) not in released:
                found[team, bulk.day] = bulk
    singles = [release for release in rules.release if isinstance(release, Ruling)]
    return Quarantine(found, frozenset(release.issue.upper() for release in singles))


class _Calendar:
    """The days on which one team finished something, by fortnight: each is judged beside a few."""

    def __init__(self, team: str, finished: Mapping[date, int]) -> None:
        self._team = team
        self._finished = finished
        self._days = sorted(finished)
        self._by_window: dict[int, list[date]] = defaultdict(list)
        for day in self._days:
            self._by_window[window_of_day(day)].append(day)
        self._windows = list(self._by_window)

    def bulk_closes(self) -> Iterable[BulkClose]:
        """The clean-ups, in order; what was set aside is no measure for the days after it."""
        aside: set[date] = set()
        for window, days in self._by_window.items():
            many = [day for day in days if self._finished[day] > MANY]
            usual = self._usual(window) if many else None
            if usual is None:
                continue
            for day in many:
                near = (each for each in self._near(window) if each not in aside)
                largest = max((self._finished[each] for each in near), default=0)
                number = self._finished[day]
                if number > TIMES_THE_USUAL * usual and number > TIMES_THE_LARGEST * largest:
                    aside.add(day)
                    yield BulkClose(self._team, day, number, usual)

    def _usual(self, window: int) -> Fraction | None:
        """What was usual until a fortnight ended, or on the first few days; None if too few."""
        known = bisect_right(self._days, window, key=window_of_day)
        days = self._days[: max(known, DAYS_TO_JUDGE_BY)]
        if len(days) < DAYS_TO_JUDGE_BY:
            return None
        return find_median([Fraction(self._finished[each]) for each in days])

    def _near(self, window: int) -> Iterable[date]:
        """The days of the six worked fortnights before this one, or of the first six beside it."""
        place = bisect_left(self._windows, window)
        before = self._windows[max(0, place - FORTNIGHTS_NEAR) : place]
        others = (*self._windows[:place], *self._windows[place + 1 :])
        near = before if len(before) == FORTNIGHTS_NEAR else others[:FORTNIGHTS_NEAR]
        return (day for each in near for day in self._by_window[each])
