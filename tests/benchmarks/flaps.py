"""Counts how often levels flap in a year of daily runs on a backlog that changes its mind.

    python -m tests.benchmarks.flaps [--seeds 4] [--troubled 1.0]

A flap is a move of a level that is taken back within 30 days. Every day items are estimated anew,
reopened and finished again, cancelled, or heard of late; whenever a fortnight closes, it is
booked. Damped levels have the product's own band; undamped ones are read off the bare edges.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from statistics import fmean

from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, StatusCategory
from models.effort import Entry, EntryKind, Ledger, Level
from tests.benchmarks.calendars import DAYS, START
from tests.benchmarks.department import Troubles, build
from tests.benchmarks.teamwork import Department
from tests.builders import effort_rules
from tests.translators.effort.test_rating import kept
from translators.effort.booking import book_finished_items
from translators.effort.rating import rate_capability, select_experienced_teams, sum_effort

RULES = effort_rules()
YEAR = 365
SOON = timedelta(days=30)
REOPENED, CANCELLED, ESTIMATED_ANEW, LATE = 0.06, 0.015, 0.1, 0.03
"""The shares of finished items to which that happens, if they are troubled as usual."""


def lives(department: Department, chance: Random, troubled: float) -> list[tuple[datetime, Issue]]:
    """Every state of every item, with the moment from which Jira shows it."""
    states: list[tuple[datetime, Issue]] = []
    for issue in department.issues:
        states.extend(_life(issue, chance, troubled))
    return sorted(states, key=lambda state: (state[0], state[1].id))


def _life(issue: Issue, chance: Random, troubled: float) -> Iterator[tuple[datetime, Issue]]:
    if issue.done_at is None:
        return
    late = chance.random() < LATE * troubled
    seen = issue.done_at + timedelta(days=chance.uniform(2, 30) if late else 0)
    yield seen, issue
    if issue.hierarchy_level is not HierarchyLevel.BASE:
        return
    if chance.random() < ESTIMATED_ANEW * troubled and issue.points:
        seen += timedelta(days=chance.expovariate(1 / 15))
        issue = replace(issue, points=issue.points * Decimal(chance.choice(("0.5", "2"))))
        yield seen, issue
    if chance.random() < REOPENED * troubled:
        seen += timedelta(days=chance.expovariate(1 / 15))
        yield (
            seen,
            replace(
                issue,
                status="Reopened",
                status_category=StatusCategory.NEW,
                resolution=None,
                resolved_at=None,
                done_at=None,
                done_source=None,
            ),
        )
        seen += timedelta(days=chance.expovariate(1 / 8))
        issue = replace(issue, done_at=seen, resolved_at=seen)
        yield seen, issue
    if chance.random() < CANCELLED * troubled:
        seen += timedelta(days=chance.expovariate(1 / 30))
        yield seen, replace(issue, resolution="Won't Do")


class Books:
    """The mirror and the ledger, as a run of every day leaves them."""

    def __init__(self, teams: Iterable[str]) -> None:
        self.teams = frozenset(teams)
        self.ledger = Ledger("benchmark")
        self.mirror: dict[int, Issue] = {}

    def run(self, states: Sequence[Issue], as_of: datetime) -> Sequence[Entry]:
        """One run: what Jira shows anew, and what is taken back and booked for it."""
        self.mirror.update((issue.id, issue) for issue in states)
        booking = book_finished_items(
            tuple(self.mirror.values()), self.ledger, RULES, as_of, self.teams
        )
        self.ledger = self.ledger.extend(booking.entries, booking.windows)
        return booking.entries

    def closed_windows(self) -> dict[str, int]:
        """How many fortnights each team has closed."""
        return dict(Counter(sums.team for sums in self.ledger.windows))


@dataclass
class Track:
    """One capability's level from day to day, and the moves of the year."""

    level: Level | None = None
    moves: list[tuple[date, int]] = field(default_factory=list)

    def note(self, level: Level, day: date, *, counts: bool) -> None:
        """Remember a level; a move upwards is 1, downwards -1, to or from `not rated` too."""
        if self.level is not None and level is not self.level and counts:
            self.moves.append((day, 1 if (level.rank or 0) > (self.level.rank or 0) else -1))
        self.level = level

    def flaps(self) -> int:
        """Moves that take the one before back within 30 days."""
        pairs = zip(self.moves, self.moves[1:], strict=False)
        return sum(was != now and later - day <= SOON for (day, was), (later, now) in pairs)


