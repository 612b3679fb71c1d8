"""Reads the ledger out to people: every number of every credit, and one sentence for anybody."""

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
    Level,
    Rating,
    ReversalReason,
    SizeSource,
    Unit,
)
from translators.backlog.fortnights import window_start
from translators.explain.levels import day, edge_of, weeks

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


def fortnights_of(ledger: Iterable[Entry]) -> dict[tuple[str, int], Fortnight]:
    """What every team finished in every window, from all entries of the ledger."""
    finished: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    medians: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for entry in ledger:
        if entry.kind is EntryKind.CREDIT:
            finished[entry.team, entry.window] += entry.size
            if entry.size_source in MEDIANS:
                medians[entry.team, entry.window] += entry.size
    return {key: Fortnight(size, medians[key]) for key, size in finished.items()}


def hundredths(micro: int) -> str:
    """Micro-person-weeks as person-weeks with two decimals, towards zero: 27.43."""
    return _two_decimals(int(Fraction(micro, HUNDREDTH)))


def round_to_sum(parts: Sequence[int]) -> tuple[str, ...]:
    """Each part in person-weeks with two decimals, so that they sum to `hundredths` of the sum.

    Each is rounded down, and what is missing goes to those that lost most (largest remainder).
    """
    floors = [part // HUNDREDTH for part in parts]
    missing = int(Fraction(sum(parts), HUNDREDTH)) - sum(floors)
    by_loss = sorted(range(len(parts)), key=lambda place: -(parts[place] % HUNDREDTH))
    rounded_up = frozenset(by_loss[:missing])
    return tuple(_two_decimals(each + (place in rounded_up)) for place, each in enumerate(floors))


def credits_of(
    entries: Iterable[Entry], keys: Mapping[int, str], fortnights: Fortnights
) -> tuple[Credit, ...]:
    """Entries put together by window and team, what was taken back behind what was given.

    `keys` are the keys of issues by id.
    """
    groups: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.window, entry.team, entry.reason or ""].append(entry)
    found = [group for _, group in sorted(groups.items())]
    printed = round_to_sum([sum(entry.credit for entry in group) for group in found])
    return tuple(
        _credit(group, weeks, keys, fortnights) for group, weeks in zip(found, printed, strict=True)
    )


def _credit(
    entries: Sequence[Entry], printed: str, keys: Mapping[int, str], fortnights: Fortnights
) -> Credit:
    first = entries[0]
    start = window_start(first.window)
    whole = _fortnight(first, fortnights)
    return Credit(
        team=first.team,
        first_day=start,
        last_day=start + FORTNIGHT - timedelta(days=1),
        unit=first.unit,
        size=_number(_size(entries)),
        denominator=_number(first.denominator),
        finished=_number(whole.finished),
        medians=_number(whole.medians),
        is_floor=whole.finished < first.denominator,
        people=_number(first.people),
        windows=_number(first.windows),
        credit=sum(entry.credit for entry in entries),
        weeks=printed,
        issues=tuple(sorted(keys.get(entry.issue_id, str(entry.issue_id)) for entry in entries)),
        reason=first.reason,
    )


def sentence_of(
    name: str,
    entries: Sequence[Entry],
    rating: Rating,
    edges: Sequence[int],
    fortnights: Fortnights,
) -> str:
    """What a lay reader understands: the largest single share, the sum, and the edge."""
    taken = {(e.issue_id, e.turn) for e in entries if e.kind is EntryKind.REVERSAL}
    windows: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind is EntryKind.CREDIT and (entry.issue_id, entry.turn) not in taken:
            windows[entry.window, entry.team].append(entry)
    if not windows:
        return f"No finished work is booked for {name}."
    largest = max(windows.values(), key=lambda found: sum(entry.credit for entry in found))
    first = largest[0]
    total = weeks(sum(entry.credit for entry in entries))
    return (
        f"{_part(name, largest, fortnights)} of {_people(first.people)} "
        f"{_fortnights(first.windows)}, {weeks(sum(entry.credit for entry in largest))} "
        f"person-weeks. In all {total}{_edge(rating.level, edges)}."
    )


def _part(name: str, entries: Sequence[Entry], fortnights: Fortnights) -> str:
    """10 of the 40 points team PAY finished ... were Invoicing: a quarter."""
    first, size = entries[0], _size(entries)
    finished, denominator = _fortnight(first, fortnights).finished, first.denominator
    share = _share(Fraction(size, denominator) if denominator else Fraction(0))
    part = (
        f"{_number(size)} of the {_number(min(finished, denominator))} {unit_words(first.unit)} "
        f"team {first.team} finished {_span(first.window)} were {name}"
    )
    if finished >= denominator:
        return f"{part}: {share}"
    half = _number(denominator)
    return f"{part}. It usually finishes more and is measured by half of that, {half}: {share}"


def unit_words(unit: Unit) -> str:
    """What a team's work is measured in, for people."""
    return "points" if unit is Unit.POINTS else "items"


def _fortnight(entry: Entry, fortnights: Fortnights) -> Fortnight:
    whole = Fortnight(entry.denominator, Fraction(0))
    return fortnights.get((entry.team, entry.window), whole)


def _size(entries: Iterable[Entry]) -> Fraction:
    return sum((entry.size for entry in entries), Fraction(0))


def _two_decimals(hundredth: int) -> str:
    return f"{'-' if hundredth < 0 else ''}{abs(hundredth) // 100}.{abs(hundredth) % 100:02}"


def _edge(level: Level, edges: Sequence[int]) -> str:
    edge = edge_of(level, edges)
    return f"; {level.replace('_', ' ').capitalize()} starts at {edge}" if edge is not None else ""


_PARTS = {
    Fraction(1): "the whole",
    Fraction(1, 2): "half",
    Fraction(1, 3): "a third",
    Fraction(2, 3): "two thirds",
    Fraction(1, 4): "a quarter",
    Fraction(3, 4): "three quarters",
    Fraction(1, 5): "a fifth",
    Fraction(1, 6): "a sixth",
    Fraction(1, 8): "an eighth",
    Fraction(1, 10): "a tenth",
}
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def _share(share: Fraction) -> str:
    return _PARTS.get(share) or f"{round(share * 100)} in 100"


def _people(people: Fraction) -> str:
    if people.denominator == 1 and people < len(_NUMBERS):
        number = _NUMBERS[int(people)]
        return "one person's" if people == 1 else f"{number} people's"
    return f"{_number(people)} people's"


def _fortnights(windows: Fraction) -> str:
    if windows == 1:
        return "fortnight"
    is_whole = windows.denominator == 1
    return f"{_NUMBERS[int(windows)] if is_whole else _number(windows)} fortnights"


def _span(window: int) -> str:
    """9 to 22 March 2026, or 23 March to 5 April 2026."""
    first = window_start(window)
    last = first + FORTNIGHT - timedelta(days=1)
    begin = f"{first.day}"
    if first.month != last.month:
        begin += f" {first:%B}"
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin} to {day(last)}"


def _number(value: Fraction) -> str:
    return f"{float(value):g}"
