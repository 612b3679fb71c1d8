"""Which names may be in an ask, told by their words alone: few of them are ever read with care."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

from translators.find.inflection import (
    find_irregular,
    is_same_word,
    is_slip_of_form,
    list_deletions,
)
from translators.find.letters import plain_words
from translators.find.small_words import JOINING

START = 2
"""Letters at the beginning of a word that all its forms have."""
COMPOUND_LINKS = ("", "s", "n", "en", "es", "e")
"""What joins the parts of a compound."""
REMEMBERED = 1_000
"""Words of asks."""


class NameIndex:
    """The words of names."""

    def __init__(self, names: Sequence[str]) -> None:
        self._words = [plain_words(name) for name in names]
        self._all = frozenset(word for words in self._words for word in words)
        self._having: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self._words):
            telling = [word for word in words if word not in JOINING]
            for word in telling or words:
                self._having[word].append(number)
        # Remembered, since most asks begin and end with the same few words.
        self._match = lru_cache(REMEMBERED)(self._find_matching)
        self._part = lru_cache(REMEMBERED)(self._find_parts)

    def find_names(
        self, alone: Iterable[str], together: Iterable[str], languages: frozenset[str]
    ) -> list[int]:
        """The numbers of the names that may be met: a few too many, never too few.

        `alone`: the words of an ask; `together`: two or three of them as one.
        """
        met: set[str] = set()
        for word in alone:
            met |= self._match(word, languages) | self._part(word, languages)
        for word in together:
            met |= self._match(word, languages)
        there = {number for word in met for number in self._having.get(word, ())}
        met |= JOINING
        return sorted(number for number in there if met.issuperset(self._words[number]))

    def _find_matching(self, word: str, languages: frozenset[str]) -> frozenset[str]:
        """The words of names that a word may be."""
        others = {word, f"{word}s", word.removesuffix("s"), *find_irregular(word)}
        found = {other for other in others if other in self._all}
        found |= self._find_forms(word, languages)
        if word.isalpha():
            near = {
                other
                for form in (word, f"{word}s")
                for rest in list_deletions(form)
                for other in self._by_deletion.get(rest, ())
            }
            found |= {other for other in near if is_slip_of_form(word, other)}
        return frozenset(found)

    def _find_forms(self, word: str, languages: frozenset[str]) -> set[str]:
        starting = self._by_start.get(word[:START], ())
        return {other for other in starting if is_same_word(word, other, languages)}

    def _find_parts(self, word: str, languages: frozenset[str]) -> frozenset[str]:
        """The words of names that a compound may be made of: two, bent at the end, or three."""
        found: set[str] = set()
        for first, rest in self._split(word, COMPOUND_LINKS):
            if lasts := self._find_forms(rest, languages):
                found |= {first, *lasts}
            for middle, last in self._split(rest, ("",)):
                if last in self._all:
                    found |= {first, middle, last}
        return frozenset(found)

    def _split(self, word: str, links: Iterable[str]) -> Iterator[tuple[str, str]]:
        """A word of a name that a word begins with, a link passed over, and the rest."""
        for at in range(1, len(word)):
            for link in links:
                first = word[:at].removesuffix(link)
                if first in self._all and f"{first}{link}" == word[:at]:
                    yield first, word[at:]

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._all:
            found[word[:START]].append(word)
        return dict(found)

    @cached_property
    def _by_deletion(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._all:
            if word.isalpha():
                for rest in list_deletions(word):
                    found[rest].append(word)
        return dict(found)
