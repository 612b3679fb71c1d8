"""Books finished work into the ledger: which share of a team's fortnight an item was.

Only closed windows are booked, each once, in order, and nothing booked is ever recomputed:
that is why a level cannot fall by arithmetic. DESIGN: effort(i) = size / D x people x 2 weeks
x windows, in whole micro-person-weeks, rounded down, with exact fractions on the way.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from models.backlog import Issue, Rung
from models.effort import Entry, Ledger, TeamWindow
from models.finding import Finding
from models.plan import canonical_json
from models.rulebook import EffortRules
from translators.completion import finishing
from translators.teambook import TeamBook
from translators.windows import last_closed, window_of


class Booking(Struct, frozen=True):
    """What one run adds to the ledger, and what it noticed."""

    entries: tuple[Entry, ...]
    windows: tuple[TeamWindow, ...]
    findings: tuple[Finding, ...]


def generation_of(rules: EffortRules, points_fields: Sequence[str]) -> str:
    """Names one set of team, field, done and size rules; a changed rule is a new ledger."""
    definition = (
        rules.team,
        sorted(rules.cancelled_resolutions),
        sorted(rules.cancelled_statuses),
        list(points_fields),
    )
    return hashlib.sha256(canonical_json(definition)).hexdigest()[:16]


def team_of(rules: EffortRules) -> Callable[[Issue], str]:
    """Whose work an issue is, by the rule book; its project where the rule has no answer."""
    names = {name.casefold() for name in rules.team.names}

    def by_component(issue: Issue) -> str:
        return next((c for c in issue.components if c.casefold() in names), issue.project)

    def by_field(issue: Issue) -> str:
        values = (issue.extra.get(name.casefold(), ()) for name in rules.team.names)
        return next((value for found in values for value in found), issue.project)

    def by_project(issue: Issue) -> str:
        return issue.project

    return {"component": by_component, "field": by_field}.get(rules.team.kind, by_project)


def items_of(issues: Iterable[Issue]) -> list[Issue]:
    """The units of effort: base-level issues, and epics without children."""
    issues = list(issues)
    parents = {issue.epic_id for issue in issues if issue.rung is Rung.BASE}
    return [
        issue
        for issue in issues
        if issue.rung is Rung.BASE or (issue.rung is Rung.EPIC and issue.id not in parents)
    ]


def book(
    issues: Sequence[Issue],
    ledger: Ledger,
    rules: EffortRules,
    as_of: datetime,
    complete: frozenset[str],
) -> Booking:
    """Credit every finished item whose window has closed for its team.

    `issues` is the whole mirror of one site, `complete` the projects whose walk came through.
    Booking what is booked already adds nothing, so a run may be repeated at any time.
    """
    finished = finishing(rules)
    team_for = team_of(rules)
    booked = {entry.issue_id for entry in ledger.entries}
    done = [issue for issue in issues if finished(issue)]
    subtasks = _subtasks(issues)
    by_team: dict[str, list[Issue]] = defaultdict(list)
    for issue in filter(finished, items_of(issues)):
        by_team[team_for(issue)].append(issue)
    people = _people(done, team_for)
    books = [
        TeamBook(team, ledger, people[team], subtasks)
        for team, items in sorted(by_team.items())
        if {item.project for item in items} <= complete
    ]
    for team_book in books:
        waiting = [item for item in by_team[team_book.team] if item.id not in booked]
        team_book.close_windows(waiting, last_closed(as_of))
    return Booking(
        tuple(entry for team_book in books for entry in team_book.entries),
        tuple(window for team_book in books for window in team_book.windows),
        (*_undated(issues), *(f for team_book in books for f in team_book.findings())),
    )


def _subtasks(issues: Iterable[Issue]) -> dict[int, list[Issue]]:
    children: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.rung is Rung.SUBTASK and issue.parent and issue.parent.id:
            children[issue.parent.id].append(issue)
    return children


def _people(
    done: Iterable[Issue], team_for: Callable[[Issue], str]
) -> dict[str, dict[int, set[str]]]:
    """Who finished an item or a sub-task, by team and window; unassigned counts nobody."""
    people: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for issue in done:
        if issue.contributor and issue.done_at and issue.rung <= Rung.EPIC:
            people[team_for(issue)][window_of(issue.done_at)].add(issue.contributor)
    return people


def _undated(issues: Iterable[Issue]) -> Iterable[Finding]:
    keys = [issue.key for issue in issues if issue.is_done and issue.done_at is None]
    if keys:
        yield Finding(
            "done-without-date",
            min(keys),
            f"{len(keys)} issues were done before our first look and carry no date; "
            "they are not credited",
        )
