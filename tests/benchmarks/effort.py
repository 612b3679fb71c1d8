"""Measures how far effort is from the truth, in a made-up department whose truth is known.

    python -m tests.benchmarks.effort [--seeds 48] [--quick]

Booking and rating are the product's own. The error is the median over the capabilities of how far
a capability's share of all effort is off: its mean over as many departments as there are seeds,
how far these are apart (one standard deviation), and the worst of them. A level is right where it
is the level of the truth: by fifths of the portfolio, and by the shipped edges in person-weeks.
Points and items are no person-weeks: for the edges they are scaled until their total is the true
one, which flatters them.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import fmean, pstdev

from models.effort import Entry, Level
from tests.benchmarks.department import Troubles, build
from tests.benchmarks.handling import compare_bulk_closes, compare_releases, compare_rescaling
from tests.benchmarks.teamwork import Department
from tests.benchmarks.yardsticks import (
    NAIVE,
    PRODUCT,
    Effort,
    Judged,
    booked,
    judge_estimate,
    level,
    measures,
)
from tests.builders import effort_rules
from translators.effort.booking import Booking
from translators.effort.rating import rate_capability, select_experienced_teams, sum_effort

SCENARIOS = {
    "everything": Troubles(),
    "all points known": Troubles(missing=0.0),
    "15 % unknown": Troubles(missing=0.15),
    "45 % unknown": Troubles(missing=0.45),
    "estimates lean": Troubles(bias=0.2),
    "hotfixes between releases": Troubles(trickle=0.1),
    "people all alike": Troubles(unequal=0.0),
}
"""All but the first differ from it in what they say, and in nothing else."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=48)
    parser.add_argument("--quick", action="store_true", help="the first table alone")
    chosen = parser.parse_args()
    seeds = range(1, chosen.seeds + 1)
    began = time.monotonic()
    print(f"{'':<29}{'error':>8}{'spread':>8}{'worst':>8}{'fifths':>9}{'edges':>8}{'total':>8}")
    for name, troubles in list(SCENARIOS.items())[: 1 if chosen.quick else None]:
        compare(name, troubles, seeds)
    if not chosen.quick:
        few = seeds[:4]
        compare_rescaling(few)
        compare_releases(few)
        compare_bulk_closes(few)
    print(f"\n{len(seeds)} seeds, {time.monotonic() - began:.0f} s")


def compare(name: str, troubles: Troubles, seeds: Sequence[int]) -> None:
    """One part of the table: every model under the same troubles."""
    judged: dict[str, list[Judged]] = defaultdict(list)
    levels: Counter[str] = Counter()
    for seed in seeds:
        department = build(seed, troubles)
        booking = booked(department)
        truth = department.truth()
        for model, effort in measures(department, booking).items():
            judged[model].append(judge_estimate(effort, truth, naive=model in NAIVE))
        levels.update(as_published(department, booking, truth))
    print(f"\n{name}")
    for model, found in judged.items():
        show(model, found)
    parts = (f"{what} {count / levels.total():.0%}" for what, count in sorted(levels.items()))
    print(f"  as rated: {', '.join(parts)}")


def as_published(department: Department, booking: Booking, truth: Effort) -> list[str]:
    """For each capability, how the level that the product gives it compares with the true one."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in booking.entries:
        if entry.issue_id in department.capability_of:
            entries[department.capability_of[entry.issue_id]].append(entry)
    closed = select_experienced_teams(Counter(sums.team for sums in booking.windows))
    found = []
    for capability, true in truth.items():
        work = sum_effort((), entries[capability], effort_rules(), closed)
        rated = rate_capability(work, effort_rules(), False, None).level
        if rated is Level.NOT_RATED:
            found.append("not rated")
        else:
            distance = abs((rated.rank or 0) - level(true))
            found.append(("right", "a neighbour")[distance] if distance < 2 else "wrong")
    return found


def show(model: str, found: Sequence[Judged]) -> None:
    """One line: the means over the seeds, and of the error how it varies too."""
    error, fifths, edges, total = (
        fmean(getattr(each, name) for each in found)
        for name in ("error", "fifths", "edges", "total")
    )
    errors = [each.error for each in found]
    spread, worst = pstdev(errors), max(errors)
    shown = "" if model in NAIVE else f"{total:.2f}"
    mark = " <" if model == PRODUCT else ""
    print(
        f"  {model:<27}{error:>8.1%}{spread:>8.1%}{worst:>8.1%}"
        f"{fifths:>9.0%}{edges:>8.0%}{shown:>8}{mark}",
        flush=True,
    )


if __name__ == "__main__":
    main()
