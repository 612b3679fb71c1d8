"""Tells of a level: where it begins and ends, how far the next one is, and why it last moved."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from models.effort import MICRO, Entry, EntryKind, Level, LevelMove, Rating
from translators.effort.rating import BAND


def weeks(micro: int) -> str:
    """Micro-person-weeks as person-weeks for people: one decimal, towards zero."""
    return f"{int(Fraction(micro * 10, MICRO)) / 10:g}"


def day(moment: datetime) -> str:
    """22 March 2026."""
    return f"{moment.day} {moment:%B %Y}"


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
        rated = weeks(rating.effort)
        more = f"{edges[place] - Decimal(rated)} more than the {rated} rated here"
        lines.append(f"{above} starts at {edges[place]}: {more}")
    if (edge := edge_of(rating.level, edges)) is not None:
        here = rating.level.replace("_", " ")
        floor = weeks(int(edge * MICRO * BAND))
        lines.append(f"{here} starts at {edge} and is left below {floor}")
    return tuple(lines)


def last_move(move: LevelMove | None, entries: Sequence[Entry]) -> str | None:
    """Why the level last changed, as far as the books tell; None where it was never published."""
    if move is None:
        return None
    here = f"{move.after.replace('_', ' ')} since revision {move.revision} ({day(move.as_of)})"
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
