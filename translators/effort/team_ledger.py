"""One team's account: closes its windows, oldest first, and credits what was finished in each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from models.backlog import Issue
from models.effort import (
    MICRO,
    Entry,
    EntryKind,
    Ledger,
    SizeSource,
    TeamWindow,
    Unit,
)
from models.finding import Finding
from translators.backlog.fortnights import window_of, window_start
from translators.effort.median import median
from translators.effort.team_work import TeamWork, done_at

EARLIER = 5
"""`The last six windows`: this one and up to five earlier ones in which the team finished work."""

MOST_CARRIED = 6
"""How many fortnights that brought nothing may still count as the work of a later one."""

LOOK_BACK = 12
"""So many windows of the calendar, empty ones too, show what a team finishes in a fortnight."""

SHOW_WHAT_IS_USUAL = 2
"""Fewer worked windows than this do not show what is usual: nothing carried is spent on them."""

HUNDREDTHS = 100
"""Windows are carried in whole hundredths, rounded down, so that fractions stay small for ever."""

ENOUGH_TO_COMPARE, ANOTHER_SCALE = 5, 4
"""From this many known sizes on either side, and this ratio of medians, a scale has changed."""

ONE_TEAM = 15
"""More people than this finishing work in one window are hardly one team."""


class _Measured(Struct, frozen=True):
    """An item about to be booked, and its size in points: None where nobody knows."""

    issue: Issue
    points: Fraction | None
    source: SizeSource


class TeamLedger:
    """One team's account while its windows are being closed, oldest first."""

    def __init__(
        self, ledger: Ledger, work: TeamWork, turns: Mapping[int, int], as_of: datetime
    ) -> None:
        self.team = work.name
        self.generation = ledger.generation
        self.entries: list[Entry] = []
        self.windows: list[TeamWindow] = []
        self._work = work
        self._turns = turns
        self._as_of = as_of
        self._history = [window for window in ledger.windows if window.team == self.team]
        self._points_by_window: dict[int, list[tuple[str, Fraction]]] = defaultdict(list)
        for entry in ledger.entries:
            if entry.team == self.team and entry.kind is EntryKind.CREDIT:
                self._remember(entry)

    @property
    def has_history(self) -> bool:
        """Whether any of its windows was ever closed."""
        return bool(self._history)

    def _remember(self, entry: Entry) -> None:
        if entry.points is not None:
            self._points_by_window[entry.window].append((entry.type, entry.points))

    def close_windows(self, settled: Collection[int], newest: int) -> None:
        """Book all windows up to `newest`; late work goes into the next one to close.

        `settled` are the issues whose credit stands: they are not booked again.
        """
        waiting = [item for item in self._work.items if item.id not in settled]
        if self._history:
            first = self._history[-1].window + 1
        elif waiting:
            first = min(window_of(done_at(item)) for item in waiting)
        else:
            return
        by_window: dict[int, list[Issue]] = defaultdict(list)
        for item in waiting:
            by_window[max(first, window_of(done_at(item)))].append(item)
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
        own = [(item, *self._work.measure(item)) for item in items]
        recent = [known for past in earlier for known in self._points_by_window[past.window]]
        recent += [(item.type, points) for item, points, _ in own if points is not None]
        by_type: dict[str, list[Fraction]] = defaultdict(list)
        for type_name, points in recent:
            by_type[type_name].append(points)
        team_median = median([points for _, points in recent]) if recent else None
        type_median = {type_name: median(points) for type_name, points in by_type.items()}
        measured = []
        for item, size, source in own:
            if size is not None:
                measured.append(_Measured(item, size, source))
            elif item.type in type_median:
                measured.append(_Measured(item, type_median[item.type], SizeSource.TYPE_MEDIAN))
            else:
                measured.append(_Measured(item, team_median, SizeSource.TEAM_MEDIAN))
        return measured

    def _sum_up(
        self, window: int, measured: Sequence[_Measured], earlier: Sequence[TeamWindow]
    ) -> TeamWindow:
        points = sum((item.points or Fraction(0) for item in measured), Fraction(0))
        known = sum(item.source in (SizeSource.OWN, SizeSource.SUBTASKS) for item in measured)
        unit = self._unit(earlier, points, known, len(measured))
        contributors = len(self._work.people.get(window, ()))
        totals = [_total(past, unit) for past in earlier]
        total = points if unit is Unit.POINTS else Fraction(len(measured))
        denominator = max(total, median([*totals, total]) / 2) if measured else Fraction(0)
        windows = self._windows(total, unit) if measured else Fraction(0)
        spent = total / denominator * windows if denominator else Fraction(0)
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
            windows=windows,
            carried=min(Fraction(MOST_CARRIED), _floored(self._carried + 1 - spent)),
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
        worked = [past for past in self._history if past.count]
        if len(worked) < SHOW_WHAT_IS_USUAL:
            return Fraction(1)
        usual = [
            _total(past, unit)
            for past in self._history[1 - LOOK_BACK :]
            if past is not worked[0] and (_total(past, unit) or not past.count)
        ]
        mean = (sum(usual, Fraction(0)) + total) / (len(usual) + 1)
        shown = total / mean if mean else Fraction(1)
        return max(Fraction(1), _floored(min(1 + self._carried, shown)))

    def _unit(
        self, earlier: Sequence[TeamWindow], points: Fraction, known: int, count: int
    ) -> Unit:
        """Points where enough of six windows' sizes are known and not all are zero."""
        counts = count + sum(window.count for window in earlier)
        if not counts:
            return Unit.COUNT
        coverage = Fraction(known + sum(window.known for window in earlier), counts)
        total = points + sum((window.points for window in earlier), Fraction(0))
        return Unit.POINTS if coverage >= self._work.points_from and total > 0 else Unit.COUNT

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
            turn=self._turns.get(issue.id, 0) + 1,
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
            done_at=done_at(issue),
            booked_at=self._as_of,
        )

    def findings(self) -> Iterable[Finding]:
        """What a person should look at: a team too large, without people, or without points."""
        recent = [window for window in self._history if window.count][-1 - EARLIER :]
        if not recent:
            return
        where = f"team {self.team}"
        if (largest := max(window.contributors for window in recent)) > ONE_TEAM:
            what = f"{largest} people finished work in one fortnight; is this one team?"
            yield Finding("team-too-large", where, what)
        if any(window.people == 0 for window in recent):
            what = "work was finished and nobody was assigned to it; it earns no credit"
            yield Finding("team-without-people", where, what)
        if all(window.unit is Unit.COUNT for window in recent):
            what = "too few of its items carry points; its work is measured by count"
            yield Finding("team-by-count", where, what)
        yield from self._rescaled(where, recent)

    def _rescaled(self, where: str, recent: Sequence[TeamWindow]) -> Iterable[Finding]:
        """A scale that changed overnight makes some fortnights too dear and others too cheap."""
        *earlier, newest = (
            [points for _, points in self._points_by_window[w.window]] for w in recent
        )
        before, after = [points for found in earlier for points in found], newest
        if min(len(before), len(after)) < ENOUGH_TO_COMPARE or not (
            median(before) and median(after)
        ):
            return
        ratio = median(after) / median(before)
        if not 1 / ANOTHER_SCALE < ratio < ANOTHER_SCALE:
            day = window_start(recent[-1].window).date()
            what = (
                f"an item had {float(median(before)):g} points and has {float(median(after)):g} in "
                f"the fortnight from {day}; if its scale changed, say so under `effort: rescaled`"
            )
            yield Finding("team-rescaled", where, what)


def _total(window: TeamWindow, unit: Unit) -> Fraction:
    return window.points if unit is Unit.POINTS else Fraction(window.count)


def _floored(windows: Fraction) -> Fraction:
    return Fraction(int(windows * HUNDREDTHS), HUNDREDTHS)
