"""Ways to measure effort, side by side: naive sums, the product's own, and variations of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from statistics import fmean, median

from models.backlog import HierarchyLevel, Issue
from models.effort import MICRO, Entry, Ledger
from models.rulebook import EffortRules
from tests.benchmarks.calendars import AS_OF
from tests.benchmarks.teamwork import Department
from tests.builders import effort_rules
from translators.backlog.fortnights import window_of
from translators.effort.booking import Booking, book_finished_items
from translators.effort.rating import level_of
from translators.effort.team_ledger import MOST_CARRIED

Effort = Mapping[str, float]
"""How much, by capability: points, items, or person-weeks."""

NAIVE = ("raw points", "items counted")
"""What is not in person-weeks."""

PRODUCT = "the product as shipped"
"""People count by what they finished; points count from 30 % known; what lies idle is carried."""
RULES = effort_rules()


@dataclass(frozen=True)
class Judged:
    """A model beside the truth: the median error of a share, the shares of right levels, and its
    total as a part of the true one."""

    error: float
    fifths: float
    edges: float
    total: float


def booked(
    department: Department, issues: Sequence[Issue] | None = None, rules: EffortRules = RULES
) -> Booking:
    """The product's own account of what the department finished, or of these issues of it."""
    facts = department.issues if issues is None else issues
    return book_finished_items(
        facts, Ledger("benchmark"), rules, AS_OF, frozenset(department.habits)
    )


def effort_of(
    department: Department, booking: Booking, weeks: Callable[[Entry], float] | None = None
) -> Effort:
    """Person-weeks by capability, as booked or as `weeks` tells of each entry."""
    tell = weeks or weeks_of
    return _by_capability(department, ((each.issue_id, tell(each)) for each in booking.entries))


def measures(department: Department, booking: Booking) -> dict[str, Effort]:
    """What each model says of each capability; `booking` is the product's with its own rules."""
    points = _points_with_parts(department.issues)
    crowd = Crowd(department.issues, booking)
    waited = empty_just_before(booking)
    people: dict[str, Callable[[Entry], float]] = {
        "people: anyone in 6 windows": lambda entry: crowd.seen(entry, 1),
        "people: in 2 of 6 windows": lambda entry: crowd.seen(entry, 2),
        "people: median of 6 windows": crowd.median_of,
        "people: at most 15": lambda entry: min(15.0, float(entry.people)),
    }
    found = {
        "raw points": _by_capability(department, points.items()),
        "items counted": _by_capability(department, ((item, 1.0) for item in points)),
        PRODUCT: effort_of(department, booking),
    }
    for name, many in people.items():
        weeks = partial(_with_people, many)
        found[name] = effort_of(department, booking, weeks)
    for percent in (70, 50):
        other = booked(department, rules=effort_rules(points_from_percent=percent))
        found[f"points from {percent} % known"] = effort_of(department, other)
    found["empty windows: just before"] = effort_of(
        department, booking, lambda entry: weeks_of(entry, windows=waited(entry))
    )
    return found


def _with_people(many: Callable[[Entry], float], entry: Entry) -> float:
    return weeks_of(entry, people=many(entry))


def _by_capability(department: Department, amounts: Iterable[tuple[int, float]]) -> Effort:
    total = dict.fromkeys(department.capabilities, 0.0)
    for item, amount in amounts:
        if item in department.capability_of:
            total[department.capability_of[item]] += amount
    return total


def _points_with_parts(issues: Iterable[Issue]) -> dict[int, float]:
    """Every finished item's own points, else those of its sub-tasks, else none."""
    own: dict[int, float | None] = {}
    parts: dict[int, float] = defaultdict(float)
    for issue in issues:
        points = None if issue.points is None else float(issue.points)
        if issue.hierarchy_level is HierarchyLevel.BASE:
            own[issue.id] = points
        elif issue.parent and issue.parent.id:
            parts[issue.parent.id] += points or 0.0
    return {item: parts[item] if points is None else points for item, points in own.items()}


def weeks_of(entry: Entry, people: float | None = None, windows: Fraction | None = None) -> float:
    """Person-weeks that the entry would credit if its team had so many people, and the fortnight
    were worth so many."""
    share = entry.size / entry.denominator if entry.denominator else Fraction(0)
    fortnights = entry.windows if windows is None else windows
    return float(share * 2 * fortnights) * float(entry.people if people is None else people)


def empty_just_before(booking: Booking) -> Callable[[Entry], Fraction]:
    """A simpler rule of how many fortnights an entry's is worth: one, and the empty ones just
    before it, six at most."""
    worth: dict[tuple[str, int], Fraction] = {}
    empty: Counter[str] = Counter()
    for sums in booking.windows:
        worth[sums.team, sums.window] = Fraction(1 + min(empty[sums.team], MOST_CARRIED))
        empty[sums.team] = 0 if sums.count else empty[sums.team] + 1
    return lambda entry: worth[entry.team, entry.window]


class Crowd:
    """Who finished something, over the last six windows in which their team did."""

    def __init__(self, issues: Iterable[Issue], booking: Booking) -> None:
        self.people: dict[tuple[str, int], set[str]] = defaultdict(set)
        for issue in issues:
            if issue.contributor and issue.done_at:
                self.people[issue.project, window_of(issue.done_at)].add(issue.contributor)
        worked: dict[str, list[int]] = defaultdict(list)
        self.six: dict[tuple[str, int], list[int]] = {}
        for sums in booking.windows:
            if sums.count:
                worked[sums.team].append(sums.window)
                self.six[sums.team, sums.window] = worked[sums.team][-6:]
        self.known: dict[tuple[str, int, int], float] = {}

    def median_of(self, entry: Entry) -> float:
        """How many people were seen in the middle one of the six windows."""
        windows = self.six[entry.team, entry.window]
        return median(float(len(self.people[entry.team, window])) for window in windows)

    def seen(self, entry: Entry, times: int) -> float:
        """How many people were seen in at least so many of the six windows."""
        key = (entry.team, entry.window, times)
        if key not in self.known:
            windows = self.six[entry.team, entry.window]
            counts = Counter(who for w in windows for who in self.people[entry.team, w])
            needed = min(times, len(windows))
            self.known[key] = float(sum(count >= needed for count in counts.values()))
        return self.known[key]


def judge_estimate(estimate: Effort, truth: Effort, *, naive: bool) -> Judged:
    """A model beside the truth; a naive one is scaled to the true total before levels are read."""
    scale = sum(estimate.values()) / sum(truth.values())
    off = [abs(estimate[name] / scale / true - 1) for name, true in truth.items() if true]
    unit = scale if naive else 1.0
    right = [level(estimate[name] / unit) == level(true) for name, true in truth.items()]
    fifths, true_fifths = _fifths(estimate), _fifths(truth)
    same = [fifths[name] == true_fifths[name] for name in truth]
    return Judged(median(off), fmean(same), fmean(right), scale)


def level(weeks: float) -> int:
    """The rank of the level of so many person-weeks, by the shipped edges."""
    return level_of(int(weeks * MICRO), RULES.edges).rank or 0


def _fifths(effort: Effort) -> dict[str, int]:
    ranked = sorted(effort, key=lambda name: (effort[name], name))
    return {name: place * 5 // len(ranked) for place, name in enumerate(ranked)}
