"""Parts of a text, and whether one covers or touches another, told without going through all."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Spans:
    """Parts of a text, each from where it starts to where it ends."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reached = list(accumulate((end for _, end in ordered), max))

    def cover(self, start: int, end: int) -> bool:
        """Whether one of them holds all of a part."""
        before = bisect_right(self._starts, start)
        return before > 0 and self._reached[before - 1] >= end

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them holds a character of a part."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reached[before - 1] > start
