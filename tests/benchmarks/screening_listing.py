"""Makes a list that a rule can have of what was learnt of parts of words: short, and as right.

A beginning stands in it where it says something else than a shorter one that stands there, an
ending likewise, a whole word where its beginning and its ending together say otherwise, and a
phrase where its words do.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from tests.benchmarks.screening_learning import Learnt
from translators.rules.weights import ANY_NUMBER, SHORTEST, index_weights, split_plain

DIFFERENCE = 0.25
"""What two words must be apart, as they are learnt, to stand beside one another."""
FINE = 1000
"""Weights are compared in whole parts of so many."""
SHARED, MOST_OF_SHARED = "both", 0.55
"""The class of words that customers use as well, and what one such word weighs at most."""
MOST_OF_NUMBERS = 0.16
"""Less than a title must come to: a second part of what customers have says nothing internal."""


def list_words(learnt: Learnt) -> dict[str, float]:
    """Words, `begin*`, `*end` and phrases with what they weigh."""
    begun, ended, whole, phrases = _sort_vocabulary(learnt)
    for kind, text in learnt.parts:
        target = {"begins": begun, "ends": ended, "word": whole}.get(kind)
        if target is not None:
            target.setdefault(text, text)
    beginnings = _keep_telling({each: learnt.weigh_beginning(each) for each in begun}, 1)
    endings = _keep_telling({each: learnt.weigh_ending(each) for each in ended}, -1)
    words = {
        name: weight
        for word, name in sorted(whole.items())
        if _differ(weight := learnt.weigh_whole(word), _sum_ends(word, beginnings, endings))
    }
    listed = {
        **{f"{each}*": weight for each, weight in beginnings.items()},
        **{f"*{each}": weight for each, weight in endings.items()},
        **words,
    }
    index = index_weights(tuple(f"{round(FINE * n)}: {word}" for word, n in listed.items()))
    for name in phrases:
        apart = [*chain.from_iterable(map(index.weigh_word, split_plain(name)))]
        weight = learnt.weigh_listed(name)
        if _differ(weight, sum(each.weight for each in apart) / FINE):
            listed[name] = weight
    return _keep_company(listed, learnt.vocabulary.classes)


def _differ(one: float, other: float) -> bool:
    return abs(one - other) >= DIFFERENCE


def _sort_vocabulary(
    learnt: Learnt,
) -> tuple[dict[str, str], dict[str, str], dict[str, str], list[str]]:
    """What is looked up for each word that was written down, by kind: to its spelling."""
    begun: dict[str, str] = {}
    ended: dict[str, str] = {}
    whole: dict[str, str] = {ANY_NUMBER: ANY_NUMBER}
    phrases = []
    for name in learnt.vocabulary.classes:
        parts = split_plain(name)
        if len(parts) > 1:
            phrases.append(name)
        elif parts:
            kind = begun if name.endswith("*") else ended if name.startswith("*") else whole
            kind[parts[0]] = name
    return begun, ended, whole, phrases


def _keep_telling(weights: Mapping[str, float], side: int) -> dict[str, float]:
    """Those that say something else than the longest shorter one that is kept; side 1 or -1."""
    kept: dict[str, float] = {}
    for part in sorted(weights, key=lambda each: (len(each), each)):
        if _differ(weights[part], _find_longest(part, kept, side)):
            kept[part] = weights[part]
    return kept


def _find_longest(word: str, kept: Mapping[str, float], side: int) -> float:
    for part in _cut(word, side):
        if part in kept:
            return kept[part]
    return 0.0


def _cut(word: str, side: int) -> Iterator[str]:
    """The beginnings of a word (side 1) or its endings (-1), the longest first."""
    for length in range(len(word), SHORTEST - 1, -1):
        yield word[:length] if side > 0 else word[-length:]


def _sum_ends(word: str, beginnings: Mapping[str, float], endings: Mapping[str, float]) -> float:
    if word[0].isdigit():
        return 0.0
    return _find_longest(word, beginnings, 1) + _find_longest(word, endings, -1)


def _keep_company(listed: Mapping[str, float], classes: Mapping[str, str]) -> dict[str, float]:
    """The same, where words that customers use as well weigh little, and a number not enough."""
    most = {ANY_NUMBER: MOST_OF_NUMBERS}
    most |= {word: MOST_OF_SHARED for word, name in classes.items() if name == SHARED}
    return {word: min(weight, most.get(word, weight)) for word, weight in listed.items()}
