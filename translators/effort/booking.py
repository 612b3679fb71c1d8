"""Books finished work into the ledger: which share of a team's fortnight an item was.

Only closed windows are booked, each once, in order, and nothing booked is ever recomputed:
that is why a level cannot fall by arithmetic. DESIGN: effort(i) = size / D x people x 2 weeks
x windows, in whole micro-person-weeks, rounded down, with exact fractions on the way.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from models.backlog import HierarchyLevel, Issue
from models.effort import Entry, EntryKind, Ledger, TeamWindow
from models.finding import Finding
from models.plan import canonical_json
from models.rulebook import EffortRules
from translators.backlog.completion import compile_is_finished
from translators.backlog.fortnights import last_closed
from translators.backlog.items import find_ruled_issues, select_items
from translators.effort.bulk_closes import Quarantine, count_days, quarantine_bulk_closes
from translators.effort.reversals import find_reversals, find_standing_credits
from translators.effort.team_ledger import TeamLedger
from translators.effort.team_work import TeamWork
from translators.effort.teams import compile_scale_of, compile_team_of


class TeamNote(Struct, frozen=True):
    """What was noticed of one team when its books were last gone through, and if it has any."""

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


def generation_of(rules: EffortRules, points_fields: Sequence[str]) -> str:
    """Names one set of team, field, done and size rules; a changed rule is a new ledger."""
    definition = [
        rules.team,
        sorted(rules.cancelled_resolutions),
        sorted(rules.cancelled_statuses),
        list(points_fields),
        rules.points_from_percent,
    ]
    dated = [
        *(["alias", each.team, each.to, each.since, each.until] for each in rules.aliases),
        *(["scale", each.team, each.since, str(each.times)] for each in rules.rescaled),
    ]
    return hashlib.sha256(canonical_json(definition + dated)).hexdigest()[:16]


def book_finished_items(
    issues: Sequence[Issue],
    ledger: Ledger,
    rules: EffortRules,
    as_of: datetime,
    complete: frozenset[str],
) -> Booking:
    """Take back what is no finished item any more; credit every item whose window has closed.

    `issues` is the whole mirror of one site, `complete` the projects whose walk came through.
    Booking what is booked already adds nothing, so a run may be repeated at any time.
    """
    standing = find_standing_credits(ledger.entries)
    taken_back = find_reversals(issues, standing, rules, as_of)
    settled = standing.keys() - {entry.issue_id for entry in taken_back}
    turns = Counter(e.issue_id for e in ledger.entries if e.kind is EntryKind.CREDIT)
    work, held = _work_of_teams(issues, rules)
    books = [
        TeamLedger(ledger, work[team], turns, as_of)
        for team in sorted(work)
        if work[team].projects <= complete
    ]
    for team_book in books:
        team_book.close_windows(settled, last_closed(as_of))
    notes = {
        team_book.team: TeamNote(team_book.has_history, tuple(team_book.findings()))
        for team_book in books
    }
    projects = {team: found.projects for team, found in work.items()}
    return Booking(
        (*taken_back, *(entry for team_book in books for entry in team_book.entries)),
        tuple(window for team_book in books for window in team_book.windows),
        tuple(report_teams(projects, held, complete, notes)),
        notes,
        held,
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
    yield from held.findings()
    for team, theirs in sorted(projects.items()):
        if unseen := sorted(set(theirs) - complete):
            what = f"nothing is booked while project {', '.join(unseen)} cannot be seen"
            yield Finding("team-waits", f"team {team}", what)
    for team, theirs in sorted(projects.items()):
        if complete.issuperset(theirs):
            yield from notes[team].findings


def select_countable(issues: Sequence[Issue], rules: EffortRules) -> tuple[list[Issue], Quarantine]:
    """Finished items that count, and the quarantine that keeps others out; voided ones are out."""
    finished, team_for = compile_is_finished(rules), compile_team_of(rules)
    done = [item for item in select_items(issues) if finished(item)]
    held = quarantine_bulk_closes(count_days(done, rules), issues, rules)
    voided = find_ruled_issues(issues, rules.void)
    counted = [
        item for item in done if item.id not in voided and not held.holds(team_for(item), item)
    ]
    return counted, held


def _work_of_teams(
    issues: Sequence[Issue], rules: EffortRules
) -> tuple[dict[str, TeamWork], Quarantine]:
    """What each team finished and who did."""
    finished, team_for, scale = (
        compile_is_finished(rules),
        compile_team_of(rules),
        compile_scale_of(rules),
    )
    counted, held = select_countable(issues, rules)
    parts = _subtasks(issues)
    work: dict[str, TeamWork] = {}
    for item in counted:
        team = team_for(item)
        if team not in work:
            work[team] = TeamWork(team, parts, scale, rules.points_from_percent)
        work[team].items.append(item)
    counts = {item.id for item in counted}
    for issue in issues:
        is_part = issue.hierarchy_level is HierarchyLevel.SUBTASK and finished(issue)
        if not issue.contributor or not (is_part or issue.id in counts):
            continue
        team = team_for(issue)
        if team in work and not held.holds(team, issue):
            work[team].add_person(issue)
    return work, held


def _subtasks(issues: Iterable[Issue]) -> dict[int, list[Issue]]:
    children: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.hierarchy_level is HierarchyLevel.SUBTASK and issue.parent and issue.parent.id:
            children[issue.parent.id].append(issue)
    return children
