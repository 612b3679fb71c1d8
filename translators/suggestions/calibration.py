"""Finds how often a guess is right, from guesses on what is decided, and from where on to speak."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import replace

RIGHT = 0.9
"""A guess is told where it is right as often as this, at least."""


class Demand(Struct, frozen=True):
    """What a bar must meet beside RIGHT.

    `margin` is how much better it must look than it is to be, in standard deviations: it was looked
    for. No guess is told that is right less often than `least` by itself, however often surer ones
    are.
    """

    margin: float
    least: float


WHOLE = Demand(margin=0.3, least=0.7)
"""Of whole answers."""
PART = Demand(margin=0.6, least=0.8)
"""Of what is told where the whole answer is not: fewer guesses are left to find a bar by."""
FEWEST = 10
"""So many guesses above the bar at least make one; fewer may have been luck."""


class Calibration(Struct, frozen=True):
    """How often guesses were right, by how sure they were: `shares` above each of `sureness`.

    `bar` is how sure a guess must be to be told, None where none may. `told` of the guesses that it
    was made from were above it, `right` of these right.
    """

    sureness: tuple[float, ...]
    shares: tuple[float, ...]
    bar: float | None = None
    told: int = 0
    right: int = 0

    def rate(self, sureness: float) -> float:
        """How often a guess is right that is so sure."""
        number = bisect_right(self.sureness, sureness) - 1
        return self.shares[max(number, 0)] if self.shares else 0.0

    def is_told(self, sureness: float) -> bool:
        """Whether a guess may be told."""
        return self.bar is not None and sureness >= self.bar


def calibrate(guesses: Iterable[tuple[float, bool]], demand: Demand = WHOLE) -> Calibration:
    """The calibration by guesses, each with how sure it was and whether it was right."""
    ranked = sorted(guesses)
    blocks: list[tuple[float, int, int]] = []
    for sureness, is_right in ranked:
        blocks.append((sureness, int(is_right), 1))
        while len(blocks) > 1 and not _rises(blocks[-2], blocks[-1]):
            _, right, number = blocks.pop()
            start, right_before, before = blocks.pop()
            blocks.append((start, right_before + right, before + number))
    shares = ((right + 1) / (number + 2) for _, right, number in blocks)
    found = Calibration(
        sureness=tuple(start for start, _, _ in blocks), shares=tuple(accumulate(shares, max))
    )
    bar, told, right = _find_bar(ranked, found, demand)
    return replace(found, bar=bar, told=told, right=right)


def _rises(before: tuple[float, int, int], after: tuple[float, int, int]) -> bool:
    """Whether those that are surer were right more often, and not just as sure."""
    return before[0] < after[0] and before[1] * after[2] < after[1] * before[2]


def _find_bar(
    ranked: Sequence[tuple[float, bool]], found: Calibration, demand: Demand
) -> tuple[float | None, int, int]:
    """The lowest bar above which guesses are right often enough, how many those are, and right."""
    best: tuple[float | None, int, int] = (None, 0, 0)
    right = 0
    for number in range(1, len(ranked) + 1):
        sureness, is_right = ranked[-number]
        right += is_right
        if found.rate(sureness) < demand.least:
            break
        is_whole = number == len(ranked) or ranked[-number - 1][0] < sureness
        if is_whole and number >= FEWEST and right >= _ask_for(number, demand.margin):
            best = sureness, number, right
    return best


def _ask_for(number: int, margin: float) -> float:
    """So many of this many guesses must be right."""
    return RIGHT * number + margin * math.sqrt(RIGHT * (1 - RIGHT) * number)
