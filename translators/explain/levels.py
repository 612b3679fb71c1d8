"""Tells of a level: where it begins and ends, how far the next one is, and why it last changed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from models.effort import MICRO, Entry, EntryKind, Level, LevelChange, Rating
from translators.effort.rating import BAND


def format_weeks(micro: int) -> str:
    """Micro-person-weeks as person-weeks for people: one decimal, towards zero."""
    return f"{int(Fraction(micro * 10, MICRO)) / 10:g}"


def format_day(moment: datetime) -> str:
    """22 March 2026."""
    return f"{moment.day} {moment:%B %Y}"


def find_edge(level: Level, edges: Sequence[int]) -> int | None:
    """The person-weeks at which a level begins; None for the lowest, and where none is rated."""
    place = (level.rank or 1) - 2
    return edges[place] if place >= 0 else None


def describe_distances(rating: Rating, edges: Sequence[int]) -> tuple[str, ...]:
    """How far the next edge up is, and where the level would be left downwards."""
    if rating.level is Level.NOT_RATED:
        return ()
    lines = []
    place = (rating.level.rank or 1) - 1
    if place < len(edges):
        above = tuple(Level)[place + 1].replace("_", " ")
        rated = format_weeks(rating.effort)
        more = f"{edges[place] - Decimal(rated)} more than the {rated} rated here"
        lines.append(f"{above} starts at {edges[place]}: {more}")
    if (edge := find_edge(rating.level, edges)) is not None:
        here = rating.level.replace("_", " ")
        floor = format_weeks(int(edge * MICRO * BAND))
        lines.append(f"{here} starts at {edge} and is left below {floor}")
    return tuple(lines)


def describe_last_change(change: LevelChange | None, entries: Sequence[Entry]) -> str | None:
    """Why the level last changed, as far as the ledger tells; None where it was never published.

    `entries` are those of the ledger that count for the capability.
    """
    if change is None:
        return None
    after = change.after.replace("_", " ")
    here = f"{after} since revision {change.revision} ({format_day(change.as_of)})"
    if change.before is None:
        return f"{here}, when it was first published"
    causes = _find_causes(change, entries)
    before = change.before.replace("_", " ")
    return f"{here}, before that {before}: {' and '.join(causes) or 'its epics are others'}"


def _find_causes(change: LevelChange, entries: Sequence[Entry]) -> list[str]:
    since = change.previous_as_of
    fresh = [e for e in entries if since is not None and since < e.booked_at <= change.as_of]
    given = sum(entry.credit for entry in fresh if entry.kind is EntryKind.CREDIT)
    taken = -sum(entry.credit for entry in fresh if entry.kind is EntryKind.REVERSAL)
    applies = {
        "the rule book was changed": change.rulebook_changed,
        "effort was measured anew": change.measured_anew,
        f"{format_weeks(given)} person-weeks were credited": given and not change.measured_anew,
        f"{format_weeks(taken)} were taken back": taken > 0,
    }
    return [cause for cause, is_so in applies.items() if is_so]
