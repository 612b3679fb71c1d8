"""Learns from judged titles what whole words, beginnings and endings of words weigh.

A linear support vector machine over parts of words, trained by dual coordinate descent: the same
for the same titles, without any library. A word is the sum of how it begins, how it ends, what it
is as a whole, and the class that it has in a vocabulary; so a word that no title has weighs what
its parts and its class do.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from tests.benchmarks.screening import JudgedTitle
from translators.rules.weights import ANY_NUMBER, WeighedWords
from translators.words import UNSPACED

Part = tuple[str, str]
"""What counts of a title: `(kind, text)`, with a kind of PART_VALUES."""
PART_VALUES = {"word": 1.0, "begins": 0.6, "ends": 0.6, "listed": 1.0, "class": 3.0}
"""How readily a part takes weight: a class, which thousands of words share, before one word."""
BEGUN, ENDED, UNSPACED_LENGTHS = range(4, 9), range(3, 8), range(2, 5)
"""So many letters of a word begin or end it; fewer where one sign says more."""
FEWEST_TITLES = 2
"""A part that fewer titles have is left to its shorter parts."""
OFFSET = -0.6
"""What a title comes to of which nothing is known: rather sellable than not."""
COST, EPOCHS = 0.3, 12


class Vocabulary(NamedTuple):
    """Words that were written down, with their classes, and made ready to be looked up."""

    classes: Mapping[str, str]
    lookup: WeighedWords
    small: Set[str]


def begin_word(word: str) -> Iterator[str]:
    """The beginnings of a word that are learnt, the shortest first."""
    lengths = UNSPACED_LENGTHS if UNSPACED.match(word) else BEGUN
    return (word[:length] for length in lengths if length <= len(word))


def end_word(word: str) -> Iterator[str]:
    """The endings of a word that are learnt, the shortest first."""
    lengths = UNSPACED_LENGTHS if UNSPACED.match(word) else ENDED
    return (word[-length:] for length in lengths if length <= len(word))


def split_word(word: str, vocabulary: Vocabulary) -> Iterator[Part]:
    """The parts of one word."""
    listed = [each.word for each in vocabulary.lookup.weigh_word(word)]
    for name in listed:
        yield "listed", name
        yield "class", vocabulary.classes[name]
    if word[0].isdigit():
        yield "word", word if listed else ANY_NUMBER
    elif word.isalnum() and word not in vocabulary.small:
        yield "word", word
        yield from (("begins", each) for each in begin_word(word))
        yield from (("ends", each) for each in end_word(word))


def split_title(text: str, vocabulary: Vocabulary) -> list[Part]:
    """The parts of a title, each once; a phrase of the vocabulary before its words."""
    parts: dict[Part, None] = {}
    for unit in vocabulary.lookup.split_units(text):
        if isinstance(unit, str):
            parts.update(dict.fromkeys(split_word(unit, vocabulary)))
        else:
            parts["listed", unit.word] = parts["class", vocabulary.classes[unit.word]] = None
    return list(parts)


def drop_rare(titles: Iterable[Sequence[Part]]) -> list[list[Part]]:
    """The parts that several titles have, and all that are listed."""
    titles = list(titles)
    counts = Counter(part for parts in titles for part in parts)
    return [
        [part for part in parts if counts[part] >= FEWEST_TITLES or part[0] in ("listed", "class")]
        for parts in titles
    ]


def learn_parts(titles: Sequence[Sequence[Part]], internal: Sequence[bool]) -> dict[Part, float]:
    """What each part weighs: above zero speaks for internal.

    Minimises half the squared weights plus COST times the squared hinge loss (Hsieh et al. 2008,
    "A dual coordinate descent method for large-scale linear SVM").
    """
    numbers: dict[Part, int] = defaultdict(lambda: len(numbers))
    examples = [
        (
            1.0 if is_internal else -1.0,
            [(numbers[part], PART_VALUES[part[0]]) for part in parts],
            sum(PART_VALUES[part[0]] ** 2 for part in parts) + 0.5 / COST,
        )
        for parts, is_internal in zip(titles, internal, strict=True)
    ]
    weights = [0.0] * len(numbers)
    alphas = [0.0] * len(examples)
    order = list(range(len(examples)))
    shuffled = random.Random(1)
    for _ in range(EPOCHS):
        shuffled.shuffle(order)
        for at in order:
            sign, parts, norm = examples[at]
            total = OFFSET
            for number, value in parts:
                total += weights[number] * value
            alpha = alphas[at]
            new = max(0.0, alpha - (sign * total - 1 + 0.5 / COST * alpha) / norm)
            if new != alpha:
                alphas[at] = new
                step = (new - alpha) * sign
                for number, value in parts:
                    weights[number] += step * value
    return {part: weights[number] * PART_VALUES[part[0]] for part, number in numbers.items()}


class Learnt(NamedTuple):
    """What the parts weigh; sums them up to whole words, beginnings and endings."""

    parts: Mapping[Part, float]
    vocabulary: Vocabulary

    def weigh_listed(self, name: str) -> float:
        """A word of the vocabulary: itself and its class."""
        name_class = self.vocabulary.classes[name]
        return self.parts.get(("listed", name), 0.0) + self.parts.get(("class", name_class), 0.0)

    def weigh_whole(self, word: str) -> float:
        """A whole word."""
        return sum(self.parts.get(part, 0.0) for part in split_word(word, self.vocabulary))

    def weigh_beginning(self, begun: str) -> float:
        """All words that begin so, whatever follows."""
        total = sum(self.parts.get(("begins", each), 0.0) for each in begin_word(begun))
        listed = self.vocabulary.lookup.find_beginning(begun)
        return total + (self.weigh_listed(listed.word) if listed else 0.0)

    def weigh_ending(self, ending: str) -> float:
        """All words that end so, whatever goes before."""
        total = sum(self.parts.get(("ends", each), 0.0) for each in end_word(ending))
        listed = self.vocabulary.lookup.find_ending(ending)
        return total + (self.weigh_listed(listed.word) if listed else 0.0)


def learn_titles(titles: Sequence[JudgedTitle], vocabulary: Vocabulary) -> Learnt:
    """What titles teach of the parts of their words, and of the classes of the vocabulary."""
    parts = drop_rare(split_title(title.text, vocabulary) for title in titles)
    return Learnt(learn_parts(parts, [not title.is_sellable for title in titles]), vocabulary)
