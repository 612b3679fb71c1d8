"""Weighs the words of each sentence: what they add up to says whether a person should look at it.

No word promises anything alone, as a phrase does. What counts of a sentence, each once: its words,
pairs of neighbours, how words begin (five letters) and how they end (three and four).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from models.promises import PromiseClass
from translators.promises.readings import Form
from translators.promises.spans import Spans
from translators.weight_lines import split_weights

BAR = 30
"""What the words of a sentence must come to."""
SHORT, EACH_FURTHER = 6, 2
"""Of a sentence of more words, each further one takes so much away: long ones say much by chance.
"""
MOST_WORDS = 40
"""Longer sentences are weighed by parts: headings and lists of documents end with no dot."""
BEGINNING, ENDINGS = 5, (3, 4)
"""So many letters begin a word that has more, and end one that has two more."""
FIRST, LAST = "^", "$"
"""Stand in pairs for where a sentence begins and ends."""
FIGURES = "0"
"""Stands for any number."""
Token = tuple[str, str, str, tuple[int, int]]
"""A word, what stands before it and, of a sentence's last one, behind it; its place in the form."""
_TOKEN = re.compile(r"[^\W_]+|[.:!?;]+(?=\s|$)")
_SIGNS, _COLON = ".:!?;", ":"
_KEPT_WORDS = 20_000


class Hint(Struct, frozen=True):
    """Words that tell: the number of the class they most speak of, and their place in the text.

    `sentence` is the place of the whole of it.
    """

    number: int
    span: tuple[int, int]
    sentence: tuple[int, int]


class HintFinder:
    """Finds hints by the words of those classes that weigh any."""

    def __init__(self, classes: Sequence[PromiseClass]) -> None:
        self._classes = classes
        self._parts: dict[str, tuple[str, ...]] = {}
        """What weighs of each word that was met."""

    def find_hints(self, words: Form, spared: Spans | None = None) -> Iterator[Hint]:
        """A hint for each sentence that comes to the bar; what is spared counts nothing."""
        if not self._classes:
            return
        if len(self._parts) > _KEPT_WORDS:
            self._parts.clear()
        for sentence in split_sentences(words.text):
            left = sentence
            if spared:
                left = [token for token in sentence if not spared.touch(*words.locate(*token[-1]))]
            if left and (hint := self._weigh_sentence(left, words)):
                yield hint

    @cached_property
    def _weights(self) -> dict[str, tuple[int, int]]:
        """What each feature weighs, and the number of its class; of two, the later class counts."""
        return {
            word: (weight, number)
            for number, rule in enumerate(self._classes)
            for weight, listed in map(split_weights, rule.weighs)
            for word in listed
        }

    def _weigh_sentence(self, sentence: list[Token], words: Form) -> Hint | None:
        weights = self._weights
        seen: dict[str, int] = {}
        """Each feature with the place of the word for which it counts."""
        for at, (word, before, behind, _) in enumerate(sentence):
            for feature in self._parts.get(word) or self._keep_parts(word):
                seen.setdefault(feature, at)
            if (pair := f"{before} {word}") in weights:
                seen.setdefault(pair, at)
            if behind and (pair := f"{word} {behind}") in weights:
                seen.setdefault(pair, at)
        total = sum(weights[feature][0] for feature in seen)
        if total - count_surplus(len(sentence)) < BAR:
            return None
        return self._tell_hint(sentence, words, seen)

    def _keep_parts(self, word: str) -> tuple[str, ...]:
        self._parts[word] = tuple(filter(self._weights.__contains__, list_parts(word)))
        return self._parts[word]

    def _tell_hint(self, sentence: list[Token], words: Form, seen: Mapping[str, int]) -> Hint:
        shares = [0] * len(sentence)
        by_class = [0] * len(self._classes)
        for feature, at in seen.items():
            weight, number = self._weights[feature]
            shares[at] += weight
            by_class[number] += max(weight, 0)
        first, last = find_heaviest_run(shares)
        return Hint(
            by_class.index(max(by_class)),
            words.locate(sentence[first][-1][0], sentence[last][-1][1]),
            words.locate(sentence[0][-1][0], sentence[-1][-1][1]),
        )


def split_sentences(text: str) -> Iterator[list[Token]]:
    """The sentences of a text that is read as words. Behind a colon only pairs begin anew."""
    tokens: list[Token] = []
    before, word, place = FIRST, "", (0, 0)
    for match in _TOKEN.finditer(text):
        found = match.group()
        sign = found[0] if found[0] in _SIGNS else ""
        if word:
            tokens.append((word, before, sign, place))
        if sign:
            before, word = FIRST, ""
        else:
            before = word or before
            word, place = FIGURES if found.isdigit() else found, match.span()
        if tokens and (len(tokens) == MOST_WORDS or (sign and sign != _COLON)):
            yield tokens
            tokens = []
    if word:
        tokens.append((word, before, LAST, place))
    if tokens:
        yield tokens


def list_features(token: Token) -> Iterator[str]:
    """What counts of a word where it stands."""
    word, before, behind, _ = token
    yield from list_parts(word)
    yield f"{before} {word}"
    if behind:
        yield f"{word} {behind}"


def list_parts(word: str) -> Iterator[str]:
    """What counts of a word wherever it stands."""
    yield word
    if len(word) > BEGINNING:
        yield f"{word[:BEGINNING]}*"
    for letters in ENDINGS:
        if len(word) > letters + 1:
            yield f"*{word[-letters:]}"


def count_surplus(words: int) -> int:
    """What is taken from the sum of a sentence of so many words."""
    return EACH_FURTHER * max(0, words - SHORT)


def find_heaviest_run(shares: Sequence[int]) -> tuple[int, int]:
    """The first and the last of the neighbours that add up to most."""
    best, found = 0, (0, 0)
    total, start = 0, 0
    for at, share in enumerate(shares):
        if total <= 0:
            total, start = 0, at
        total += share
        if total > best:
            best, found = total, (start, at)
    return found
