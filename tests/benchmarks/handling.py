"""What a change of scale, a release and a bulk close do to effort, and what handling is worth.

Each trouble is put beside the same department without it: the same people do the same work and
are as lucky, only what Jira shows differs, so that every difference is the trouble's own.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import fmean, median

from models.backlog import HierarchyLevel, Issue
from models.conditions import Line
from models.rulebook import EffortRules, Release, Rescale
from tests.benchmarks.calendars import DAYS, moment
from tests.benchmarks.department import RELEASING, RESCALING, Troubles, build
from tests.benchmarks.teamwork import Department
from tests.benchmarks.yardsticks import (
    booked,
    effort_of,
    empty_just_before,
    judge_estimate,
    weeks_of,
)
from tests.builders import effort_rules
from translators.backlog.fortnights import window_of
from translators.effort.booking import Booking

CHANGED = moment(DAYS / 2)
SPAN = range(window_of(CHANGED), window_of(CHANGED) + 6)
"""The six windows in which both scales are seen."""


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
            rescale = Rescale(team, CHANGED.date(), Fraction(str(factor)))
            dated = booked(changed, rules=effort_rules(rescaled=(rescale,)))
            rows["not told"].append(_moved(team, base, booked(changed)))
            rows["told by a rule"].append(_moved(team, base, dated))
        for name, found in rows.items():
            total, misplaced, lasting = (fmean(each) for each in zip(*found, strict=True))
            label = f"points x{factor:g}, {name}"
            print(f"  {label:<27}{total:>8.2f}{misplaced:>11.1%}{lasting:>9.1%}", flush=True)


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


def compare_releases(seeds: Sequence[int]) -> None:
    """The team that marks done at a release: what it is credited, beside what its work took."""
    print("\nA team marks its work done every third fortnight; its credits beside the truth")
    print(f"{'':<29}{'carried':>10}{'just before':>13}{'never':>8}")
    for trickle in (0.0, 0.1):
        found = [_released(build(seed, Troubles(trickle=trickle))) for seed in seeds]
        label = f"{trickle:.0%} marked at once"
        carried, just_before, never = (fmean(each) for each in zip(*found, strict=True))
        print(f"  {label:<27}{carried:>10.2f}{just_before:>13.2f}{never:>8.2f}", flush=True)


def _released(department: Department) -> tuple[float, float, float]:
    """The team's total beside the true one of the same items: by the product's way to carry empty
    fortnights, by the one that sees only those just before, and if none were carried."""
    team = next(h.team for h in department.habits.values() if h.people == RELEASING)
    booking = booked(department)
    waited = empty_just_before(booking)
    entries = [entry for entry in booking.entries if entry.team == team]
    spent = sum(department.spent[entry.issue_id] for entry in entries)
    return (
        sum(weeks_of(entry) for entry in entries) / spent,
        sum(weeks_of(entry, windows=waited(entry)) for entry in entries) / spent,
        sum(weeks_of(entry, windows=Fraction(1)) for entry in entries) / spent,
    )


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
        base, everything = booked(plain, rules=releasing(plain)), releasing(bulky)
        kept = without_large_days(bulky.issues)
        for name, department, found in (
            ("nothing closed in bulk", plain, booked(plain)),
            ("all released", bulky, booked(bulky, rules=everything)),
            ("quarantined", bulky, booked(bulky)),
            ("5x median day alone", bulky, booked(bulky, kept, everything)),
        ):
            rows[name].append(_cleaned(department, base, found))
    for name, judged in rows.items():
        error, false, lost, aside = (
            fmean(getattr(each, what) for each in judged)
            for what in ("error", "false", "lost", "set_aside")
        )
        print(f"  {name:<27}{error:>8.1%}{false:>9.1%}{lost:>9.1%}{aside:>11.1%}", flush=True)


def releasing(department: Department) -> EffortRules:
    """The rules of somebody who says of every day of every team that it was work."""
    days = {(each.project, each.done_at.date()) for each in department.issues if each.done_at}
    line = Line("effort.yaml", 1)
    said = (Release(team, day, "it was work", "pm", line) for team, day in sorted(days))
    return effort_rules(release=tuple(said))


def without_large_days(issues: Sequence[Issue]) -> list[Issue]:
    """The facts without the days of more than 20 items and of more than five times the team's
    median day, of five at least."""
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for issue in issues:
        if issue.hierarchy_level is HierarchyLevel.BASE and issue.done_at:
            days[issue.project][issue.done_at.date()] += 1
    bulk = {
        (team, day)
        for team, found in days.items()
        for day, count in found.items()
        if len(found) >= 5 and count > max(20, 5 * median(found.values()))
    }
    return [
        issue
        for issue in issues
        if issue.done_at is None or (issue.project, issue.done_at.date()) not in bulk
    ]


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
    return Cleaned(
        error=judge_estimate(effort_of(bulky, found), bulky.truth(), naive=False).error,
        false=false / total,
        lost=1 - sum(credits.get(item, 0) for item in real) / sum(real.values()) if real else 0.0,
        set_aside=gone / sum(e.credit for e in base.entries),
    )
