"""Effort: what the append-only ledger holds, and the abstract levels that are read off it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

MICRO = 1_000_000
"""Credits are whole micro-person-weeks: integers, so that sums are exact on every database."""


LAST_WINDOWS = 6
"""`The last six windows`: this one and up to five earlier ones in which the team finished work."""


class Unit(StrEnum):
    """What a team's finished work is measured in, decided window by window."""

    POINTS = "points"
    COUNT = "count"


class SizeSource(StrEnum):
    """Where the size of an item came from."""

    OWN = "own"
    SUBTASKS = "subtasks"
    TYPE_MEDIAN = "type_median"
    TEAM_MEDIAN = "team_median"
    COUNT = "count"


class EntryKind(StrEnum):
    """A ledger entry either credits work or takes a credit back; nothing is ever rewritten."""

    CREDIT = "credit"
    REVERSAL = "reversal"


class ReversalReason(StrEnum):
    """The only reasons for which a credit is taken back."""

    REOPENED = "reopened"
    CANCELLED = "cancelled"
    BECAME_PARENT = "became_parent"
    VOIDED = "voided"
    BOOKED_EARLY = "booked_early"


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """One fact of the ledger about one finished item.

    `turn` counts the credits of one item (2 after one reversal), so booking again is harmless; a
    reversal carries the turn, and all the facts, of the credit that it takes back.
    `size` is in `unit`; `points` is what was known in points, whatever the unit.
    `denominator` is D(t,w) in `unit`; `people` may be a part of a person.
    `credit` and `credit_by_count` are micro-person-weeks, negative in a reversal. `booked_at` is
    Jira's clock in the run that booked it.
    """

    generation: str
    kind: EntryKind
    site: str
    issue_id: int
    turn: int
    team: str
    window: int
    unit: Unit
    type: str
    size: Fraction
    size_source: SizeSource
    points: Fraction | None
    denominator: Fraction
    people: Fraction
    windows: Fraction
    credit: int
    credit_by_count: int
    done_at: datetime
    booked_at: datetime
    reason: ReversalReason | None = None


class TeamWindow(Struct, frozen=True, kw_only=True):
    """The sums of one team and closed window; empty windows are kept too, all zero.

    `points` is the sum with imputed sizes, `known` the number of items whose size was known.
    `finished_by` is how many items and sub-tasks each person finished in this very window, by a
    keyed hash of the person; `people` is what these and five earlier windows come to. `windows` is
    how many fortnights' work it brought, `carried` how many are left over for a later one.
    """

    generation: str
    site: str
    team: str
    window: int
    points: Fraction
    count: int
    known: int
    finished_by: Mapping[str, int]
    people: Fraction
    windows: Fraction
    carried: Fraction
    unit: Unit
    denominator: Fraction


class Ledger(Struct, frozen=True):
    """What was booked before under one generation, in the order in which it was booked."""

    generation: str
    entries: Sequence[Entry] = ()
    windows: Sequence[TeamWindow] = ()

    def extend(self, entries: Sequence[Entry], windows: Sequence[TeamWindow]) -> "Ledger":
        """The ledger with these booked behind the rest."""
        return Ledger(self.generation, (*self.entries, *entries), (*self.windows, *windows))


class Level(StrEnum):
    """The published abstraction of effort. The code never changes when a label's wording does."""

    SMALL = "small"
    MODERATE = "moderate"
    LARGE = "large"
    VERY_LARGE = "very_large"
    EXCEPTIONAL = "exceptional"
    NOT_RATED = "not_rated"

    @property
    def rank(self) -> int | None:
        """1 to 5, or None where the level is not rated."""
        return None if self is Level.NOT_RATED else tuple(Level).index(self) + 1


EPOCH = datetime.fromisoformat("2001-01-01T00:00:00+00:00")
"""A Monday: the first window starts here, and every window a fortnight after the last."""

FORTNIGHT = timedelta(days=14)


class Rating(Struct, frozen=True, kw_only=True):
    """How a capability's level came about; internal, never in the clean database.

    `effort` and `effort_by_count` are micro-person-weeks of the work that may be rated;
    the three lines are the yes/no questions of which two must be answered with yes.
    """

    level: Level
    effort: int
    effort_by_count: int
    sizes_known: bool
    history_long_enough: bool
    counting_agrees: bool
    why: str


class LevelChange(Struct, frozen=True, kw_only=True):
    """When the published level of a capability last became another; `before` is None at first.

    `previous_as_of` is what the publication before described.
    """

    revision: int
    as_of: datetime
    previous_as_of: datetime | None
    before: Level | None
    after: Level
    rulebook_changed: bool
    measured_anew: bool
