"""Ways to measure effort, side by side: naive sums, the product's own, and variations of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from models.backlog import Issue, Rung
from models.effort import MICRO, Entry, Ledger
from models.rulebook import EffortRules
from tests.benchmarks.calendars import AS_OF
from tests.benchmarks.teamwork import Department
from tests.builders import effort_rules
from translators.effort import Booking, book
from translators.rating import level_of
from translators.windows import window_of

Effort = Mapping[str, float]
"""How much, by capability: points, items, or person-weeks."""

NAIVE = ("raw points", "items counted")
"""What is not in person-weeks."""

PRODUCT = "people: median of 6 windows"
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
    return book(facts, Ledger("benchmark"), rules, AS_OF, frozenset(department.habits))


def measures(department: Department, booking: Booking) -> dict[str, Effort]:
    """What each model says of each capability."""
    crowd = Crowd(department.issues, booking)
    by_people: dict[str, Callable[[Entry], float]] = {
        PRODUCT: lambda entry: float(entry.people),
        "people: anyone in 6 windows": lambda entry: crowd.seen(entry, 1),
        "people: in 2 of 6 windows": lambda entry: crowd.seen(entry, 2),
        "people: median, at most 15": lambda entry: min(15.0, float(entry.people)),
    }
    points = _points_with_parts(department.issues)
    amounts: dict[str, Iterable[tuple[int, float]]] = {
        "raw points": points.items(),
        "items counted": ((item, 1.0) for item in points),
    }
    for name, people in by_people.items():
        amounts[name] = [(each.issue_id, _weeks(each, people(each))) for each in booking.entries]
    return {name: _by_capability(department, found) for name, found in amounts.items()}


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
        if issue.rung is Rung.BASE:
            own[issue.id] = points
        elif issue.parent and issue.parent.id:
            parts[issue.parent.id] += points or 0.0
    return {item: parts[item] if points is None else points for item, points in own.items()}


def _weeks(entry: Entry, people: float) -> float:
    """Person-weeks that the entry would credit if its team had so many people."""
    size = entry.size / entry.denominator if entry.denominator else 0
    return float(size * 2 * entry.windows) * people


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

    def seen(self, entry: Entry, times: int) -> float:
        """How many people were seen in at least so many of the six windows."""
        key = (entry.team, entry.window, times)
        if key not in self.known:
            windows = self.six[entry.team, entry.window]
            counts = Counter(who for w in windows for who in self.people[entry.team, w])
            needed = min(times, len(windows))
            self.known[key] = float(sum(count >= needed for count in counts.values()))
        return self.known[key]


def judge(estimate: Effort, truth: Effort, *, naive: bool) -> Judged:
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
