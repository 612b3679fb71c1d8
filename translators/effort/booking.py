"""Books finished work into the ledger: which share of a team's fortnight an item was.

Only closed windows are booked, each once, in order, and nothing booked is ever recomputed:
that is why a level cannot fall by arithmetic. DESIGN: effort(i) = size / D x people x 2 weeks
x windows, in whole micro-person-weeks, rounded down, with exact fractions on the way.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from models.backlog import FinishedIssue, HierarchyLevel, Issue
from models.effort import Entry, EntryKind, Ledger, TeamWindow
from models.finding import Finding
from models.plan import canonical_json
from models.rulebook import EffortRules
from translators.backlog.completion import compile_is_finished
from translators.backlog.items import compile_is_ruled, find_gone, find_parents, is_item
from translators.effort.bulk_closes import Quarantine, quarantine_bulk_closes
from translators.effort.reversals import find_reversals, find_standing_credits
from translators.effort.team_ledger import PastPoints, TeamLedger
from translators.effort.teams import compile_team_of
from translators.effort.throughput import Throughput, count_throughput

PEOPLE = "each by what they finished"
"""How people are counted; another way is another measure, and a ledger of its own."""


class TeamNote(Struct, frozen=True):
    """What was noticed of one team when its account was last gone through; whether it has any."""

    has_history: bool
    findings: tuple[Finding, ...]


class Booking(Struct, frozen=True):
    """What one run adds to the ledger, what it noticed, and what of that is a note of each team.

    `quarantine` are the clean-ups of which nothing was booked.
    """

    entries: tuple[Entry, ...]
    windows: tuple[TeamWindow, ...]
    findings: tuple[Finding, ...]
    notes: Mapping[str, TeamNote]
    quarantine: Quarantine


class Counted(Struct, frozen=True):
    """What is counted before anything is booked: who finished how much, and what is set aside.

    `no_items` are as `is_item` has them; `projects` those that each team's counted items are in.
    """

    no_items: Collection[int]
    throughput: Throughput
    quarantine: Quarantine
    projects: Mapping[str, Mapping[str, int]]

    def list_teams(self, complete: frozenset[str]) -> list[str]:
        """The teams all of whose projects are `complete`: these alone can be booked."""
        return sorted(team for team, theirs in self.projects.items() if complete.issuperset(theirs))


def count_finished(
    issues: Iterable[Issue | FinishedIssue], rules: EffortRules, no_items: Collection[int]
) -> Counted:
    """Count what is finished; `no_items` are as `is_item` has them."""
    throughput = count_throughput(issues, rules, no_items)
    quarantine = quarantine_bulk_closes(throughput.days, rules)
    return Counted(
        no_items, throughput, quarantine, throughput.count_by_project(quarantine.days.keys())
    )


def generation_of(rules: EffortRules, points_fields: Sequence[str]) -> str:
    """Names one set of team, field, done and size rules; a changed rule is a new ledger."""
    definition = [
        rules.team,
        sorted(rules.cancelled_resolutions),
        sorted(rules.cancelled_statuses),
        list(points_fields),
        rules.points_from_percent,
        PEOPLE,
    ]
    dated = [
        *(["alias", each.team, each.to, each.since, each.until] for each in rules.aliases),
        *(["scale", each.team, each.since, str(each.times)] for each in rules.rescaled),
    ]
    return hashlib.sha256(canonical_json(definition + dated)).hexdigest()[:16]


class TeamLedgers:
    """The accounts of all teams that can be booked, while finished issues come in, oldest first."""

    def __init__(
        self,
        counted: Counted,
        rules: EffortRules,
        *,
        generation: str,
        windows: Iterable[TeamWindow],
        past_points: Mapping[str, Iterable[PastPoints]],
        as_of: datetime,
        complete: frozenset[str],
    ) -> None:
        history: dict[str, list[TeamWindow]] = defaultdict(list)
        for window in windows:
            history[window.team].append(window)
        self._teams = {
            team: TeamLedger(
                team,
                generation,
                rules=rules,
                history=history[team],
                past_points=past_points.get(team, ()),
                as_of=as_of,
            )
            for team in counted.list_teams(complete)
        }
        self._counted = counted
        self._is_finished = compile_is_finished(rules)
        self._team_of = compile_team_of(rules)
        self._is_void = compile_is_ruled(rules.void)

    def book_issues(self, finished: Iterable[FinishedIssue]) -> Iterator[Entry]:
        """The credits of these issues, which come in the order of completion: of all that is not
        booked yet, and of whoever finished anything in a window that is still open."""
        for issue in finished:
            yield from self._take(issue)
        for team in self._teams.values():
            yield from team.close_windows()

    def _take(self, issue: FinishedIssue) -> Iterator[Entry]:
        team = self._team_of(issue)
        account = self._teams.get(team)
        if account is None or not self._is_finished(issue):
            return
        if self._counted.quarantine.covers(team, issue):
            return
        if is_item(issue, self._counted.no_items):
            if self._is_void(issue):
                return
            if not issue.is_credited:
                yield from account.add_item(issue)
            yield from account.add_person(issue)
        elif issue.hierarchy_level is HierarchyLevel.SUBTASK:
            yield from account.add_person(issue)

    def list_windows(self) -> tuple[TeamWindow, ...]:
        """The windows that were closed, team by team."""
        return tuple(window for team in self._teams.values() for window in team.windows)

    def list_notes(self) -> dict[str, TeamNote]:
        """What was noticed of each team."""
        return {
            name: TeamNote(team.has_history, team.report_findings())
            for name, team in self._teams.items()
        }


def book_finished_items(
    issues: Sequence[Issue],
    ledger: Ledger,
    rules: EffortRules,
    as_of: datetime,
    complete: frozenset[str],
    *,
    gone: frozenset[int] | None = None,
) -> Booking:
    """Take back what is no finished item any more; credit every item whose window has closed.

    `issues` is the whole mirror of one site, `complete` the projects whose walk came through,
    `gone` the missing issues that no ledger has a credit of, by default that this one has not.
    Booking what is booked already adds nothing, so a run may be repeated at any time.
    """
    if gone is None:
        gone = find_gone(issues, {entry.issue_id for entry in ledger.entries})
    no_items = find_parents(issues) | gone
    standing = find_standing_credits(ledger.entries)
    taken_back = find_reversals(issues, standing, rules, as_of, no_items)
    counted = count_finished(issues, rules, no_items)
    accounts = TeamLedgers(
        counted,
        rules,
        generation=ledger.generation,
        windows=ledger.windows,
        past_points=past_points_of(ledger.entries),
        as_of=as_of,
        complete=complete,
    )
    entries = tuple(accounts.book_issues(_finished_issues(issues, ledger.entries)))
    notes = accounts.list_notes()
    return Booking(
        (*taken_back, *entries),
        accounts.list_windows(),
        tuple(report_teams(counted.projects, counted.quarantine, complete, notes)),
        notes,
        counted.quarantine,
    )


def past_points_of(entries: Iterable[Entry]) -> dict[str, list[PastPoints]]:
    """The known sizes of what was booked, by team."""
    found: dict[str, list[PastPoints]] = defaultdict(list)
    for entry in entries:
        if entry.kind is EntryKind.CREDIT and entry.points is not None:
            found[entry.team].append(PastPoints(entry.window, entry.type, entry.points))
    return found


def _finished_issues(issues: Iterable[Issue], entries: Sequence[Entry]) -> list[FinishedIssue]:
    """What booking reads of issues that are at hand, in the order of completion."""
    credits = Counter(entry.issue_id for entry in entries if entry.kind is EntryKind.CREDIT)
    standing = find_standing_credits(entries)
    points = defaultdict(list)
    for issue in issues:
        is_part = issue.hierarchy_level is HierarchyLevel.SUBTASK
        if is_part and issue.parent and issue.parent.id and issue.points is not None:
            points[issue.parent.id].append(issue.points)
    finished = [
        FinishedIssue(
            **{name: getattr(issue, name) for name in _COPIED},
            done_at=issue.done_at,
            subtask_points=tuple(points.get(issue.id, ())),
            credits=credits[issue.id],
            is_credited=issue.id in standing,
        )
        for issue in issues
        if issue.is_done and issue.done_at is not None
    ]
    return sorted(finished, key=lambda issue: (issue.done_at, issue.id))


_COPIED = tuple(
    name
    for name in FinishedIssue.__struct_fields__
    if name not in ("done_at", "subtask_points", "credits", "is_credited")
)


def report_teams(
    projects: Mapping[str, Collection[str]],
    held: Quarantine,
    complete: frozenset[str],
    notes: Mapping[str, TeamNote],
) -> Iterable[Finding]:
    """Clean-ups, teams that wait, and the notes of all others that finished something.

    `projects` are those that the counted work of each team is in.
    """
    yield from held.report_findings()
    for team, theirs in sorted(projects.items()):
        if unseen := sorted(set(theirs) - complete):
            what = f"nothing is booked while project {', '.join(unseen)} cannot be seen"
            yield Finding("team-waits", f"team {team}", what)
    for team, theirs in sorted(projects.items()):
        if complete.issuperset(theirs):
            yield from notes[team].findings
