"""Has asks of others counted that the list had no name for: never so many that they fill anything.

What is remembered are words and numbers: not who asked, not when.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock

from translators.find.asked import note_answer
from translators.find.search import SearchResult

MOST_AN_HOUR = 500
"""Asks that are counted; the others of that hour are answered alone."""
MOST_OF_ONE = 60
"""The same words among them: who says them over and over counts no more."""
_HOUR = 3600.0


class AskCounter:
    """Takes asks as they are answered, from many at once, and hands them on to be kept.

    `keep` is given words and says whether it could: else they wait for the next time. `clock` are
    seconds that only grow.
    """

    def __init__(
        self,
        keep: Callable[[Sequence[str]], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep = keep
        self._clock = clock
        self._hour = clock()
        self._noted: Counter[str] = Counter()
        self._waiting: list[str] = []
        self._noting, self._writing = Lock(), Lock()

    def note(self, ask: str, result: SearchResult) -> bool:
        """Take an ask that was answered so; False where there is nothing to count of it."""
        words = note_answer(ask, result)
        if words is None:
            return False
        with self._noting:
            now = self._clock()
            if now - self._hour >= _HOUR:
                self._hour = now
                self._noted.clear()
            is_much = self._noted.total() >= MOST_AN_HOUR or self._noted[words] >= MOST_OF_ONE
            if is_much or len(self._waiting) >= MOST_AN_HOUR:
                return False
            self._noted[words] += 1
            self._waiting.append(words)
            return True

    def write(self) -> None:
        """Have what waits kept, unless that is under way. What comes meanwhile waits on."""
        if not self._writing.acquire(blocking=False):
            return
        try:
            with self._noting:
                words = self._waiting[:]
            if words and self._keep(words):
                with self._noting:
                    del self._waiting[: len(words)]
        finally:
            self._writing.release()
