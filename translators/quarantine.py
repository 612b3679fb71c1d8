"""Sets bulk closes aside: a day on which a team finished far more than it ever does is a clean-up.

Such a day is no fortnight's work, so nothing of it is booked until a person says that it is. What
a day is measured by never changes later: the days before the end of its fortnight, or the team's
first few where those are too few to judge by.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date
from fractions import Fraction

from msgspec import Struct

from models.backlog import Issue
from models.finding import Finding
from models.rulebook import EffortRules, Release, Ruling
from translators.items import ruled_on
from translators.medians import median
from translators.teams import team_of
from translators.windows import last_day_of_window

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
    """The days that are set aside, and the issues that a person let out of them one by one."""

    days: Mapping[tuple[str, date], BulkClose]
    released: frozenset[int]

    def holds(self, team: str, issue: Issue) -> bool:
        """Whether an issue that this team finished is not to count yet."""
        if not self.days or issue.done_at is None or issue.id in self.released:
            return False
        return (team, issue.done_at.date()) in self.days

    def findings(self) -> Iterable[Finding]:
        """One remark a day, with the line that lets it out."""
        for found in self.days.values():
            what = (
                f"{found.items} items were finished on {found.day}, where {float(found.usual):g} "
                "are usual; they earn no credit. If it was work, release it under `effort: "
                f'release: [{{team: {found.team}, day: "{found.day}", reason: .., by: ..}}]`'
            )
            yield Finding("bulk-close", f"team {found.team}", what)


def quarantine(items: Iterable[Issue], issues: Sequence[Issue], rules: EffortRules) -> Quarantine:
    """The bulk closes among finished `items`, without those that the rules release.

    `issues` are where the keys of releases are looked up.
    """
    team_for = team_of(rules)
    teams: dict[str, Counter[date]] = defaultdict(Counter)
    for item in items:
        if item.done_at:
            teams[team_for(item)][item.done_at.astimezone(UTC).date()] += 1
    released = {
        (release.team.casefold(), release.day)
        for release in rules.release
        if isinstance(release, Release)
    }
    found: dict[tuple[str, date], BulkClose] = {}
    for team, finished in sorted(teams.items()):
        aside: set[date] = set()
        for day in sorted(day for day, number in finished.items() if number > MANY):
            bulk = _judged(team, day, finished, aside)
            if bulk is not None:
                aside.add(day)
                if (team.casefold(), day) not in released:
                    found[team, day] = bulk
    singles = [release for release in rules.release if isinstance(release, Ruling)]
    return Quarantine(found, ruled_on(issues, singles))


def _judged(
    team: str, day: date, finished: Mapping[date, int], aside: Collection[date]
) -> BulkClose | None:
    """The verdict on one day, beside the team's others but those that were set `aside` already."""
    days = sorted(finished)
    compared = days[: max(bisect_right(days, last_day_of_window(day)), DAYS_TO_JUDGE_BY)]
    if len(compared) < DAYS_TO_JUDGE_BY:
        return None
    usual = median([Fraction(finished[each]) for each in compared])
    largest = max((finished[each] for each in _near(day, days) if each not in aside), default=0)
    number = finished[day]
    is_bulk = number > TIMES_THE_USUAL * usual and number > TIMES_THE_LARGEST * largest
    return BulkClose(team, day, number, usual) if is_bulk else None


def _near(day: date, days: Sequence[date]) -> Iterable[date]:
    """The days of the six worked fortnights before a day's own, or of the first six beside it."""
    own = last_day_of_window(day)
    others = sorted({last_day_of_window(each) for each in days} - {own})
    before = [last for last in others if last < own][-FORTNIGHTS_NEAR:]
    near = before if len(before) == FORTNIGHTS_NEAR else others[:FORTNIGHTS_NEAR]
    return (each for each in days if last_day_of_window(each) in near)
