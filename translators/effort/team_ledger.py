"""One team's account: closes its windows, oldest first, and credits what was finished in each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from models.backlog import FinishedIssue
from models.effort import LAST_WINDOWS, MICRO, Entry, EntryKind, SizeSource, TeamWindow, Unit
from models.finding import Finding
from models.rulebook import EffortRules
from translators.backlog.fortnights import last_closed, window_of
from translators.effort.median import find_median
from translators.effort.team_findings import find_team_oddities
from translators.effort.teams import compile_scale_of

EARLIER = LAST_WINDOWS - 1

MOST_CARRIED = 6
"""How many fortnights that brought nothing may still count as the work of a later one."""

LOOK_BACK = 12
"""So many windows of the calendar, empty ones too, show what a team finishes in a fortnight."""

SHOW_WHAT_IS_USUAL = 2
"""Fewer worked windows than this do not show what is usual: nothing carried is spent on them."""

HUNDREDTHS = 100
"""Windows are carried in whole hundredths, rounded down, so that fractions stay small for ever."""


class _Measured(Struct, frozen=True):
    """An item about to be booked, and its size in points: None where nobody knows."""

    issue: FinishedIssue
    points: Fraction | None
    source: SizeSource


class PastPoints(Struct, frozen=True):
    """The known size of an item that was booked in a window, in the team's points of today."""

    window: int
    type: str
    points: Fraction


