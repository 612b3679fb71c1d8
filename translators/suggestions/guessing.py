"""Guesses what becomes of an epic: chances by what a person would answer, the best first."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from msgspec import Struct

from translators.suggestions.decided import Answer, Kind, SuggestedOutcome

TEMPERATURES = (0.008, 0.012, 0.018, 0.027, 0.04, 0.06, 0.09, 0.135)
"""How far apart scores must be to make a difference, of which one is chosen."""
MOST_KINDS = 10
"""So many of the likest kinds have a chance; the others' is next to nothing."""
LEAST = 1e-3
"""No true kind is a greater surprise."""
AMONG = 3
"""So many answers are named at most."""

Of = TypeVar("Of")
Ranked = Sequence[tuple[Kind, float]]
"""The likest kinds with their scores, the best first."""


class Guess(Struct, frozen=True):
    """Chances, each of which adds up to 1, the best first."""

    kinds: Mapping[Kind, float]
    answers: Mapping[Answer, float]
    outcomes: Mapping[SuggestedOutcome, float]

    @property
    def best(self) -> tuple[Answer, float]:
        """The likeliest answer, and its chance."""
        return next(iter(self.answers.items()))

    @property
    def outcome(self) -> tuple[SuggestedOutcome, float]:
        """The likeliest outcome, and its chance."""
        return next(iter(self.outcomes.items()))

    @property
    def among(self) -> tuple[Sequence[Answer], float]:
        """The first answers, and the chance of them all."""
        first = [*islice(self.answers.items(), AMONG)]
        return [answer for answer, _ in first], math.fsum(chance for _, chance in first)


def rank_kinds(scores: Mapping[Kind, float]) -> Ranked:
    """The kinds that have a chance, by their scores."""
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_KINDS]


def make_guess(ranked: Ranked, temperature: float) -> Guess | None:
    """The guess by the scores of kinds; None where there is no score."""
    if not ranked:
        return None
    kinds = _find_chances(ranked, temperature)
    return Guess(
        kinds,
        _add_up((kind.answer, chance) for kind, chance in kinds.items()),
        _add_up((kind.outcome, chance) for kind, chance in kinds.items()),
    )


def find_temperature(scored: Sequence[tuple[Ranked, Kind]]) -> float:
    """How to read scores as chances: so that the true kinds, of each the second, are likest."""

    def surprise(temperature: float) -> float:
        chances = (_find_chances(ranked, temperature).get(true, 0.0) for ranked, true in scored)
        return math.fsum(-math.log(max(chance, LEAST)) for chance in chances)

    return min(TEMPERATURES, key=surprise)


def _find_chances(ranked: Ranked, temperature: float) -> dict[Kind, float]:
    powers = [(kind, math.exp((score - ranked[0][1]) / temperature)) for kind, score in ranked]
    whole = math.fsum(power for _, power in powers)
    return {kind: power / whole for kind, power in powers}


def _add_up(chances: Iterable[tuple[Of, float]]) -> dict[Of, float]:
    sums: dict[Of, float] = {}
    for of, chance in chances:
        sums[of] = sums.get(of, 0.0) + chance
    return dict(sorted(sums.items(), key=lambda pair: -pair[1]))
