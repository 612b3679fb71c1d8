"""Sets bulk closes aside: a day on which a team finished far more than it ever does is a clean-up.

Such a day is no fortnight's work, so nothing of it is booked until a person says that it is. What
a day is measured by never changes later: the days up to the end of its fortnight, or the team's
first few where those are too few to judge by.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
TIMES_THE_USUAL = 5
DAYS_TO_JUDGE_BY = 5


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
    finished = Counter(
        (team_for(item), item.done_at.astimezone(UTC).date()) for item in items if item.done_at
    )
    days: dict[str, list[date]] = {}
    for team, day in sorted(finished):
        days.setdefault(team, []).append(day)
    released = {
        (release.team.casefold(), release.day)
        for release in rules.release
        if isinstance(release, Release)
    }
    found = {
        (team, day): bulk
        for (team, day), number in finished.items()
        if number > MANY and (team.casefold(), day) not in released
        if (bulk := _judged(team, day, days[team], finished)) is not None
    }
    singles = [release for release in rules.release if isinstance(release, Ruling)]
    return Quarantine(dict(sorted(found.items())), ruled_on(issues, singles))


def _judged(
    team: str, day: date, days: Sequence[date], finished: Mapping[tuple[str, date], int]
) -> BulkClose | None:
    until = bisect_right(days, last_day_of_window(day))
    compared = days[: max(until, DAYS_TO_JUDGE_BY)]
    if len(compared) < DAYS_TO_JUDGE_BY:
        return None
    number = finished[team, day]
    usual = median([Fraction(finished[team, each]) for each in compared])
    return BulkClose(team, day, number, usual) if number > TIMES_THE_USUAL * usual else None
