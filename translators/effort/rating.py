"""Reads a level off the ledger: when effort may be rated, and how levels are kept from flapping."""

import math
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from msgspec.structs import replace

from models.backlog import Issue
from models.capability import PublishedCapability
from models.effort import MICRO, Entry, Level, Rating, SizeSource, Unit
from models.rollup import NO_EFFORT, EffortTotals, keep_newest_people
from models.rulebook import EffortRules
from translators.backlog.fortnights import A_YEAR

ENOUGH_KNOWN = Fraction(70, 100)
ENOUGH_HISTORY = 6
MOST = Fraction(1, 2)
BAND = Fraction(85, 100)
"""A level is left downwards only below 85 % of its edge."""

LINES_NEEDED = 2
KNOWN = (SizeSource.OWN, SizeSource.SUBTASKS)


def select_experienced_teams(closed: Mapping[str, int]) -> frozenset[str]:
    """The teams whose history is long enough, by how many windows each has closed."""
    return frozenset(team for team, number in closed.items() if number >= ENOUGH_HISTORY)


def count_teams_of_a_year(closed: Mapping[str, int]) -> int:
    """How many teams have closed a year of windows, by how many each has closed."""
    return sum(number >= A_YEAR for number in closed.values())


def sum_effort(
    done: Collection[Issue],
    entries: Collection[Entry],
    rules: EffortRules,
    experienced: Collection[str],
    hidden: int = 0,
) -> EffortTotals:
    """What finished items and entries of the ledger come to, and what `hidden` ones would.

    Where the people of a capability are counted together, all of it may be rated as far as one can
    tell here, and `rate` has the last word.
    """
    if not (done or entries or hidden):
        return NO_EFFORT
    together = rules.minimum_people_of == "capability"
    fewest = 0 if together else rules.minimum_people
    rated = [entry for entry in entries if count_heads(entry.people) >= fewest]
    return EffortTotals(
        finished=len(done),
        released=sum(any(v.released for v in issue.fix_versions) for issue in done),
        newest=max((issue.done_at for issue in done if issue.done_at), default=None),
        entries=len(entries),
        credit=sum(entry.credit for entry in entries),
        hidden=hidden,
        rated=sum(entry.credit for entry in rated),
        by_count=sum(entry.credit_by_count for entry in rated),
        known=sum(entry.credit for entry in rated if _size_is_known(entry)),
        long=sum(entry.credit for entry in rated if entry.team in experienced),
        people=keep_newest_people((e.team, (e.window, e.people)) for e in entries)
        if together
        else {},
    )


def count_heads(people: Fraction) -> int:
    """At least so many different people stand behind a number of people that counts parts of some.

    Of one or two people nobody can say more than two, of three more than two: up to three nothing
    is lost by it.
    """
    return math.ceil(people)


def rate_capability(
    work: EffortTotals, rules: EffortRules, withheld: bool, kept: PublishedCapability | None
) -> Rating:
    """The level of a capability's effort, or why it is not rated.

    `kept` is what was last published, for the band; None where the band is waived: first
    levels, new edges, and capabilities whose epics a rule change moved.
    """
    effort, by_count, known, long = work.rated, work.by_count, work.known, work.long
    heads = sum(count_heads(number) for _, number in work.people.values())
    if work.people and heads < rules.minimum_people:
        effort = by_count = known = long = 0
    counted_level = level_of(by_count, rules.edges)
    level = level_of(effort, rules.edges)
    rating = Rating(
        level=level,
        effort=effort,
        effort_by_count=by_count,
        sizes_known=_share_of(known, effort) >= ENOUGH_KNOWN,
        history_long_enough=_share_of(long, effort) >= MOST,
        counting_agrees=abs((level.rank or 0) - (counted_level.rank or 0)) <= 1,
        why="",
    )
    return _judge_rating(rating, work, rules, withheld, kept)


def level_of(effort: int, edges: Sequence[int]) -> Level:
    """The level of so many micro-person-weeks by bare edges: a level is reached at its edge."""
    reached = sum(effort >= edge * MICRO for edge in edges)
    return tuple(Level)[reached]


def _judge_rating(
    rating: Rating,
    work: EffortTotals,
    rules: EffortRules,
    withheld: bool,
    kept: PublishedCapability | None,
) -> Rating:
    lines = (rating.sizes_known, rating.history_long_enough, rating.counting_agrees)
    if withheld:
        return _not_rated(rating, "the rule book says effort: withhold")
    if not work.entries:
        return _not_rated(rating, "no finished work is booked")
    if rating.effort <= 0:
        fewest = rules.minimum_people
        return _not_rated(rating, f"it was finished by fewer than {fewest} people at a time")
    if sum(lines) < LINES_NEEDED:
        return _not_rated(rating, _tell_failed_lines(rating))
    if kept is None or kept.scheme != rules.scheme or kept.level is Level.NOT_RATED:
        return rating
    steadied = _steady_level(rating.level, kept.level, rating.effort, rules.edges)
    why = "" if steadied is rating.level else "kept: it is within 15 % of the edge it reached"
    return replace(rating, level=steadied, why=why)


def _steady_level(level: Level, kept: Level, effort: int, edges: Sequence[int]) -> Level:
    """Up at the edge; down only below 85 % of it."""
    if (level.rank or 0) >= (kept.rank or 0):
        return level
    relaxed = sum(effort >= edge * MICRO * BAND for edge in edges)
    return tuple(Level)[min(relaxed, tuple(Level).index(kept))]


def _tell_failed_lines(rating: Rating) -> str:
    """Which of the three lines do not hold, for people."""
    lines = {
        "its sizes are known too rarely": rating.sizes_known,
        "its teams are too new": rating.history_long_enough,
        "counting items tells another story": rating.counting_agrees,
    }
    return " and ".join(words for words, holds in lines.items() if not holds)


def _not_rated(rating: Rating, why: str) -> Rating:
    return replace(rating, level=Level.NOT_RATED, why=why)


def _size_is_known(entry: Entry) -> bool:
    return entry.unit is Unit.POINTS and entry.size_source in KNOWN


def _share_of(part: int, whole: int) -> Fraction:
    """The share of all credit; 0 where there is no credit."""
    return Fraction(part, whole) if whole > 0 else Fraction(0)
