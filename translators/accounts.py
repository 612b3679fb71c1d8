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
    LevelMove,
    Rating,
    ReversalReason,
    Unit,
)
from translators.rating import BAND
from translators.windows import window_start


class Credit(Struct, frozen=True, kw_only=True):
    """What one team's one window gave a capability, with every number of the formula.

    effort = size / denominator x people x 2 weeks x windows; `credit` is the sum of the entries
    in micro-person-weeks, each rounded down on its own. With a `reason` it was taken back.
    """

    team: str
    first_day: datetime
    last_day: datetime
    unit: Unit
    size: str
    denominator: str
    people: str
    windows: str
    credit: int
    issues: tuple[str, ...]
    reason: ReversalReason | None = None


def weeks(micro: int) -> str:
    """Micro-person-weeks as person-weeks for people: one decimal, towards zero."""
    return f"{int(Fraction(micro * 10, MICRO)) / 10:g}"


def credits_of(entries: Iterable[Entry], keys: Mapping[int, str]) -> tuple[Credit, ...]:
    """Entries put together by window and team, what was taken back behind what was given.

    `keys` are the keys of issues by id.
    """
    groups: dict[tuple[int, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.window, entry.team, entry.reason or ""].append(entry)
    return tuple(_credit(found, keys) for _, found in sorted(groups.items()))


def _credit(entries: Sequence[Entry], keys: Mapping[int, str]) -> Credit:
    first = entries[0]
    start = window_start(first.window)
    return Credit(
        team=first.team,
        first_day=start,
        last_day=start + FORTNIGHT - timedelta(days=1),
        unit=first.unit,
        size=_number(sum((entry.size for entry in entries), Fraction(0))),
        denominator=_number(first.denominator),
        people=_number(first.people),
        windows=_number(first.windows),
        credit=sum(entry.credit for entry in entries),
        issues=tuple(sorted(keys.get(entry.issue_id, str(entry.issue_id)) for entry in entries)),
        reason=first.reason,
    )


def sentence_of(name: str, entries: Sequence[Entry], rating: Rating, edges: Sequence[int]) -> str:
    """What a lay reader understands: the largest single share, the sum, and the edge."""
    given = [entry for entry in entries if entry.kind is EntryKind.CREDIT]
    if not given:
        return f"No finished work is booked for {name}."
    windows: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for entry in given:
        windows[entry.window, entry.team].append(entry)
    largest = max(windows.values(), key=lambda found: sum(entry.credit for entry in found))
    first, size = largest[0], sum((entry.size for entry in largest), Fraction(0))
    unit = "points" if first.unit is Unit.POINTS else "items"
    share = Fraction(size, first.denominator) if first.denominator else Fraction(0)
    earned = weeks(sum(entry.credit for entry in largest))
    total = weeks(sum(entry.credit for entry in entries))
    return (
        f"{_number(size)} of the {_number(first.denominator)} {unit} team {first.team} finished "
        f"{_span(first.window)} were {name}: {_share(share)} of {_people(first.people)} "
        f"{_fortnights(first.windows)}, {earned} person-weeks. "
        f"In all {total}{_edge(rating.level, edges)}."
    )


def edge_of(level: Level, edges: Sequence[int]) -> int | None:
    """The person-weeks at which a level begins; None for the lowest, and where none is rated."""
    place = (level.rank or 1) - 2
    return edges[place] if place >= 0 else None


def distances(rating: Rating, edges: Sequence[int]) -> tuple[str, ...]:
    """How far the next edge up is, and where the level would be left downwards."""
    if rating.level is Level.NOT_RATED:
        return ()
    lines = []
    place = (rating.level.rank or 1) - 1
    if place < len(edges):
        above = tuple(Level)[place + 1].replace("_", " ")
        missing = weeks(edges[place] * MICRO - rating.effort)
        lines.append(f"{above} starts at {edges[place]}: {missing} more than the {_rated(rating)}")
    if (edge := edge_of(rating.level, edges)) is not None:
        here = rating.level.replace("_", " ")
        floor = weeks(int(edge * MICRO * BAND))
        lines.append(f"{here} starts at {edge} and is left below {floor}")
    return tuple(lines)


def last_move(move: LevelMove | None, entries: Sequence[Entry]) -> str | None:
    """Why the level last changed, as far as the books tell; None where it was never published."""
    if move is None:
        return None
    here = f"{move.after.replace('_', ' ')} since revision {move.revision} ({_day(move.as_of)})"
    if move.before is None:
        return f"{here}, when it was first published"
    causes = _causes(move, entries)
    before = move.before.replace("_", " ")
    return f"{here}, before that {before}: {' and '.join(causes) or 'its epics are others'}"


def _causes(move: LevelMove, entries: Sequence[Entry]) -> list[str]:
    since = move.previous_as_of
    fresh = [e for e in entries if since is not None and since < e.booked_at <= move.as_of]
    given = sum(entry.credit for entry in fresh if entry.kind is EntryKind.CREDIT)
    taken = -sum(entry.credit for entry in fresh if entry.kind is EntryKind.REVERSAL)
    found = {
        "the rule book was changed": move.rulebook_changed,
        "effort was measured anew": move.measured_anew,
        f"{weeks(given)} person-weeks were booked": given > 0 and not move.measured_anew,
        f"{weeks(taken)} were taken back": taken > 0,
    }
    return [words for words, holds in found.items() if holds]


def _rated(rating: Rating) -> str:
    return f"{weeks(rating.effort)} rated here"


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
    return f"{begin} to {_day(last)}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _number(value: Fraction) -> str:
    return f"{float(value):g}"
