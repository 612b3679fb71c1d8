"""Weighs the words of a text: each has a weight, and what they add up to says what it reads like."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from translators.words import BARRIER, space_words

SHORTEST = 3
"""So many letters begin or end a word at least."""
Weight = tuple[str, int]
"""A word as the rule writes it, and what it weighs."""


class WeighedWords(Struct, frozen=True):
    """Words with weights, by what they are looked up by."""

    words: Mapping[str, Weight]
    beginnings: Mapping[str, Weight]
    endings: Mapping[str, Weight]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Weight], ...]]

    def find_weights(self, text: str) -> Iterator[Weight]:
        """What counts of a text, in its order. The longest phrase goes before its words.

        A word counts as itself where it is listed, else by how it begins and by how it ends.
        """
        words = split_plain(text)
        at = 0
        while at < len(words):
            for phrase, weight in self.phrases.get(words[at], ()):
                if tuple(words[at : at + len(phrase)]) == phrase:
                    yield weight
                    at += len(phrase)
                    break
            else:
                yield from self._weigh_word(words[at])
                at += 1

    def _weigh_word(self, word: str) -> Iterator[Weight]:
        if weight := self.words.get(word):
            yield weight
            return
        length = len(word)
        begun = 0
        for begun in range(length, SHORTEST - 1, -1):
            if weight := self.beginnings.get(word[:begun]):
                yield weight
                break
        else:
            begun = 0
        for start in range(begun, length - SHORTEST + 1):
            if weight := self.endings.get(word[start:]):
                yield weight
                break


def split_plain(text: str) -> list[str]:
    """The words of a text in their order, folded, without accents; a BARRIER ends a phrase."""
    return _drop_accents(space_words(text).partition("\n")[0]).split()


def index_weights(weights: Iterable[Weight]) -> WeighedWords:
    """Words made ready to be looked up: `begin*` begins a word, `*end` ends one."""
    words: dict[str, Weight] = {}
    beginnings: dict[str, Weight] = {}
    endings: dict[str, Weight] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Weight]]] = defaultdict(list)
    for weight in weights:
        text = weight[0]
        parts = split_plain(text)
        if len(parts) > 1:
            phrases[parts[0]].append((tuple(parts), weight))
        elif parts and text.endswith("*"):
            beginnings[parts[0]] = weight
        elif parts and text.startswith("*"):
            endings[parts[0]] = weight
        elif parts:
            words[parts[0]] = weight
    longest = {
        first: tuple(sorted(several, key=lambda each: -len(each[0])))
        for first, several in phrases.items()
    }
    return WeighedWords(words, beginnings, endings, longest)


def _drop_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
