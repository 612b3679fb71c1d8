"""Surveys a backlog: what every epic is decided to be, and what is finished and booked below it.

All that is made of issues and entries is a sum of what groups of them come to: an epic with
whatever is below it, or some issues without one. So of a backlog of which little changed, only the
groups that hold it are folded anew.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from models.backlog import HierarchyLevel, Issue
from models.decision import Decision
from models.effort import Entry
from models.rollup import Anomaly, EpicRollup, TeamThroughput, rollup_number
from models.snapshot import Snapshot
from translators.backlog.anomalies import UNDATED
from translators.backlog.completion import compile_is_finished
from translators.backlog.items import find_ruled_issues, select_items
from translators.effort.booking import select_countable
from translators.effort.bulk_closes import Quarantine
from translators.effort.rating import select_experienced_teams, sum_effort
from translators.effort.team_work import day_of
from translators.effort.teams import compile_team_of
from translators.rules.decide import CompiledRules


class Rollup(Struct, frozen=True, kw_only=True):
    """What the rules alone decide of every epic, in the order of ids, and every group's sums.

    `teams` is the sum over all groups; `quarantine` the clean-ups that were set aside.
    """

    decisions: tuple[Decision, ...]
    groups: Mapping[int, EpicRollup]
    teams: TeamThroughput
    quarantine: Quarantine


class RollupRules(Struct, frozen=True):
    """What a fold measures by: the rules, the clean-ups, and the teams with a long history."""

    compiled: CompiledRules
    quarantine: Quarantine
    experienced: frozenset[str]


def roll_up_backlog(
    snapshot: Snapshot,
    compiled: CompiledRules,
    orphaned: Mapping[int, str] | None = None,
    held: Quarantine | None = None,
) -> Rollup:
    """The survey of a whole world; `hanging` are the issues that hierarchy remarks on.

    `held` are the clean-ups, if whoever booked has found them already.
    """
    if held is None:
        _, held = select_countable(snapshot.issues, compiled.book.effort)
    closed = Counter(window.team for window in snapshot.windows)
    groups = roll_up(
        snapshot.issues,
        snapshot.entries,
        RollupRules(compiled, held, select_experienced_teams(closed)),
        orphaned or {},
    )
    return Rollup(
        decisions=decide_epics(snapshot.issues, compiled, snapshot.as_of.date()),
        groups=groups,
        teams=TeamThroughput().changed([group.teams for group in groups.values()]),
        quarantine=held,
    )


def decide_epics(
    issues: Iterable[Issue], compiled: CompiledRules, on: date
) -> tuple[Decision, ...]:
    """The decision about every epic that is there, by the rules alone."""
    return tuple(
        compiled.decide(epic, on)
        for epic in issues
        if epic.hierarchy_level is HierarchyLevel.EPIC and epic.missing_since is None
    )


def is_hidden(issue: Issue, compiled: CompiledRules) -> bool:
    """Whether what an issue brought is no part of its epic's work: epics are never hidden in it."""
    return issue.hierarchy_level is not HierarchyLevel.EPIC and compiled.hides(issue)


def roll_up(
    issues: Sequence[Issue],
    entries: Iterable[Entry],
    by: RollupRules,
    orphaned: Mapping[int, str],
) -> dict[int, EpicRollup]:
    """What every group comes to whose issues are among these: all of them, each with its epic."""
    credits: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        credits[entry.issue_id].append(entry)
    members: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        members[rollup_number(issue)].append(issue)
    folding = _RollingUp(issues, credits, by, orphaned)
    return {group: folding.fold(group, found) for group, found in members.items()}


class _RollingUp:
    """Folds group after group; what all of them need is made ready once."""

    def __init__(
        self,
        issues: Sequence[Issue],
        credits: Mapping[int, list[Entry]],
        by: RollupRules,
        orphaned: Mapping[int, str],
    ) -> None:
        rules = by.compiled.book.effort
        self._by = by
        self._rules = rules
        self._credits = credits
        self._hanging = orphaned
        self._is_finished = compile_is_finished(rules)
        self._team_for = compile_team_of(rules)
        self._items = {item.id for item in select_items(issues)}
        self._voided = find_ruled_issues(issues, rules.void)

    def fold(self, group: int, members: Collection[Issue]) -> EpicRollup:
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
            if group > 0 and is_hidden(issue, self._by.compiled):
                hidden += sum(entry.credit for entry in booked)
                continue
            entries += booked
            if counts:
                done.append(issue)
        return EpicRollup(
            project=project,
            work=sum_effort(done, entries, self._rules, self._by.experienced, hidden),
            teams=TeamThroughput(days, projects),
            anomalies={code: Anomaly(min(keys), len(keys)) for code, keys in odd.items()},
        )

    def _oddities(self, issue: Issue) -> Iterable[str]:
        if issue.is_done and issue.done_at is None:
            yield UNDATED
        if issue.id in self._hanging:
            yield self._hanging[issue.id]
