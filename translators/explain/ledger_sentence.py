"""Tells one sentence of a capability's work that anybody understands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

from models.effort import FORTNIGHT, Entry, EntryKind, Rating
from translators.backlog.fortnights import window_start
from translators.explain.ledger_statement import (
    Fortnights,
    find_fortnight,
    format_number,
    format_people,
    name_unit,
    sum_sizes,
)
from translators.explain.levels import find_edge, format_day, format_weeks

_SHARES: Mapping[Fraction, str] = {
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


def write_sentence(
    name: str,
    entries: Sequence[Entry],
    rating: Rating,
    edges: Sequence[int],
    fortnights: Fortnights,
) -> str:
    """What a lay reader understands: the largest single share, the sum, and the edge.

    `edges` are person-weeks; what was taken back again is no work that the sentence tells of.
    """
    reversed_turns = {(e.issue_id, e.turn) for e in entries if e.kind is EntryKind.REVERSAL}
    windows: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if (entry.issue_id, entry.turn) not in reversed_turns:
            windows[entry.window, entry.team].append(entry)
    if not windows:
        return f"No finished work is credited to {name}."
    largest = max(windows.values(), key=_sum_credits)
    first = largest[0]
    return (
        f"{_describe_part(name, largest, fortnights)} of {_name_people(first.people)} "
        f"{_name_fortnights(first.windows)}, {format_weeks(_sum_credits(largest))} "
        f"person-weeks. In all {format_weeks(_sum_credits(entries))}"
        f"{_describe_edge(rating, edges)}."
    )


def _describe_part(name: str, entries: Sequence[Entry], fortnights: Fortnights) -> str:
    """10 of the 40 points team PAY finished ... were Invoicing: a quarter."""
    first, size = entries[0], sum_sizes(entries)
    finished, denominator = find_fortnight(first, fortnights).finished, first.denominator
    share = Fraction(size, denominator) if denominator else Fraction(0)
    words = _SHARES.get(share) or f"{round(share * 100)} in 100"
    part = (
        f"{format_number(size)} of the {format_number(min(finished, denominator))} "
        f"{name_unit(first.unit)} team {first.team} finished {_describe_window(first.window)} "
        f"were {name}"
    )
    if finished >= denominator:
        return f"{part}: {words}"
    half = format_number(denominator)
    return f"{part}. It usually finishes more and is measured by half of that, {half}: {words}"


def _describe_edge(rating: Rating, edges: Sequence[int]) -> str:
    edge = find_edge(rating.level, edges)
    if edge is None:
        return ""
    return f"; {rating.level.replace('_', ' ').capitalize()} starts at {edge}"


def _describe_window(window: int) -> str:
    """9 to 22 March 2026, or 23 March to 5 April 2026."""
    first = window_start(window)
    last = first + FORTNIGHT - timedelta(days=1)
    begin = f"{first.day}"
    if first.month != last.month:
        begin += f" {first:%B}"
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin} to {format_day(last)}"


def _name_people(people: Fraction) -> str:
    if people == 1:
        return "one person's"
    is_word = people.denominator == 1 and people < len(_NUMBERS)
    return f"{_NUMBERS[int(people)] if is_word else format_people(people)} people's"


def _name_fortnights(windows: Fraction) -> str:
    if windows == 1:
        return "fortnight"
    is_word = windows.denominator == 1 and windows < len(_NUMBERS)
    return f"{_NUMBERS[int(windows)] if is_word else format_number(windows)} fortnights"


def _sum_credits(entries: Sequence[Entry]) -> int:
    return sum(entry.credit for entry in entries)
