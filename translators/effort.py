"""Books finished work into the ledger: which share of a team's fortnight an item was.

Only closed windows are booked, each once, in order, and nothing booked is ever recomputed:
that is why a level cannot fall by arithmetic. DESIGN: effort(i) = size / D x people x 2 weeks
x windows, in whole micro-person-weeks, rounded down, with exact fractions on the way.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from msgspec import Struct

from models.backlog import Issue, Rung
from models.effort import (
    EPOCH,
    FORTNIGHT,
    MICRO,
    Entry,
    EntryKind,
    SizeSource,
    TeamWindow,
    Unit,
)
from models.finding import Finding
from models.plan import canonical_json
from models.rulebook import EffortRules
from translators.completion import finishing
from translators.medians import median

GRACE = timedelta(hours=48)
"""How long after its end a window stays open for work that Jira reports late."""

EARLIER = 5
"""`The last six windows`: this one and up to five earlier ones in which the team finished work."""

COVERAGE = Fraction(70, 100)
"""From this share of known sizes on a team is measured in points, below it by count."""

MOST_EMPTY = 6
"""How many empty windows just before a release still count as its work."""

ONE_TEAM = 15
"""More people than this finishing work in one window are hardly one team."""


class Booking(Struct, frozen=True):
    """What one run adds to the ledger, and what it noticed."""

    entries: tuple[Entry, ...]
    windows: tuple[TeamWindow, ...]
    findings: tuple[Finding, ...]


class Ledger(Struct, frozen=True):
    """What was booked before under one generation."""

    generation: str
    entries: Sequence[Entry] = ()
    windows: Sequence[TeamWindow] = ()


class _Measured(Struct, frozen=True):
    """An item about to be booked, and its size in points: None where nobody knows."""

    issue: Issue
    points: Fraction | None
    source: SizeSource


def generation_of(rules: EffortRules, points_fields: Sequence[str]) -> str:
    """Names one set of team, field, done and size rules; a changed rule is a new ledger."""
    definition = (
        rules.team,
        sorted(rules.cancelled_resolutions),
        sorted(rules.cancelled_statuses),
        list(points_fields),
    )
    return hashlib.sha256(canonical_json(definition)).hexdigest()[:16]


def window_of(moment: datetime) -> int:
    """The number of the fortnight that holds `moment`."""
    return (moment - EPOCH) // FORTNIGHT


def window_start(window: int) -> datetime:
    """When a window begins; it ends where the next one begins."""
    return EPOCH + window * FORTNIGHT


def last_closed(as_of: datetime) -> int:
    """The newest window that may be booked: its end lies at least 48 hours back."""
    return window_of(as_of - GRACE) - 1


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
        _TeamBook(team, ledger, people[team], subtasks)
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


class _TeamBook:
    """One team's account while its windows are being closed, oldest first."""

    def __init__(
        self,
        team: str,
        ledger: Ledger,
        people: Mapping[int, set[str]],
        subtasks: Mapping[int, list[Issue]],
    ) -> None:
        self.team = team
        self.generation = ledger.generation
        self.entries: list[Entry] = []
        self.windows: list[TeamWindow] = []
        self._people = people
        self._subtasks = subtasks
        self._history = sorted(
            (window for window in ledger.windows if window.team == team),
            key=lambda window: window.window,
        )
        self._points_by_window: dict[int, list[tuple[str, Fraction]]] = defaultdict(list)
        for entry in ledger.entries:
            if entry.team == team and entry.kind is EntryKind.CREDIT:
                self._remember(entry)

    def _remember(self, entry: Entry) -> None:
        if entry.points is not None:
            known = (entry.type, Fraction(entry.points))
            self._points_by_window[entry.window].append(known)

    def close_windows(self, waiting: Sequence[Issue], newest: int) -> None:
        """Book all windows up to `newest`; late work goes into the next one to close."""
        if not waiting and not self._history:
            return
        if self._history:
            first = self._history[-1].window + 1
        else:
            first = min(window_of(item.done_at) for item in waiting if item.done_at)
        by_window: dict[int, list[Issue]] = defaultdict(list)
        for item in waiting:
            if item.done_at:
                by_window[max(first, window_of(item.done_at))].append(item)
        for window in range(first, newest + 1):
            self._close(window, sorted(by_window[window], key=lambda item: item.id))

    def _close(self, window: int, items: Sequence[Issue]) -> None:
        earlier = [past for past in self._history if past.count][-EARLIER:]
        measured = self._measure(items, earlier)
        sums = self._sum_up(window, measured, earlier)
        self.windows.append(sums)
        self._history.append(sums)
        if not items:
            return
        by_count = max(
            Fraction(sums.count), median([Fraction(w.count) for w in (*earlier, sums)]) / 2
        )
        for item in measured:
            entry = self._credit(item, sums, by_count)
            self.entries.append(entry)
            self._remember(entry)

    def _measure(self, items: Sequence[Issue], earlier: Sequence[TeamWindow]) -> list[_Measured]:
        """Sizes in points: own, else of the sub-tasks, else the median of like work."""
        own = [(item, *self._known_points(item)) for item in items]
        recent = [known for past in earlier for known in self._points_by_window[past.window]]
        recent += [(item.type, points) for item, points, _ in own if points is not None]
        by_type: dict[str, list[Fraction]] = defaultdict(list)
        for type_name, points in recent:
            by_type[type_name].append(points)
        team_median = median([points for _, points in recent]) if recent else None
        measured = []
        for item, size, source in own:
            if size is not None:
                measured.append(_Measured(item, size, source))
            elif like := by_type.get(item.type):
                measured.append(_Measured(item, median(like), SizeSource.TYPE_MEDIAN))
            else:
                measured.append(_Measured(item, team_median, SizeSource.TEAM_MEDIAN))
        return measured

    def _known_points(self, item: Issue) -> tuple[Fraction | None, SizeSource]:
        if item.points is not None:
            return Fraction(item.points), SizeSource.OWN
        parts = [part.points for part in self._subtasks.get(item.id, ()) if part.points is not None]
        if parts:
            return sum(map(Fraction, parts), Fraction(0)), SizeSource.SUBTASKS
        return None, SizeSource.COUNT

    def _sum_up(
        self, window: int, measured: Sequence[_Measured], earlier: Sequence[TeamWindow]
    ) -> TeamWindow:
        points = sum((item.points or Fraction(0) for item in measured), Fraction(0))
        known = sum(item.source in (SizeSource.OWN, SizeSource.SUBTASKS) for item in measured)
        unit = _unit(earlier, points, known, len(measured))
        contributors = len(self._people.get(window, ()))
        totals = [w.points if unit is Unit.POINTS else Fraction(w.count) for w in earlier]
        total = points if unit is Unit.POINTS else Fraction(len(measured))
        people = [Fraction(w.contributors) for w in earlier]
        return TeamWindow(
            generation=self.generation,
            site=measured[0].issue.site if measured else self._history[-1].site,
            team=self.team,
            window=window,
            points=points,
            count=len(measured),
            known=known,
            contributors=contributors,
            people=median([*people, Fraction(contributors)]) if measured else Fraction(0),
            windows=1 + self._empty_just_before() if measured else 0,
            unit=unit,
            denominator=max(total, median([*totals, total]) / 2) if measured else Fraction(0),
        )

    def _empty_just_before(self) -> int:
        empty = 0
        for past in reversed(self._history):
            if past.count or empty == MOST_EMPTY:
                break
            empty += 1
        return empty

    def _credit(self, item: _Measured, sums: TeamWindow, by_count: Fraction) -> Entry:
        issue = item.issue
        counted = sums.unit is Unit.COUNT
        size = Fraction(1) if counted else item.points or Fraction(0)
        known = item.source in (SizeSource.OWN, SizeSource.SUBTASKS)
        capacity = sums.people * 2 * sums.windows * MICRO
        return Entry(
            generation=self.generation,
            kind=EntryKind.CREDIT,
            site=issue.site,
            issue_id=issue.id,
            turn=1,
            team=self.team,
            window=sums.window,
            unit=sums.unit,
            type=issue.type,
            size=size,
            size_source=SizeSource.COUNT if counted else item.source,
            points=item.points if known else None,
            denominator=sums.denominator,
            people=sums.people,
            windows=sums.windows,
            credit=int(size / sums.denominator * capacity) if sums.denominator else 0,
            credit_by_count=int(capacity / by_count),
            done_at=_done_at(issue),
        )

    def findings(self) -> Iterable[Finding]:
        """What a person should look at: a team too large, without people, or without points."""
        worked = [window for window in self.windows if window.count]
        if not worked:
            return
        if (largest := max(window.contributors for window in worked)) > ONE_TEAM:
            what = f"{largest} people finished work in one fortnight; is this one team?"
            yield Finding("team-too-large", self.team, what)
        if any(window.people == 0 for window in worked):
            what = "work was finished and nobody was assigned to it; it earns no credit"
            yield Finding("team-without-people", self.team, what)
        if all(window.unit is Unit.COUNT for window in worked):
            what = "too few of its items carry points; its work is measured by count"
            yield Finding("team-by-count", self.team, what)


def _done_at(issue: Issue) -> datetime:
    if issue.done_at is None:
        raise ValueError(f"{issue.key} has no date and cannot be booked")
    return issue.done_at


def _unit(earlier: Sequence[TeamWindow], points: Fraction, known: int, count: int) -> Unit:
    """Points where at least 70 % of six windows' sizes are known and not all are zero."""
    counts = count + sum(window.count for window in earlier)
    if not counts:
        return Unit.COUNT
    coverage = Fraction(known + sum(window.known for window in earlier), counts)
    total = points + sum((window.points for window in earlier), Fraction(0))
    return Unit.POINTS if coverage >= COVERAGE and total > 0 else Unit.COUNT
