"""Says in coarse words how much of a year's work kept the product lawful, safe and running.

It is the one sentence about all teams together. So it stands only where three teams and a year
stand behind it, and says a share that moves seldom: no number, no team, no capability.
"""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct

from models.capability import PublishedTerm
from models.decision import Decision, Outcome, is_screened_out
from models.promises import SHARE, Term
from models.rollup import EpicRollup

FEWEST_TEAMS = 3
MOST_UNDECIDED = Fraction(1, 4)
"""Where more of the year's work is not decided on, nobody can say what it was for."""
SHARES: tuple[tuple[Fraction, str], ...] = (
    (Fraction(1, 10), "about a tenth"),
    (Fraction(1, 4), "about a quarter"),
    (Fraction(1, 3), "about a third"),
    (Fraction(1, 2), "about half"),
    (Fraction(2, 3), "well over half"),
    (Fraction(5, 6), "most"),
)
"""Each word with the share that it is nearest to. The linter takes two thirds for a measure of
how far along something is."""
LEAST = Fraction(1, 20)
"""Less than this has no word: nothing is said."""
BAND = Fraction(3, 100)
"""So far over its bounds does a share keep the word that was published."""


class PastYear(Struct, frozen=True):
    """The credit of the last 26 fortnights, of all work; and of that what is upkeep or undecided.

    All in micro-person-weeks. `teams` are those that closed each of these fortnights.
    """

    teams: int
    credit: int
    upkeep: int
    undecided: int


def sum_past_year(
    groups: Mapping[int, EpicRollup],
    decisions: Iterable[Decision],
    rules: Collection[str],
    teams: int,
) -> PastYear:
    """The year's work, by what became of its epic; `rules` are the screening rules for upkeep.

    What an epic is left out for, all work below it is; issues without an epic stand for themselves.
    """
    upkeep = sum(group.work.upkeep for group in groups.values())
    undecided = 0
    for decision in decisions:
        group = groups.get(decision.epic_id)
        if group is None:
            continue
        if decision.outcome is Outcome.NEEDS_DECISION:
            undecided += group.work.year
        elif is_screened_out(decision) and any(r.rule in rules for r in decision.reasons):
            upkeep += group.work.year - group.work.upkeep
    credit = sum(group.work.year for group in groups.values())
    return PastYear(teams=teams, credit=credit, upkeep=upkeep, undecided=undecided)


def write_past_year(
    template: Term | None, year: PastYear, published: Iterable[PublishedTerm]
) -> PublishedTerm | None:
    """The sentence, or None where not enough stands behind one.

    The word that was `published` stays as long as the share is near it.
    """
    if template is None or year.teams < FEWEST_TEAMS or year.credit <= 0:
        return None
    if year.undecided > MOST_UNDECIDED * year.credit:
        return None
    word = word_share(Fraction(year.upkeep, year.credit), _find_word(template, published))
    return None if word is None else _fill(template, word)


def word_share(share: Fraction, before: str | None = None) -> str | None:
    """The word nearest to a share; `before`, the last one, for as long as it is nearly so."""
    middles = [(one + two) / 2 for (one, _), (two, _) in pairwise(SHARES)]
    bounds = [LEAST, *middles, Fraction(2)]
    reached = None
    for (_, word), (low, high) in zip(SHARES, pairwise(bounds), strict=True):
        if word == before and low - BAND <= share < high + BAND:
            return word
        if low <= share:
            reached = word
    return reached


def _find_word(template: Term, published: Iterable[PublishedTerm]) -> str | None:
    """Which word the template was last filled with; None where it, or the template, is another."""
    last = {term.meaning for term in published if (term.kind, term.code) == _key_of(template)}
    return next((word for _, word in SHARES if _fill(template, word).meaning in last), None)


def _key_of(term: Term) -> tuple[str, str]:
    return term.kind, term.code


def _fill(template: Term, word: str) -> PublishedTerm:
    return PublishedTerm(
        kind=template.kind,
        code=template.code,
        label=template.label,
        meaning=template.meaning.replace(SHARE, word),
        rank=template.rank,
    )
