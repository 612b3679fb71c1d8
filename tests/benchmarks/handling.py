"""What a change of scale and a bulk close do to effort, and what handling them is worth.

Each trouble is put beside the same department without it: the same people do the same work and
are as lucky, only what Jira shows differs, so that every difference is the trouble's own.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import fmean, median

from msgspec.structs import replace

from models.backlog import Issue, Rung
from tests.benchmarks.calendars import DAYS, moment
from tests.benchmarks.department import RESCALING, Troubles, build
from tests.benchmarks.teamwork import Department
from tests.benchmarks.yardsticks import PRODUCT, booked, judge, measures
from translators.effort import Booking
from translators.windows import window_of

CHANGED = moment(DAYS / 2)
SPAN = range(window_of(CHANGED), window_of(CHANGED) + 6)
"""The six windows in which both scales are seen."""

IsBulk = Callable[[Mapping[date, int], date], bool]
"""Judges one day of a team, by how many items it finished on every day with any."""


def compare_rescaling(seeds: Sequence[int]) -> None:
    """One team of nine changes its scale midway: its credits against those it would have had."""
    print("\nA team changes its scale midway; its credits of the six windows from then on")
    print(f"{'':<29}{'total':>8}{'misplaced':>11}{'lasting':>9}")
    for factor in (10.0, 0.1):
        rows: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
        for seed in seeds:
            plain = build(seed, Troubles(missing=0.1))
            changed = build(seed, Troubles(missing=0.1, rescaling=factor))
            team = next(h.team for h in plain.habits.values() if h.people == RESCALING)
            base = booked(plain)
            dated = as_if_rescaled(changed.issues, team, Decimal(str(factor)))
            rows["as booked"].append(_moved(team, base, booked(changed)))
            rows["dated rule"].append(_moved(team, base, booked(changed, dated)))
        for name, found in rows.items():
            total, misplaced, lasting = (fmean(each) for each in zip(*found, strict=True))
            label = f"points x{factor:g}, {name}"
            print(f"  {label:<27}{total:>8.2f}{misplaced:>11.1%}{lasting:>9.1%}", flush=True)


def as_if_rescaled(issues: Iterable[Issue], team: str, factor: Decimal) -> list[Issue]:
    """The facts as they are once somebody says: from that day on, this team's points are x times
    what they were. The day is that of completion, since Jira tells of no other."""
    return [
        replace(issue, points=issue.points / factor)
        if issue.project == team and issue.points and issue.done_at and issue.done_at >= CHANGED
        else issue
        for issue in issues
    ]


def _moved(team: str, base: Booking, other: Booking) -> tuple[float, float, float]:
    """The team's total beside the base's, and how much of it went to other items: in the six
    windows, and in all that follow."""
    before, after = (
        {e.issue_id: (e.window, e.credit) for e in each.entries if e.team == team}
        for each in (base, other)
    )

    def misplaced(items: set[int]) -> float:
        off = sum(abs(after[item][1] - before[item][1]) for item in items)
        return off / 2 / sum(before[item][1] for item in items)

    near = {item for item, (window, _) in before.items() if window in SPAN}
    later = {item for item, (window, _) in before.items() if window >= SPAN.stop}
    total = sum(after[item][1] for item in near) / sum(before[item][1] for item in near)
    return total, misplaced(near), misplaced(later)


@dataclass(frozen=True)
class Cleaned:
    """Bulk closes in one department; shares of all that is credited to capabilities."""

    error: float
    false: float
    lost: float
    """Of the cleaning teams' real work in the windows from the close on."""
    set_aside: float
    """Of the real work, with what was quarantined."""


def compare_bulk_closes(seeds: Sequence[int]) -> None:
    """Three teams close, each on one day, what had cost nobody any time."""
    print("\nThree teams close old items in bulk, each on one day")
    print(f"{'':<29}{'error':>8}{'false':>9}{'lost':>9}{'set aside':>11}")
    rows: dict[str, list[Cleaned]] = defaultdict(list)
    for seed in seeds:
        plain, bulky = build(seed, Troubles()), build(seed, Troubles(bulk=3))
        base = booked(plain)
        rows["without any"].append(_cleaned(plain, base, base))
        rows["as booked"].append(_cleaned(bulky, base, booked(bulky)))
        for name, is_bulk in RULES_OF_BULK.items():
            kept = set_aside(bulky.issues, is_bulk)
            rows[name].append(_cleaned(bulky, base, booked(bulky, kept)))
    for name, found in rows.items():
        error, false, lost, aside = (
            fmean(getattr(each, what) for each in found)
            for what in ("error", "false", "lost", "set_aside")
        )
        print(f"  {name:<27}{error:>8.1%}{false:>9.1%}{lost:>9.1%}{aside:>11.1%}", flush=True)


def set_aside(issues: Sequence[Issue], is_bulk: IsBulk) -> list[Issue]:
    """The facts without the items of days that look like a bulk close."""
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for issue in issues:
        if issue.rung is Rung.BASE and issue.done_at:
            days[issue.project][issue.done_at.date()] += 1
    bulk = {(team, day) for team, found in days.items() for day in found if is_bulk(found, day)}
    return [
        issue
        for issue in issues
        if issue.done_at is None or (issue.project, issue.done_at.date()) not in bulk
    ]


def beyond_the_median_day(days: Mapping[date, int], day: date) -> bool:
    """More than 20 items, and more than five times the median day, of at least five days."""
    return len(days) >= 5 and days[day] > max(20, 5 * median(days.values()))


def beyond_the_largest_day(days: Mapping[date, int], day: date) -> bool:
    """More than 20 items, and more than twice the largest day of the six windows before."""
    earlier: dict[int, int] = defaultdict(int)
    for other, count in days.items():
        earlier[_window(other)] = max(earlier[_window(other)], count)
    six = sorted(window for window in earlier if window < _window(day))[-6:]
    return bool(six) and days[day] > max(20, 2 * max(earlier[window] for window in six))


def _window(day: date) -> int:
    return window_of(datetime.combine(day, datetime.min.time(), UTC))


RULES_OF_BULK = {
    "set aside: 5x median day": beyond_the_median_day,
    "set aside: 2x largest day": beyond_the_largest_day,
}


def _cleaned(bulky: Department, base: Booking, found: Booking) -> Cleaned:
    sold = bulky.capability_of
    credits = {e.issue_id: e.credit for e in found.entries}
    total = sum(credit for item, credit in credits.items() if item in sold)
    false = sum(
        credit for item, credit in credits.items() if item in bulky.cleaned_up & sold.keys()
    )
    closed = {
        issue.project: window_of(issue.done_at)
        for issue in bulky.issues
        if issue.id in bulky.cleaned_up and issue.done_at
    }
    real = {
        e.issue_id: e.credit
        for e in base.entries
        if e.team in closed and e.window in range(closed[e.team], closed[e.team] + 6)
    }
    gone = sum(e.credit for e in base.entries if e.issue_id not in credits)
    effort = measures(bulky, found)[PRODUCT]
    return Cleaned(
        error=judge(effort, bulky.truth(), naive=False).error,
        false=false / total,
        lost=1 - sum(credits.get(item, 0) for item in real) / sum(real.values()) if real else 0.0,
        set_aside=gone / sum(e.credit for e in base.entries),
    )
