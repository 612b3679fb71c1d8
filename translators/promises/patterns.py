"""Compiles RE2 patterns: one alone, or many that are searched in one pass."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import re2

from translators.promises.ascii_patterns import narrow_to_ascii

LARGEST = 64 << 20
"""Bytes that RE2 may take for one pattern; one that grew beyond would be searched slowly."""
_ANY_TEXT = ""
"""A pattern that every text matches."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> "re2._Regexp":
    """One pattern; re2.error where it is none."""
    return re2.compile(pattern, options=_choose_options(LARGEST))


class LatePattern:
    """One pattern, compiled when a text is held against it, and for ASCII by letters of ASCII."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def search(self, text: str) -> "re2._Match | None":
        """The first place where it matches."""
        return self._choose(text).search(text)

    def fullmatch(self, text: str) -> "re2._Match | None":
        """All of a text, where it matches."""
        return self._choose(text).fullmatch(text)

    def finditer(self, text: str) -> "Iterator[re2._Match]":
        """Every place where it matches."""
        yield from self._choose(text).finditer(text)

    @cached_property
    def _of_ascii(self) -> str:
        return narrow_to_ascii(self._pattern)

    def _choose(self, text: str) -> "re2._Regexp":
        return compile_pattern(self._of_ascii if text.isascii() else self._pattern)


class PatternSet:
    """Patterns that a text is held against at once, in one pass however many they are.

    A set of RE2's says nothing both of a text that matches nothing and when it runs out of memory:
    one pattern in it matches every text, and where not even that is found, each is searched alone.
    """

    def __init__(self, patterns: Sequence[str], memory: int = LARGEST) -> None:
        self._patterns = tuple(patterns)
        self._of_ascii = tuple(map(narrow_to_ascii, patterns))
        self._memory = memory
        self._sets: dict[bool, re2.Set] = {}

    def find(self, text: str) -> list[int]:
        """Which of the patterns a text holds, by their place in the list."""
        found = set(self._choose_set(text).Match(text) or ())
        if len(self._patterns) in found:
            return sorted(found)[:-1]
        return [
            at for at, pattern in enumerate(self._patterns) if compile_pattern(pattern).search(text)
        ]

    def _choose_set(self, text: str) -> "re2.Set":
        """One of two, each made when a text needs it: most texts are of ASCII alone."""
        is_narrow = self._of_ascii != self._patterns and text.isascii()
        if is_narrow not in self._sets:
            made = re2.Set.SearchSet(_choose_options(self._memory))
            for pattern in (*(self._of_ascii if is_narrow else self._patterns), _ANY_TEXT):
                made.Add(pattern)
            made.Compile()
            self._sets[is_narrow] = made
        return self._sets[is_narrow]


def _choose_options(memory: int) -> re2.Options:
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    return options
