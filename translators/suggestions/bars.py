"""Finds how sure a guess must be to be told: the whole answer, one of some, the outcome alone.

What is known of a capability by few decided epics is known badly: a guess at it is the less sure,
the fewer there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from translators.suggestions.calibration import FEWEST, PART, Calibration, calibrate
from translators.suggestions.decided import Answer, Kind, SuggestedOutcome
from translators.suggestions.guessing import Guess

DOUBT = 0.25
"""An answer that is known by one epic counts as if a quarter of another had spoken against it."""
Made = Sequence[tuple[Guess, Kind]]
"""Guesses at decided epics that were left out, each with what was decided."""


class Bars(Struct, frozen=True):
    """What is told of a guess, and how often that is right; `decided` are epics by kind."""

    decided: Mapping[Kind, int]
    whole: Calibration
    among: Calibration
    outcomes: Calibration

    def weigh_best(self, guess: Guess) -> float:
        """How sure the best answer is, from 0 to 1."""
        return _weigh_best(guess, self.decided)


def find_bars(made: Made, decided: Sequence[Kind]) -> Bars:
    """The bars by guesses at all that is decided: of what one does not tell, the next may."""
    by_kind = Counter(decided)
    weighed = [(_weigh_best(guess, by_kind), guess, kind) for guess, kind in made]
    whole = calibrate((sure, guess.best[0] == kind.answer) for sure, guess, kind in weighed)
    left = [(guess, kind) for sure, guess, kind in weighed if not whole.is_told(sure)]
    listed = [
        (guess.among[1], kind.answer in guess.among[0])
        for guess, kind in left
        if are_shown(guess.among[0])
    ]
    among = calibrate(listed, PART)
    left = [(guess, kind) for guess, kind in left if not among.is_told(guess.among[1])]
    by_outcome = Counter(kind.outcome for kind in decided)
    is_mixed = len(decided) - max(by_outcome.values(), default=0) >= FEWEST
    alone = [(guess.outcome[1], guess.outcome[0] == kind.outcome) for guess, kind in left]
    outcomes = calibrate(alone if is_mixed else (), PART)
    return Bars(by_kind, whole, among, outcomes)


def are_shown(answers: Iterable[Answer]) -> bool:
    """Whether all of these answers show an epic."""
    return all(outcome is SuggestedOutcome.SHOW for outcome, _ in answers)


def _weigh_best(guess: Guess, decided: Mapping[Kind, int]) -> float:
    """The chance of the best answer, the less the fewer epics its likeliest kind is known by.

    Known by one it counts four fifths, by four nearly all. When a decided epic is left out to find
    the bar, it is counted all the same: its kind is as well known to the next epic.
    """
    answer, chance = guess.best
    kind = next(each for each in guess.kinds if each.answer == answer)
    number = decided.get(kind, 0)
    return chance * number / (number + DOUBT)
