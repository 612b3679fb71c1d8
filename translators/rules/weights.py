"""Weighs the words of a text: what they add up to says what it reads like.

No word decides alone: each has a weight, and the weights of the words that a text has are added.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from translators.weight_lines import split_weights
from translators.words import space_words

BAR = 10
"""What the words of a text must come to."""
SHORTEST = 3
"""So many letters begin or end a word at least."""


class Weight(Struct, frozen=True):
    """A word as the rule writes it, and what it weighs."""

    word: str
    weight: int


Phrase = tuple[tuple[str, ...], bool, Weight]
"""Its words, whether the last of them is only begun, and what it weighs."""


class WeighedWords(Struct, frozen=True):
    """Words with weights, by what they are looked up by: a phrase by its first word.

    `longest` is the length of the longest beginning or ending.
    """

    words: Mapping[str, Weight]
    beginnings: Mapping[str, Weight]
    endings: Mapping[str, Weight]
    phrases: Mapping[str, tuple[Phrase, ...]]
    longest: int

    def find_weights(self, text: str) -> tuple[Weight, ...]:
        """What counts of a text, each once, in its order; the longest phrase before its words.

        A word counts as itself where it is listed, else by how it begins and by how it ends.
        """
        return tuple(dict.fromkeys(self._weigh_words(split_plain(text))))

    def _weigh_words(self, words: list[str]) -> Iterator[Weight]:
        at = 0
        while at < len(words):
            phrase = self._find_phrase(words, at)
            if phrase:
                yield phrase[2]
                at += len(phrase[0])
            else:
                yield from self.weigh_word(words[at])
                at += 1

    def _find_phrase(self, words: list[str], at: int) -> Phrase | None:
        for phrase in self.phrases.get(words[at], ()):
            parts, is_begun, _ = phrase
            found = words[at : at + len(parts)]
            if is_begun and len(found) == len(parts) and found[-1].startswith(parts[-1]):
                found[-1] = parts[-1]
            if tuple(found) == parts:
                return phrase
        return None

    def weigh_word(self, word: str) -> Iterator[Weight]:
        """What one word counts."""
        if weight := self.words.get(word):
            yield weight
            return
        length, begun = len(word), 0
        for cut in range(min(length, self.longest), SHORTEST - 1, -1):
            if weight := self.beginnings.get(word[:cut]):
                begun = cut
                yield weight
                break
        for cut in range(max(begun, length - self.longest), length - SHORTEST + 1):
            if weight := self.endings.get(word[cut:]):
                yield weight
                break


def split_plain(text: str) -> list[str]:
    """The words of a text in their order, folded, without accents, and BARRIERs between phrases."""
    spaced = space_words(text).partition("\n")[0]
    return (spaced if spaced.isascii() else _drop_accents(spaced)).split()


@lru_cache(16)
def index_weights(lines: tuple[str, ...]) -> WeighedWords:
    """Words made ready to be looked up. What is said later goes before what was said before.

    `begin*` begins a word, `*end` ends one.
    """
    words: dict[str, Weight] = {}
    beginnings: dict[str, Weight] = {}
    endings: dict[str, Weight] = {}
    phrases: dict[str, dict[tuple[tuple[str, ...], bool], Weight]] = defaultdict(dict)
    for line in lines:
        number, listed = split_weights(line)
        for word in listed:
            weight = Weight(word, number)
            if word.isascii() and word.isalpha() and word.islower():
                words[word] = weight
                continue
            parts, is_begun = _split_listed(word), word.endswith("*")
            if len(parts) > 1:
                phrases[parts[0]][tuple(parts), is_begun] = weight
            elif parts:
                kind = beginnings if is_begun else endings if word.startswith("*") else words
                kind[parts[0]] = weight
    longest = max(map(len, [*beginnings, *endings]), default=0)
    return WeighedWords(words, beginnings, endings, dict(_sort_phrases(phrases)), longest)


def _split_listed(word: str) -> list[str]:
    """The words of one as a rule lists it; most are plain already, and need not be folded."""
    bare = word.strip("*")
    is_plain = bare.isascii() and bare.islower() and bare.replace(" ", "").isalpha()
    return bare.split() if is_plain else split_plain(word)


def _sort_phrases(
    phrases: Mapping[str, Mapping[tuple[tuple[str, ...], bool], Weight]],
) -> Iterator[tuple[str, tuple[Phrase, ...]]]:
    """The longest first, a whole one before one that is only begun."""
    for first, several in phrases.items():
        listed = [(parts, is_begun, weight) for (parts, is_begun), weight in several.items()]
        yield first, tuple(sorted(listed, key=lambda each: (-len(each[0]), each[1])))


def _drop_accents(text: str) -> str:
    parted = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in parted if not unicodedata.combining(letter))
