"""Reads the ledger out to people: every number of every credit, line by line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from msgspec import Struct

from models.effort import (
    FORTNIGHT,
    MICRO,
    Entry,
    EntryKind,
    ReversalReason,
    SizeSource,
    Unit,
)
from translators.backlog.fortnights import window_start

MEDIANS = (SizeSource.TYPE_MEDIAN, SizeSource.TEAM_MEDIAN)
HUNDREDTH = MICRO // 100


class Fortnight(Struct, frozen=True):
    """What one team finished in one window, in its unit, and how much of that is medians."""

    finished: Fraction
    medians: Fraction


Fortnights = Mapping[tuple[str, int], Fortnight]


class Credit(Struct, frozen=True, kw_only=True):
    """What one team's one window gave a capability, with every number of the formula.

    effort = size / denominator x people x 2 weeks x windows; `credit` is the sum of the entries
    in micro-person-weeks, each rounded down on its own, and `weeks` the same in person-weeks, so
    that the lines of an account add up as printed. With a `reason` it was taken back.
    `finished` is what the team finished, less than the denominator where that is the floor;
    `medians` is how much of it are medians, for items that nobody sized.
    """

    team: str
    first_day: datetime
    last_day: datetime
    unit: Unit
    size: str
    denominator: str
    finished: str
    medians: str
    is_floor: bool
    people: str
    windows: str
    credit: int
    weeks: str
    issues: tuple[str, ...]
    reason: ReversalReason | None = None


def sum_fortnights(ledger: Iterable[Entry]) -> dict[tuple[str, int], Fortnight]:
    """What every team finished in every window, from all entries of the ledger."""
    return sum_sizes_by_fortnight(
        (entry.team, entry.window, entry.size, entry.size_source, 1)
        for entry in ledger
        if entry.kind is EntryKind.CREDIT
    )


def sum_sizes_by_fortnight(
    sizes: Iterable[tuple[str, int, Fraction, SizeSource, int]],
) -> dict[tuple[str, int], Fortnight]:
    """The same of how many items of each size were credited: team, window, size, source, number."""
    finished: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    medians: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for team, window, size, source, number in sizes:
        finished[team, window] += size * number
        if source in MEDIANS:
            medians[team, window] += size * number
    return {key: Fortnight(size, medians[key]) for key, size in finished.items()}


def find_fortnight(entry: Entry, fortnights: Fortnights) -> Fortnight:
    """What the entry's team finished in its window; all it is measured by where none is known."""
    unknown = Fortnight(entry.denominator, Fraction(0))
    return fortnights.get((entry.team, entry.window), unknown)


def list_credits(
    entries: Iterable[Entry], keys: Mapping[int, str], fortnights: Fortnights
) -> tuple[Credit, ...]:
    """Entries put together by window and team, what was taken back behind what was given.

    `keys` are the keys of issues by id.
    """
    groups: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.window, entry.team, entry.reason or ""].append(entry)
    ordered = [group for _, group in sorted(groups.items())]
    printed = round_to_sum([sum(entry.credit for entry in group) for group in ordered])
    return tuple(
        _build_credit(group, weeks, keys, fortnights)
        for group, weeks in zip(ordered, printed, strict=True)
    )


def format_hundredths(micro: int) -> str:
    """Micro-person-weeks as person-weeks with two decimals, towards zero: 27.43."""
    return _place_point(int(Fraction(micro, HUNDREDTH)))


def round_to_sum(parts: Sequence[int]) -> tuple[str, ...]:
    """Micro-person-weeks as person-weeks with two decimals, so that they sum to the sum's own.

    Each is rounded down, and what is missing goes to those that lost most (largest remainder).
    """
    floors = [part // HUNDREDTH for part in parts]
    missing = int(Fraction(sum(parts), HUNDREDTH)) - sum(floors)
    by_loss = sorted(range(len(parts)), key=lambda place: -(parts[place] % HUNDREDTH))
    rounded_up = frozenset(by_loss[:missing])
    return tuple(_place_point(floor + (at in rounded_up)) for at, floor in enumerate(floors))


def name_unit(unit: Unit) -> str:
    """What a team's work is measured in, for people."""
    return "points" if unit is Unit.POINTS else "items"


def format_number(value: Fraction) -> str:
    """A size as people write it: 10, 17.5."""
    return f"{float(value):g}"


def format_people(people: Fraction) -> str:
    """A number of people, of whom some count in part, to the hundredth: 6, 5.38."""
    return f"{round(float(people), 2):g}"


def sum_sizes(entries: Iterable[Entry]) -> Fraction:
    """The size of some entries together, in their unit."""
    return sum((entry.size for entry in entries), Fraction(0))


def _build_credit(
    entries: Sequence[Entry], weeks: str, keys: Mapping[int, str], fortnights: Fortnights
) -> Credit:
    first = entries[0]
    start = window_start(first.window)
    fortnight = find_fortnight(first, fortnights)
    return Credit(
        team=first.team,
        first_day=start,
        last_day=start + FORTNIGHT - timedelta(days=1),
        unit=first.unit,
        size=format_number(sum_sizes(entries)),
        denominator=format_number(first.denominator),
        finished=format_number(fortnight.finished),
        medians=format_number(fortnight.medians),
        is_floor=fortnight.finished < first.denominator,
        people=format_people(first.people),
        windows=format_number(first.windows),
        credit=sum(entry.credit for entry in entries),
        weeks=weeks,
        issues=tuple(sorted(keys.get(entry.issue_id, str(entry.issue_id)) for entry in entries)),
        reason=first.reason,
    )


def _place_point(hundredths: int) -> str:
    sign, number = "-" if hundredths < 0 else "", abs(hundredths)
    return f"{sign}{number // 100}.{number % 100:02}"