class TeamLedger:
    """One team's account while its windows are closed, oldest first, up to `newest`.

    It is told of what the team finished in the order of completion, so that it has to keep no more
    than one window's items.
    """

    def __init__(
        self,
        team: str,
        generation: str,
        *,
        rules: EffortRules,
        history: Sequence[TeamWindow],
        past_points: Iterable[PastPoints],
        as_of: datetime,
    ) -> None:
        self.team = team
        self.generation = generation
        self.windows: list[TeamWindow] = []
        self._as_of = as_of
        self._newest = last_closed(as_of)
        self._points_from = Fraction(rules.points_from_percent, 100)
        self._scale = compile_scale_of(rules)
        self._history = list(history)
        self._next = history[-1].window + 1 if history else None
        self._waiting: list[FinishedIssue] = []
        self._people: dict[int, Counter[str]] = defaultdict(Counter)
        self._points_by_window: dict[int, list[tuple[str, Fraction]]] = defaultdict(list)
        for past in past_points:
            self._points_by_window[past.window].append((past.type, past.points))

    @property
    def has_history(self) -> bool:
        """Whether any of its windows was ever closed."""
        return bool(self._history)

    def add_person(self, issue: FinishedIssue) -> Iterator[Entry]:
        """Count an item or a sub-task for whoever finished it, in the window of that day."""
        window = window_of(issue.done_at)
        yield from self._close_before(window)
        if issue.contributor and window <= self._newest:
            self._people[window][issue.contributor] += 1

    def add_item(self, issue: FinishedIssue) -> Iterator[Entry]:
        """Take in an item that is to be booked; late work goes into the next window to close.

        Yields the credits of the windows that are over before it.
        """
        window = window_of(issue.done_at)
        yield from self._close_before(window)
        if window > self._newest:
            return
        if self._next is None:
            self._next = window
        self._waiting.append(issue)

    def close_windows(self) -> Iterator[Entry]:
        """Close what is left; yields its credits."""
        yield from self._close_before(self._newest + 1)

    def _close_before(self, window: int) -> Iterator[Entry]:
        while self._next is not None and self._next < window and self._next <= self._newest:
            items, self._waiting = self._waiting, []
            yield from self._close_window(self._next, sorted(items, key=lambda item: item.id))
            self._next += 1

    def _close_window(self, window: int, items: Sequence[FinishedIssue]) -> Iterator[Entry]:
        earlier = self._worked()[-EARLIER:]
        measured = self._measure(items, earlier)
        sums = self._sum_up(window, measured, earlier)
        self.windows.append(sums)
        self._history.append(sums)
        if not items:
            self._forget_before(window)
            return
        by_count = max(
            Fraction(sums.count), find_median([Fraction(w.count) for w in (*earlier, sums)]) / 2
        )
        for item in measured:
            entry = self._credit(item, sums, by_count)
            if entry.points is not None:
                self._points_by_window[window].append((entry.type, entry.points))
            yield entry
        self._forget_before(window)

    def _forget_before(self, window: int) -> None:
        """Sizes and people of long ago are asked for no more."""
        recent = {past.window for past in self._worked()[-LAST_WINDOWS:]}
        for old in self._points_by_window.keys() - recent:
            del self._points_by_window[old]
        for old in [each for each in self._people if each <= window]:
            del self._people[old]

    def _worked(self) -> list[TeamWindow]:
        return [past for past in self._history if past.count]

    def _measure(
        self, items: Sequence[FinishedIssue], earlier: Sequence[TeamWindow]
    ) -> list[_Measured]:
        """Sizes in points: own, else of the sub-tasks, else the median of like work."""
        own = [(item, *self._own_size(item)) for item in items]
        recent = [known for past in earlier for known in self._points_by_window[past.window]]
        recent += [(item.type, points) for item, points, _ in own if points is not None]
        by_type: dict[str, list[Fraction]] = defaultdict(list)
        for type_name, points in recent:
            by_type[type_name].append(points)
        team_median = find_median([points for _, points in recent]) if recent else None
        type_median = {type_name: find_median(points) for type_name, points in by_type.items()}
        measured = []
        for item, size, source in own:
            if size is not None:
                measured.append(_Measured(item, size, source))
            elif item.type in type_median:
                measured.append(_Measured(item, type_median[item.type], SizeSource.TYPE_MEDIAN))
            else:
                measured.append(_Measured(item, team_median, SizeSource.TEAM_MEDIAN))
        return measured

    def _own_size(self, item: FinishedIssue) -> tuple[Fraction | None, SizeSource]:
        """An item's size in the team's points of today: its own, else that of its sub-tasks."""
        if item.points is not None:
            return Fraction(item.points) * self._scale(self.team, item), SizeSource.OWN
        if item.subtask_points:
            total = sum(map(Fraction, item.subtask_points), Fraction(0))
            return total * self._scale(self.team, item), SizeSource.SUBTASKS
        return None, SizeSource.COUNT

    def _sum_up(
        self, window: int, measured: Sequence[_Measured], earlier: Sequence[TeamWindow]
    ) -> TeamWindow:
        points = sum((item.points or Fraction(0) for item in measured), Fraction(0))
        known = sum(item.source in (SizeSource.OWN, SizeSource.SUBTASKS) for item in measured)
        unit = self._unit(earlier, points, known, len(measured))
        finished_by = dict(sorted(self._people.get(window, {}).items()))
        totals = [_total_in(past, unit) for past in earlier]
        total = points if unit is Unit.POINTS else Fraction(len(measured))
        denominator = max(total, find_median([*totals, total]) / 2) if measured else Fraction(0)
        windows = self._windows(total, unit) if measured else Fraction(0)
        spent = total / denominator * windows if denominator else Fraction(0)
        recent = (*(past.finished_by for past in earlier), finished_by)
        return TeamWindow(
            generation=self.generation,
            site=measured[0].issue.site if measured else self._history[-1].site,
            team=self.team,
            window=window,
            points=points,
            count=len(measured),
            known=known,
            finished_by=finished_by,
            people=count_people(recent) if measured else Fraction(0),
            windows=windows,
            carried=min(Fraction(MOST_CARRIED), _floor_hundredths(self._carried + 1 - spent)),
            unit=unit,
            denominator=denominator,
        )

    @property
    def _carried(self) -> Fraction:
        return self._history[-1].carried if self._history else Fraction(0)

    def _windows(self, total: Fraction, unit: Unit) -> Fraction:
        """How many fortnights' work this one brought: its own, and carried ones if it shows them.

        It shows as many as its total is times the team's usual fortnight, empty ones included.
        """
        worked = self._worked()
        if len(worked) < SHOW_WHAT_IS_USUAL:
            return Fraction(1)
        usual = [
            _total_in(past, unit)
            for past in self._history[1 - LOOK_BACK :]
            if past is not worked[0] and (_total_in(past, unit) or not past.count)
        ]
        mean = (sum(usual, Fraction(0)) + total) / (len(usual) + 1)
        shown = total / mean if mean else Fraction(1)
        return max(Fraction(1), _floor_hundredths(min(1 + self._carried, shown)))

    def _unit(
        self, earlier: Sequence[TeamWindow], points: Fraction, known: int, count: int
    ) -> Unit:
        """Points where enough of six windows' sizes are known and not all are zero."""
        counts = count + sum(window.count for window in earlier)
        if not counts:
            return Unit.COUNT
        coverage = Fraction(known + sum(window.known for window in earlier), counts)
        total = points + sum((window.points for window in earlier), Fraction(0))
        return Unit.POINTS if coverage >= self._points_from and total > 0 else Unit.COUNT

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
            turn=issue.credits + 1,
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
            done_at=issue.done_at,
            booked_at=self._as_of,
        )

    def report_findings(self) -> tuple[Finding, ...]:
        """What a person should look at, by the last windows in which the team finished work."""
        recent = self._worked()[-LAST_WINDOWS:]
        points = [[size for _, size in self._points_by_window[each.window]] for each in recent]
        return tuple(find_team_oddities(self.team, recent, points))


def count_people(windows: Iterable[Mapping[str, int]]) -> Fraction:
    """How many people worked in some windows, by how much each of them finished there.

    Whoever finished as much as the middle one of them, or more, counts as one, and whoever did
    less as a part: someone on loan, a newcomer, a manager who closes things.
    """
    finished: Counter[str] = Counter()
    for window in windows:
        finished.update(window)
    if not finished:
        return Fraction(0)
    usual = find_median([Fraction(number) for number in finished.values()])
    return sum((min(Fraction(1), number / usual) for number in finished.values()), Fraction(0))


def _total_in(window: TeamWindow, unit: Unit) -> Fraction:
    return window.points if unit is Unit.POINTS else Fraction(window.count)


def _floor_hundredths(windows: Fraction) -> Fraction:
    return Fraction(int(windows * HUNDREDTHS), HUNDREDTHS)
