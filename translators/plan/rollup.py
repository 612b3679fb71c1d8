"""Rolls a backlog up: what is finished and booked below every epic, and what each epic is decided.

All that is made of issues and entries is a sum over rollups: an epic with whatever is below it, or
some issues without an epic. So a backlog is rolled up part by part, in any order, and where little
changed only the parts that hold it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue
from models.decision import Decision
from models.effort import Entry
from models.rollup import Anomaly, EffortTotals, EpicRollup, TeamThroughput, rollup_number
from models.snapshot import Snapshot
from translators.backlog.anomalies import UNDATED
from translators.backlog.completion import compile_is_finished
from translators.backlog.fortnights import first_of_year
from translators.backlog.items import compile_is_ruled, find_gone, find_parents, is_item
from translators.effort.booking import count_finished
from translators.effort.bulk_closes import Quarantine
from translators.effort.rating import (
    count_teams_of_a_year,
    select_experienced_teams,
    sum_effort,
)
from translators.effort.teams import compile_team_of
from translators.effort.throughput import day_of
from translators.plan.decided import decide_epics, decide_items, is_hidden, list_fed_items
from translators.rules.decide import CompiledRules


class Rollup(Struct, frozen=True, kw_only=True):
    """What the rules alone decide of every epic, in the order of ids, and every rollup by number.

    Items without an epic that a capability claims are decided too, behind the epics. `released` are
    those that fed the list and that a changed rule book claims for nothing.
    `decisions_before` are the same under the rule book that published last, if that is another.
    `teams_of_a_year` are how many teams have closed 26 fortnights.
    """

    decisions: tuple[Decision, ...]
    groups: Mapping[int, EpicRollup]
    released: tuple[Decision, ...] = ()
    decisions_before: tuple[Decision, ...] | None = None
    teams_of_a_year: int = 0


class RollupRules(Struct, frozen=True):
    """What is rolled up by: rules, clean-ups set aside, teams with a long enough history.

    `no_items` are as `is_item` has them; `fed` are the items that feed what was published last. The
    past year begins with the window `year_begins`.
    """

    compiled: CompiledRules
    quarantine: Quarantine
    experienced: frozenset[str]
    no_items: Collection[int]
    fed: Collection[int] = frozenset()
    year_begins: int = 0


def roll_up_backlog(
    snapshot: Snapshot,
    compiled: CompiledRules,
    orphaned: Mapping[int, str] | None = None,
    before: CompiledRules | None = None,
) -> Rollup:
    """All of a snapshot that holds every issue and entry; `orphaned` as `resolve_epics` has it."""
    issues, on = snapshot.issues, snapshot.as_of.date()
    gone = find_gone(issues, {entry.issue_id for entry in snapshot.entries})
    no_items = find_parents(issues) | gone
    counted = count_finished(issues, compiled.book.effort, no_items)
    closed = Counter(window.team for window in snapshot.windows)
    fed = list_fed_items(snapshot.published_state)
    rules = RollupRules(
        compiled,
        counted.quarantine,
        select_experienced_teams(closed),
        no_items,
        fed,
        first_of_year(snapshot.as_of),
    )
    groups = roll_up(issues, snapshot.entries, rules, orphaned or {})
    items = decide_items(issues, groups, compiled, fed, before)
    return Rollup(
        decisions=(*decide_epics(issues, compiled, on), *items.decisions),
        groups=groups,
        released=items.released,
        decisions_before=(*decide_epics(issues, before, on), *items.before) if before else None,
        teams_of_a_year=count_teams_of_a_year(closed),
    )


def roll_up(
    issues: Sequence[Issue],
    entries: Iterable[Entry],
    rules: RollupRules,
    orphaned: Mapping[int, str],
) -> dict[int, EpicRollup]:
    """The rollups that these issues are in, of which all that is done or booked is among them.

    `orphaned` are the issues whose parent is out of reach, by what is the matter.
    """
    members: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        members[rollup_number(issue)].append(issue)
    rolling_up = RollingUp(rules, entries, orphaned)
    groups: dict[int, EpicRollup] = {}
    for number, below in members.items():
        groups |= rolling_up.roll_up(number, below)
    return groups


class RollingUp:
    """Rolls up one group after the other; what all of them need is made ready once."""

    def __init__(
        self,
        rules: RollupRules,
        entries: Iterable[Entry],
        orphaned: Mapping[int, str],
    ) -> None:
        effort = rules.compiled.book.effort
        self._rules = rules
        self._effort = effort
        self._credits: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._credits[entry.issue_id].append(entry)
        self._orphaned = orphaned
        self._is_finished = compile_is_finished(effort)
        self._team_of = compile_team_of(effort)
        self._is_void = compile_is_ruled(effort.void)

    def roll_up(self, number: int, members: Collection[Issue]) -> dict[int, EpicRollup]:
        days: dict[str, Counter[date]] = defaultdict(Counter)
        projects: dict[str, Counter[str]] = defaultdict(Counter)
        done: list[Issue] = []
        entries: list[Entry] = []
        anomalies: dict[str, list[str]] = {}
        items: dict[int, EpicRollup] = {}
        hidden = 0
        project = None
        for issue in members:
            if issue.id == number:
                project = issue.project
            for code in self._find_anomalies(issue):
                anomalies.setdefault(code, []).append(issue.key)
            counts = False
            if is_item(issue, self._rules.no_items) and self._is_finished(issue):
                team = self._team_of(issue)
                days[team][day_of(issue)] += 1
                counts = self._is_counted(issue, team)
                if counts:
                    projects[team][issue.project] += 1
            booked = self._credits.get(issue.id, ())
            if not (counts or booked):
                continue
            if number > 0 and is_hidden(issue, self._rules.compiled):
                hidden += sum(entry.credit for entry in booked)
                continue
            if number < 0 and self._stands_alone(issue):
                work = self._sum_up([issue] if counts else [], booked)
                work = self._add_year(work, number, [issue])
                items[issue.id] = EpicRollup(project=issue.project, work=work, is_item=True)
                continue
            entries += booked
            if counts:
                done.append(issue)
        others = [issue for issue in members if issue.id not in items]
        items[number] = EpicRollup(
            project=project,
            work=self._add_year(self._sum_up(done, entries, hidden), number, others),
            teams=TeamThroughput(days, projects),
            anomalies={code: Anomaly(min(keys), len(keys)) for code, keys in anomalies.items()},
        )
        return items

    def sum_up_alone(self, issue: Issue) -> EffortTotals:
        """What one issue brings to its group where nothing hides it."""
        is_done = is_item(issue, self._rules.no_items) and self._is_finished(issue)
        counts = is_done and self._is_counted(issue, self._team_of(issue))
        return self._sum_up([issue] if counts else [], self._credits.get(issue.id, ()))

    def _is_counted(self, issue: Issue, team: str) -> bool:
        """Whether a finished item counts: no clean-up, and not voided by a person."""
        return not self._rules.quarantine.covers(team, issue) and not self._is_void(issue)

    def _sum_up(
        self, done: Collection[Issue], entries: Collection[Entry], hidden: int = 0
    ) -> EffortTotals:
        return sum_effort(done, entries, self._effort, self._rules.experienced, hidden)

    def _add_year(self, work: EffortTotals, number: int, members: Iterable[Issue]) -> EffortTotals:
        """With what these issues brought in the past year, hidden or not.

        Of issues without an epic the rules say one by one what kept the product running; all that
        is below an epic goes with that, as the plan decides it.
        """
        year = upkeep = 0
        for issue in members:
            booked = self._credits.get(issue.id, ())
            brought = sum(e.credit for e in booked if e.window >= self._rules.year_begins)
            year += brought
            if number < 0 and brought and self._rules.compiled.keeps_running(issue):
                upkeep += brought
        return replace(work, year=year, upkeep=upkeep) if year or upkeep else work

    def _stands_alone(self, issue: Issue) -> bool:
        """Whether an issue without an epic is an item that a capability claims, or it feeds one."""
        if issue.hierarchy_level is not HierarchyLevel.BASE:
            return False
        if issue.id in self._rules.fed:
            return True
        return issue.missing_since is None and self._rules.compiled.claims_item(issue)

    def _find_anomalies(self, issue: Issue) -> Iterable[str]:
        if issue.is_done and issue.done_at is None:
            yield UNDATED
        if issue.id in self._orphaned:
            yield self._orphaned[issue.id]
