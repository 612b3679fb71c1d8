"""Reads a level off the ledger: when effort may be rated, and how levels are kept from flapping."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from models.capability import Remembered
from models.effort import MICRO, Entry, Level, Rating, SizeSource, Unit
from models.rulebook import EffortRules

ENOUGH_KNOWN = Fraction(70, 100)
ENOUGH_HISTORY = 6
MOST = Fraction(1, 2)
BAND = Fraction(85, 100)
"""A level is left downwards only below 85 % of its edge."""

LINES_NEEDED = 2
KNOWN = (SizeSource.OWN, SizeSource.SUBTASKS)


class Account(Struct, frozen=True):
    """What one capability's work adds up to, and how many windows each team has closed."""

    entries: Sequence[Entry]
    closed_windows: dict[str, int]


def rate(account: Account, rules: EffortRules, withheld: bool, kept: Remembered | None) -> Rating:
    """The level of a capability's effort, or why it is not rated.

    `kept` is what was last published, for the band; None where the band is waived: first
    levels, new edges, and capabilities whose epics a rule change moved.
    """
    entries = _ratable(account.entries, rules)
    effort = sum(entry.credit for entry in entries)
    by_count = sum(entry.credit_by_count for entry in entries)
    counted_level = level_of(by_count, rules.edges)
    level = level_of(effort, rules.edges)
    rating = Rating(
        level=level,
        effort=effort,
        effort_by_count=by_count,
        sizes_known=_share(entries, _size_is_known) >= ENOUGH_KNOWN,
        history_long_enough=_share(
            entries, lambda entry: account.closed_windows.get(entry.team, 0) >= ENOUGH_HISTORY
        )
        >= MOST,
        counting_agrees=abs((level.rank or 0) - (counted_level.rank or 0)) <= 1,
        why="",
    )
    return _judged(rating, account, rules, withheld, kept)


def level_of(effort: int, edges: Sequence[int]) -> Level:
    """The level of so many micro-person-weeks by bare edges: a level is reached at its edge."""
    reached = sum(effort >= edge * MICRO for edge in edges)
    return tuple(Level)[reached]


def _judged(
    rating: Rating,
    account: Account,
    rules: EffortRules,
    withheld: bool,
    kept: Remembered | None,
) -> Rating:
    lines = (rating.sizes_known, rating.history_long_enough, rating.counting_agrees)
    if withheld:
        return _not_rated(rating, "the rule book says effort: withhold")
    if not account.entries:
        return _not_rated(rating, "no finished work is booked")
    if rating.effort <= 0:
        fewest = rules.minimum_people
        return _not_rated(rating, f"it was finished by fewer than {fewest} people at a time")
    if sum(lines) < LINES_NEEDED:
        return _not_rated(rating, _failed(rating))
    if kept is None or kept.scheme != rules.scheme or kept.level is Level.NOT_RATED:
        return rating
    steadied = _steadied(rating.level, kept.level, rating.effort, rules.edges)
    why = "" if steadied is rating.level else "kept: it is within 15 % of the edge it reached"
    return replace(rating, level=steadied, why=why)


def _steadied(level: Level, kept: Level, effort: int, edges: Sequence[int]) -> Level:
    """Up at the edge; down only below 85 % of it."""
    if (level.rank or 0) >= (kept.rank or 0):
        return level
    relaxed = sum(effort >= edge * MICRO * BAND for edge in edges)
    return tuple(Level)[min(relaxed, tuple(Level).index(kept))]


def _failed(rating: Rating) -> str:
    """Which of the three lines do not hold, for people."""
    lines = {
        "its sizes are known too rarely": rating.sizes_known,
        "its teams are too new": rating.history_long_enough,
        "counting items tells another story": rating.counting_agrees,
    }
    return " and ".join(words for words, holds in lines.items() if not holds)


def _not_rated(rating: Rating, why: str) -> Rating:
    return replace(rating, level=Level.NOT_RATED, why=why)


def _ratable(entries: Sequence[Entry], rules: EffortRules) -> list[Entry]:
    """What may be rated: a level must never be a statement about one or two people."""
    if rules.minimum_people_of == "capability":
        enough = sum({e.team: e.people for e in entries}.values()) >= rules.minimum_people
        return list(entries) if enough else []
    return [entry for entry in entries if entry.people >= rules.minimum_people]


def _size_is_known(entry: Entry) -> bool:
    return entry.unit is Unit.POINTS and entry.size_source in KNOWN


def _share(entries: Sequence[Entry], holds: Callable[[Entry], bool]) -> Fraction:
    """The share of all credit whose entries `hold`; 0 where there is no credit."""
    total = sum(entry.credit for entry in entries)
    part = sum(entry.credit for entry in entries if holds(entry))
    return Fraction(part, total) if total > 0 else Fraction(0)
