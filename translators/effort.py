"""Books finished work into the ledger: which share of a team's fortnight an item was.

Only closed windows are booked, each once, in order, and nothing booked is ever recomputed:
that is why a level cannot fall by arithmetic. DESIGN: effort(i) = size / D x people x 2 weeks
x windows, in whole micro-person-weeks, rounded down, with exact fractions on the way.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from models.backlog import Issue, Rung
from models.effort import Entry, EntryKind, Ledger, TeamWindow
from models.finding import Finding
from models.plan import canonical_json
from models.rulebook import EffortRules
from translators.completion import finishing
from translators.counting import counted
from translators.items import items_of, ruled_on
from translators.quarantine import Quarantine, quarantine
from translators.reversing import reversals, standing_credits
from translators.teambook import TeamBook
from translators.teams import scale_of, team_of
from translators.teamwork import TeamWork
from translators.windows import last_closed


class Booking(Struct, frozen=True):
    """What one run adds to the ledger, and what it noticed."""

    entries: tuple[Entry, ...]
    windows: tuple[TeamWindow, ...]
    findings: tuple[Finding, ...]


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


def book(
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
    standing = standing_credits(ledger.entries)
    taken_back = reversals(issues, standing, rules, as_of)
    settled = standing.keys() - {entry.issue_id for entry in taken_back}
    turns = Counter(e.issue_id for e in ledger.entries if e.kind is EntryKind.CREDIT)
    work, held = _work_of_teams(issues, rules)
    books = [
        TeamBook(ledger, work[team], turns, as_of)
        for team in sorted(work)
        if work[team].projects <= complete
    ]
    for team_book in books:
        team_book.close_windows(settled, last_closed(as_of))
    return Booking(
        (*taken_back, *(entry for team_book in books for entry in team_book.entries)),
        tuple(window for team_book in books for window in team_book.windows),
        (
            *_undated(issues),
            *held.findings(),
            *_waiting(work.values(), complete),
            *(found for team_book in books for found in team_book.findings()),
        ),
    )


def countable(issues: Sequence[Issue], rules: EffortRules) -> tuple[list[Issue], Quarantine]:
    """Finished items that count, and the quarantine that keeps others out; voided ones are out."""
    finished, team_for = finishing(rules), team_of(rules)
    done = [item for item in items_of(issues) if finished(item)]
    held = quarantine(done, issues, rules)
    voided = ruled_on(issues, rules.void)
    counted = [
        item for item in done if item.id not in voided and not held.holds(team_for(item), item)
    ]
    return counted, held


def _work_of_teams(
    issues: Sequence[Issue], rules: EffortRules
) -> tuple[dict[str, TeamWork], Quarantine]:
    """What each team finished and who did."""
    finished, team_for, scale = finishing(rules), team_of(rules), scale_of(rules)
    counted, held = countable(issues, rules)
    parts = _subtasks(issues)
    work: dict[str, TeamWork] = {}
    for item in counted:
        team = team_for(item)
        if team not in work:
            work[team] = TeamWork(team, parts, scale, rules.points_from_percent)
        work[team].items.append(item)
    counts = {item.id for item in counted}
    for issue in issues:
        is_part = issue.rung is Rung.SUBTASK and finished(issue)
        if not issue.contributor or not (is_part or issue.id in counts):
            continue
        team = team_for(issue)
        if team in work and not held.holds(team, issue):
            work[team].add_person(issue)
    return work, held


def _subtasks(issues: Iterable[Issue]) -> dict[int, list[Issue]]:
    children: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.rung is Rung.SUBTASK and issue.parent and issue.parent.id:
            children[issue.parent.id].append(issue)
    return children


def _undated(issues: Iterable[Issue]) -> Iterable[Finding]:
    keys = [issue.key for issue in issues if issue.is_done and issue.done_at is None]
    if keys:
        yield Finding(
            "done-without-date",
            min(keys),
            f"{counted(len(keys), 'issue', 'were', one='was')} done before our first look and when "
            "is not known: no credit",
        )


def _waiting(work: Iterable[TeamWork], complete: frozenset[str]) -> Iterable[Finding]:
    for team in work:
        if unseen := sorted(team.projects - complete):
            what = f"nothing is booked while project {', '.join(unseen)} cannot be seen"
            yield Finding("team-waits", f"team {team.name}", what)
