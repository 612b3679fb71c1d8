"""Counts what each team finished, by day and by project: what clean-ups are judged by."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime

from msgspec import Struct

from models.backlog import FinishedIssue, Issue
from models.rulebook import EffortRules, Ruling
from translators.backlog.completion import compile_is_finished
from translators.backlog.items import compile_is_ruled, is_item
from translators.effort.teams import Work, compile_team_of


def done_at(issue: Issue | FinishedIssue) -> datetime:
    """When an item was finished; only what has a date is ever booked."""
    if issue.done_at is None:
        raise ValueError(f"{issue.key} has no date and cannot be booked")
    return issue.done_at


def day_of(issue: Work) -> date:
    """The day on which an item was finished, by UTC."""
    return done_at(issue).astimezone(UTC).date()


class Throughput(Struct, frozen=True):
    """How many items each team finished on each day, and of those in which project.

    `by_project` has those that no person voided, by (team, project, day); `released` those of them
    that a person let out of every clean-up, by (team, project).
    """

    days: Mapping[str, Mapping[date, int]]
    by_project: Mapping[tuple[str, str, date], int]
    released: Mapping[tuple[str, str], int]

    def count_by_project(self, aside: Collection[tuple[str, date]]) -> dict[str, dict[str, int]]:
        """How many items count for each team in each project; (team, day) `aside` do not."""
        counted: dict[str, dict[str, int]] = defaultdict(dict)
        released = [(team, project, n) for (team, project), n in self.released.items()]
        others = [
            (team, project, n)
            for (team, project, day), n in self.by_project.items()
            if (team, day) not in aside
        ]
        for team, project, number in (*released, *others):
            counted[team][project] = counted[team].get(project, 0) + number
        return dict(counted)


def count_throughput(
    issues: Iterable[Work], rules: EffortRules, no_items: Collection[int]
) -> Throughput:
    """Count finished items once; `no_items` are as `is_item` has them."""
    is_finished, team_of = compile_is_finished(rules), compile_team_of(rules)
    is_void = compile_is_ruled(rules.void)
    is_released = compile_is_ruled([each for each in rules.release if isinstance(each, Ruling)])
    days: dict[str, Counter[date]] = defaultdict(Counter)
    by_project: Counter[tuple[str, str, date]] = Counter()
    released: Counter[tuple[str, str]] = Counter()
    for issue in issues:
        if not (is_item(issue, no_items) and is_finished(issue)):
            continue
        team, day = team_of(issue), day_of(issue)
        days[team][day] += 1
        if is_void(issue):
            continue
        if is_released(issue):
            released[team, issue.project] += 1
        else:
            by_project[team, issue.project, day] += 1
    return Throughput(days, by_project, released)
