"""Proposes level edges from a real portfolio, and shows what they would do; it changes nothing.

Levels should part a portfolio into about five equal groups, and each should mean about three times
the work of the one below. So of all edges of round numbers the one is proposed that comes nearest
to the portfolio's own fifths.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

from msgspec import Struct

from models.effort import MICRO, Level, Rating
from translators.effort.rating import level_of

FEWEST = 10
"""Fewer rated capabilities than this say nothing of how a portfolio is spread."""
FIRST_EDGES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
STEPS = (2.5, 3.0, 3.5, 4.0)
"""Narrower levels would let a reader work out the effort behind them; see the README."""

Edges = tuple[int, int, int, int]


class Regrading(Struct, frozen=True, kw_only=True):
    """What other edges would do to one capability; `effort` is in micro-person-weeks."""

    capability_id: str
    effort: int
    before: Level
    after: Level


class EdgesProposal(Struct, frozen=True, kw_only=True):
    """The edges in force and those proposed (None: too few capabilities are rated), by effort.

    `counts` says how many capabilities each level would have, before and after.
    """

    edges: Edges
    proposed: Edges | None
    regradings: tuple[Regrading, ...]
    counts: dict[Level, tuple[int, int]]


def propose_edges(ratings: Mapping[str, Rating], edges: Edges) -> EdgesProposal:
    """Edges for the rated capabilities among `ratings`, and their levels by bare edges."""
    rated = {key: found for key, found in ratings.items() if found.level is not Level.NOT_RATED}
    efforts = sorted(found.effort for found in rated.values())
    proposed = _nearest_edges(efforts) if len(efforts) >= FEWEST else None
    regradings = tuple(
        Regrading(
            capability_id=key,
            effort=found.effort,
            before=level_of(found.effort, edges),
            after=level_of(found.effort, proposed or edges),
        )
        for key, found in sorted(rated.items(), key=lambda pair: (-pair[1].effort, pair[0]))
    )
    return EdgesProposal(
        edges=edges, proposed=proposed, regradings=regradings, counts=_count_levels(regradings)
    )


def _count_levels(regradings: Iterable[Regrading]) -> dict[Level, tuple[int, int]]:
    found = tuple(regradings)
    before, after = (
        Counter(levels) for levels in ([r.before for r in found], [r.after for r in found])
    )
    return {level: (before[level], after[level]) for level in list(Level)[:-1]}


def _nearest_edges(efforts: Sequence[int]) -> Edges:
    """The edges of round numbers that lie nearest, in ratio, to the efforts' fifths."""
    fifths = [max(efforts[len(efforts) * part // 5], 1) / MICRO for part in (1, 2, 3, 4)]

    def distance(type_levels: Edges) -> float:
        return sum(abs(log(edge / fifth)) for edge, fifth in zip(type_levels, fifths, strict=True))

    return min(_round_edges(), key=distance)


def _round_edges() -> Iterable[Edges]:
    for first in FIRST_EDGES:
        for step in STEPS:
            second, third, fourth = (_round_nicely(first * step**power) for power in (1, 2, 3))
            if first < second < third < fourth:
                yield (first, second, third, fourth)


def _round_nicely(value: float) -> int:
    """To two digits, the second of them even or a five: numbers that people can keep in mind."""
    if value < 10:
        return round(value)
    magnitude = 10 ** (len(str(int(value))) - 1)
    return min(
        (int(tenths * magnitude) for tenths in _ROUND), key=lambda found: abs(log(found / value))
    )


_ROUND = (1, 1.2, 1.5, 1.8, 2, 2.4, 3, 3.6, 4, 5, 6, 7, 8, 9, 10)
