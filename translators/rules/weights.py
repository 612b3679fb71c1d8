"""Weighs the words of a text: what they add up to says what it reads like.

No word decides alone: each has a weight, and the weights of the words that a text has are added.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from unicodedata import combining, normalize

from msgspec import Struct

from translators.weight_lines import split_weights
from translators.words import UNSPACED, fold_text, space_words

BAR = 10
"""What the words of a text must come to."""
FIRST_MARK = "\u0300"
"""No letter before it is an accent that stands by itself."""
SHORTEST = 2
"""So many letters begin or end a word at least: two are a whole word in Japanese."""
ANY_NUMBER = "0"
"""Stands for whatever begins with a digit and is not listed itself."""


class Weight(Struct, frozen=True, gc=False):
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
        What begins with a digit counts as itself, else as any number.
        """
        found: dict[Weight, None] = {}
        for unit in self.split_units(text):
            found.update(dict.fromkeys(self.weigh_word(unit) if isinstance(unit, str) else (unit,)))
        return tuple(found)

    def split_units(self, text: str) -> Iterator[Weight | str]:
        """The phrases that are listed, as their weights, and all other words, in their order."""
        words, at = split_plain(text), 0
        while at < len(words):
            phrase = self._find_phrase(words, at)
            if phrase:
                yield phrase[2]
                at += len(phrase[0])
            else:
                yield words[at]
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
        elif word[0].isdigit():
            if weight := self.words.get(ANY_NUMBER):
                yield weight
        else:
            if weight := self.find_beginning(word):
                yield weight
            if weight := self.find_ending(word):
                yield weight

    def find_beginning(self, word: str) -> Weight | None:
        """The longest listed beginning of a word."""
        for cut in range(min(len(word), self.longest), SHORTEST - 1, -1):
            if weight := self.beginnings.get(word[:cut]):
                return weight
        return None

    def find_ending(self, word: str) -> Weight | None:
        """The longest listed ending of a word; it may overlap the beginning."""
        for cut in range(max(0, len(word) - self.longest), len(word) - SHORTEST + 1):
            if weight := self.endings.get(word[cut:]):
                return weight
        return None


class _BareLetters(dict[int, str]):
    """Letters folded and without accents, each found out when it is first met.

    Below FIRST_MARK no letter changes for what stands beside it.
    """

    def __missing__(self, number: int) -> str:
        self[number] = bare = _drop_accents(fold_text(chr(number)))
        return bare


_BARE = _BareLetters()


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
            bare, kind = word, words
            if word.endswith("*"):
                bare, kind = word[:-1], beginnings
            elif word.startswith("*"):
                bare, kind = word[1:], endings
            if bare.isascii() and bare.isalpha() and bare.islower():  # as most are
                kind[bare] = weight
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
    """The words of a listed word or phrase; most are one plain word, which costs nothing to see."""
    bare = word.strip("*")
    if not bare.replace(" ", "").isalpha():
        return split_plain(word)
    if bare.isascii():
        return bare.lower().split()
    if max(bare) < FIRST_MARK:
        return bare.translate(_BARE).split()
    return split_plain(word) if UNSPACED.search(bare) else _drop_accents(fold_text(bare)).split()


def _sort_phrases(
    phrases: Mapping[str, Mapping[tuple[tuple[str, ...], bool], Weight]],
) -> Iterator[tuple[str, tuple[Phrase, ...]]]:
    """The longest first, a whole one before one that is only begun."""
    for first, several in phrases.items():
        listed = [(*key, weight) for key, weight in several.items()]
        if len(listed) > 1:
            listed.sort(key=lambda each: (-len(each[0]), each[1]))
        yield first, tuple(listed)


def _drop_accents(text: str) -> str:
    parted = normalize("NFD", text)
    return "".join(letter for letter in parted if letter < FIRST_MARK or not combining(letter))
