"""What groups of issues come to: sums that add up, so that one group is redone without the rest."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import TypeVar

from msgspec import Struct

from models.backlog import HierarchyLevel, Issue

K = TypeVar("K")

ALL = 0
"""No group's number: under it stands what the teams of all groups finished together."""

IDS_A_ROLLUP = 256
"""Issues without an epic are grouped by their ids, so many ids to a group."""


class EffortTotals(Struct, frozen=True, kw_only=True):
    """The finished items that count for a capability, and what the ledger has of them.

    `released` of the `finished` items are in a released version; the `newest` was finished then.
    `entries` of the ledger come to `credit` micro-person-weeks; what hidden items have is `hidden`.
    `rated` is the credit that may be rated, `by_count` the same by counting items; of `rated`,
    `known` has a known size, and `long` is of teams with a long enough history. `people` are how
    many each team had and in which window, its newest here; kept only where what may be rated
    depends on them. `year` is the credit of the last 26 fortnights, hidden items' too; `upkeep` is
    how much of it is of issues without an epic that kept the product running.
    """

    finished: int = 0
    released: int = 0
    newest: datetime | None = None
    entries: int = 0
    credit: int = 0
    hidden: int = 0
    rated: int = 0
    by_count: int = 0
    known: int = 0
    long: int = 0
    people: Mapping[str, tuple[int, Fraction]] = {}
    year: int = 0
    upkeep: int = 0


NO_EFFORT = EffortTotals()


def sum_totals(works: Iterable[EffortTotals]) -> EffortTotals:
    """The sum of some works, in any order."""
    found = [work for work in works if work is not NO_EFFORT]
    if len(found) == 1:
        return found[0]
    return EffortTotals(
        finished=sum(work.finished for work in found),
        released=sum(work.released for work in found),
        newest=max((work.newest for work in found if work.newest), default=None),
        entries=sum(work.entries for work in found),
        credit=sum(work.credit for work in found),
        hidden=sum(work.hidden for work in found),
        rated=sum(work.rated for work in found),
        by_count=sum(work.by_count for work in found),
        known=sum(work.known for work in found),
        long=sum(work.long for work in found),
        people=keep_newest_people(pair for work in found for pair in work.people.items()),
        year=sum(work.year for work in found),
        upkeep=sum(work.upkeep for work in found),
    )


def keep_newest_people(
    found: Iterable[tuple[str, tuple[int, Fraction]]],
) -> dict[str, tuple[int, Fraction]]:
    """Of each team's windows with their people the newest, in any order."""
    teams: dict[str, tuple[int, Fraction]] = {}
    for team, seen in found:
        teams[team] = max(seen, teams.get(team, seen))
    return teams


class Anomaly(Struct, frozen=True):
    """The first key, by its letters, of so many issues with which something is odd."""

    key: str
    number: int


class TeamThroughput(Struct, frozen=True):
    """What each team finished: how much on each day, and how much in each project.

    The days have everything that is finished, the projects only what is neither voided nor set
    aside as a clean-up.
    """

    days: Mapping[str, Mapping[date, int]] = {}
    projects: Mapping[str, Mapping[str, int]] = {}

    def apply_changes(
        self, plus: Iterable["TeamThroughput"], minus: Iterable["TeamThroughput"] = ()
    ) -> "TeamThroughput":
        """These with some added and others taken away; what comes to nothing is left out."""
        plus, minus = tuple(plus), tuple(minus)
        return TeamThroughput(
            _add_counts(self.days, [t.days for t in plus], [t.days for t in minus]),
            _add_counts(self.projects, [t.projects for t in plus], [t.projects for t in minus]),
        )


class EpicRollup(Struct, frozen=True, kw_only=True):
    """What one epic and all below it come to, or some of the issues that have no epic.

    `project` is where the epic is, None for issues without an epic. `anomalies` are by
    their code. `is_item` says that it is one item without an epic, which a capability claims or
    has claimed: its number is the item's, what its team finished stands with the others.
    """

    project: str | None = None
    work: EffortTotals = NO_EFFORT
    teams: TeamThroughput = TeamThroughput()
    anomalies: Mapping[str, Anomaly] = {}
    is_item: bool = False


def rollup_number(issue: Issue) -> int:
    """The number of an issue's group: its epic's id, or less than nothing if it has no epic."""
    if issue.hierarchy_level is HierarchyLevel.EPIC:
        return issue.id
    return issue.epic_id or number_without_epic(issue.id)


def number_without_epic(issue_id: int) -> int:
    """The group that an issue without an epic is in: less than nothing, as no epic's id is."""
    return -1 - issue_id // IDS_A_ROLLUP


def ids_without_epic(number: int) -> tuple[int, int]:
    """The first and the last id that may be in a group of issues without an epic."""
    first = (-1 - number) * IDS_A_ROLLUP
    return first, first + IDS_A_ROLLUP - 1


def _add_counts(
    first: Mapping[str, Mapping[K, int]],
    plus: Iterable[Mapping[str, Mapping[K, int]]],
    minus: Iterable[Mapping[str, Mapping[K, int]]],
) -> dict[str, dict[K, int]]:
    sums = {team: dict(numbers) for team, numbers in first.items()}
    for sign, several in ((1, plus), (-1, minus)):
        for found in several:
            for team, numbers in found.items():
                of_team = sums.setdefault(team, {})
                for each, number in numbers.items():
                    of_team[each] = of_team.get(each, 0) + sign * number
    left = {t: {each: n for each, n in numbers.items() if n} for t, numbers in sums.items()}
    return {team: numbers for team, numbers in left.items() if numbers}