@dataclass(frozen=True)
class Year:
    """What became of the levels: moves and flaps per capability, how many falls of effort had no
    reversal behind them, and the share of days on which the band holds a level up."""

    damped: tuple[float, float]
    undamped: tuple[float, float]
    unexplained: int
    reversals: int
    held: float


def live_through(seed: int, troubled: float) -> Year:
    """A year of daily runs, on top of the half year before it."""
    department = build(seed, Troubles())
    books = Books(department.habits)
    entries: dict[str, list[Entry]] = defaultdict(list)
    tracks = {name: (Track(), Track()) for name in department.capabilities}
    unexplained = reversals = held = 0
    for as_of, fresh in _days(lives(department, Random(seed), troubled)):
        changed = _by_capability(department, books.run(fresh, as_of))
        for name, found in changed.items():
            entries[name] += found
            taken_back = sum(entry.kind is EntryKind.REVERSAL for entry in found)
            unexplained += sum(entry.credit for entry in found) < 0 and not taken_back
            reversals += taken_back
            _follow(tracks[name], entries[name], books, as_of)
        held += sum(damped.level is not undamped.level for damped, undamped in tracks.values())
    damped, undamped = (_per_capability(each) for each in zip(*tracks.values(), strict=True))
    return Year(damped, undamped, unexplained, reversals, held / YEAR / len(tracks))


def _days(states: Sequence[tuple[datetime, Issue]]) -> Iterator[tuple[datetime, list[Issue]]]:
    """Every run of the year, at six in the morning, and what Jira shows since the one before."""
    place = 0
    for day in range(DAYS - YEAR, DAYS):
        as_of = START + timedelta(days=day, hours=6)
        began = place
        while place < len(states) and states[place][0] <= as_of:
            place += 1
        yield as_of, [issue for _, issue in states[began:place]]


def _by_capability(department: Department, booked: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in booked:
        if entry.issue_id in department.capability_of:
            found[department.capability_of[entry.issue_id]].append(entry)
    return found


def _follow(
    tracks: tuple[Track, Track], entries: Sequence[Entry], books: Books, as_of: datetime
) -> None:
    """Rate a capability anew, with the band and without."""
    work = sum_effort((), entries, RULES, select_experienced_teams(books.closed_windows()))
    damped, undamped = tracks
    before = kept(damped.level) if damped.level else None
    counts = as_of > START + timedelta(days=DAYS - YEAR + 1)
    damped.note(rate_capability(work, RULES, False, before).level, as_of.date(), counts=counts)
    bare = rate_capability(work, RULES, False, None)
    undamped.note(bare.level, as_of.date(), counts=counts)


def _per_capability(tracks: Sequence[Track]) -> tuple[float, float]:
    return fmean(len(each.moves) for each in tracks), fmean(each.flaps() for each in tracks)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--troubled", type=float, nargs="+", default=[1.0, 3.0])
    chosen = parser.parse_args()
    began = time.monotonic()
    for troubled in chosen.troubled:
        years = [live_through(seed, troubled) for seed in range(1, chosen.seeds + 1)]
        print(f"\ntroubled x{troubled:g}: per capability and year{'moves':>16}{'flaps':>9}")
        for name in ("damped", "undamped"):
            moves, flaps = (
                fmean(each) for each in zip(*(getattr(y, name) for y in years), strict=True)
            )
            print(f"  {name:<45}{moves:>6.2f}{flaps:>9.3f}")
        print(f"  {fmean(y.reversals for y in years):.0f} reversals a year; ", end="")
        print(f"the band holds a level up on {fmean(y.held for y in years):.1%} of days; ", end="")
        print(f"{sum(y.unexplained for y in years)} falls without a reversal", flush=True)
    print(f"\n{chosen.seeds} seeds, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
