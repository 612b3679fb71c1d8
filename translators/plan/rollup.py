"""Surveys a backlog: what every epic is decided to be, and what is finished and booked below it.

All that is made of issues and entries is a sum of what groups of them come to: an epic with
whatever is below it, or some issues without one. So of a backlog of which little changed, only the
groups that hold it are folded anew.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from models.backlog import Issue, Rung
from models.decision import Decision
from models.effort import Entry
from models.rollup import Group, Odd, Teams, group_of
from models.snapshot import World
from translators.backlog.anomalies import UNDATED
from translators.backlog.completion import finishing
from translators.backlog.items import items_of, ruled_on
from translators.effort.booking import countable
from translators.effort.bulk_closes import Quarantine
from translators.effort.rating import experienced, weigh
from translators.effort.team_work import day_of
from translators.effort.teams import team_of
from translators.rules.decide import Judge


class Survey(Struct, frozen=True, kw_only=True):
    """What the rules alone decide of every epic, in the order of ids, and every group's sums.

    `teams` is the sum over all groups; `quarantine` the clean-ups that were set aside.
    """

    decisions: tuple[Decision, ...]
    groups: Mapping[int, Group]
    teams: Teams
    quarantine: Quarantine


class Measures(Struct, frozen=True):
    """What a fold measures by: the rules, the clean-ups, and the teams with a long history."""

    judge: Judge
    quarantine: Quarantine
    experienced: frozenset[str]


def survey(
    world: World,
    judge: Judge,
    hanging: Mapping[int, str] | None = None,
    held: Quarantine | None = None,
) -> Survey:
    """The survey of a whole world; `hanging` are the issues that hierarchy remarks on.

    `held` are the clean-ups, if whoever booked has found them already.
    """
    if held is None:
        _, held = countable(world.issues, judge.book.effort)
    closed = Counter(window.team for window in world.windows)
    groups = fold(
        world.issues,
        world.entries,
        Measures(judge, held, experienced(closed)),
        hanging or {},
    )
    return Survey(
        decisions=decide(world.issues, judge, world.as_of.date()),
        groups=groups,
        teams=Teams().changed([group.teams for group in groups.values()]),
        quarantine=held,
    )


def decide(issues: Iterable[Issue], judge: Judge, on: date) -> tuple[Decision, ...]:
    """The decision about every epic that is there, by the rules alone."""
    return tuple(
        judge.decide(epic, on)
        for epic in issues
        if epic.rung is Rung.EPIC and epic.missing_since is None
    )


def is_hidden(issue: Issue, judge: Judge) -> bool:
    """Whether what an issue brought is no part of its epic's work: epics are never hidden in it."""
    return issue.rung is not Rung.EPIC and judge.hides(issue)


def fold(
    issues: Sequence[Issue],
    entries: Iterable[Entry],
    by: Measures,
    hanging: Mapping[int, str],
) -> dict[int, Group]:
    """What every group comes to whose issues are among these: all of them, each with its epic."""
    credits: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        credits[entry.issue_id].append(entry)
    members: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        members[group_of(issue)].append(issue)
    folding = _Folding(issues, credits, by, hanging)
    return {group: folding.fold(group, found) for group, found in members.items()}


class _Folding:
    """Folds group after group; what all of them need is made ready once."""

    def __init__(
        self,
        issues: Sequence[Issue],
        credits: Mapping[int, list[Entry]],
        by: Measures,
        hanging: Mapping[int, str],
    ) -> None:
        rules = by.judge.book.effort
        self._by = by
        self._rules = rules
        self._credits = credits
        self._hanging = hanging
        self._is_finished = finishing(rules)
        self._team_for = team_of(rules)
        self._items = {item.id for item in items_of(issues)}
        self._voided = ruled_on(issues, rules.void)

    def fold(self, group: int, members: Collection[Issue]) -> Group:
        days: dict[str, Counter[date]] = defaultdict(Counter)
        projects: dict[str, Counter[str]] = defaultdict(Counter)
        done: list[Issue] = []
        entries: list[Entry] = []
        odd: dict[str, list[str]] = {}
        hidden = 0
        project = None
        for issue in members:
            if issue.id == group:
                project = issue.project
            for code in self._oddities(issue):
                odd.setdefault(code, []).append(issue.key)
            counts = False
            if issue.id in self._items and self._is_finished(issue):
                team = self._team_for(issue)
                days[team][day_of(issue)] += 1
                is_held = self._by.quarantine.holds(team, issue)
                counts = not is_held and issue.id not in self._voided
                if counts:
                    projects[team][issue.project] += 1
            booked = self._credits.get(issue.id, ())
            if not (counts or booked):
                continue
            if group > 0 and is_hidden(issue, self._by.judge):
                hidden += sum(entry.credit for entry in booked)
                continue
            entries += booked
            if counts:
                done.append(issue)
        return Group(
            project=project,
            work=weigh(done, entries, self._rules, self._by.experienced, hidden),
            teams=Teams(days, projects),
            odd={code: Odd(min(keys), len(keys)) for code, keys in odd.items()},
        )

    def _oddities(self, issue: Issue) -> Iterable[str]:
        if issue.is_done and issue.done_at is None:
            yield UNDATED
        if issue.id in self._hanging:
            yield self._hanging[issue.id]
