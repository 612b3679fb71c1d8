"""Learns what words weigh in the shipped rule `looks-internal`, and writes it into the rule.

    python -m tests.benchmarks.screening_weights [--show]

Words come from screening/vocabulary.txt, where they stand by what they say of a title, and from
the titles that are learnt from: all but those of screening/aside/. A word weighs what its class
does and what its own titles add to that, by logistic regression; where no title has it, what its
class does. `--show` writes nothing and prints the weights of the classes.
"""

import argparse
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sync.rulebook.files import SHIPPED_FOLDER
from tests.benchmarks.screening import TITLES, JudgedTitle, read_sets, read_titles
from translators.rules.weights import BAR, WeighedWords, index_weights, split_plain

CONFIG = SHIPPED_FOLDER / "screening.yaml"
BEGINS, ENDS = "        - summary weighs:\n", "    unless:\n"
INDENT, WIDTH = " " * 14, 100
STEP = 2
"""Weights are whole multiples of it: fewer lines to read, and no less right."""
FEWEST_TITLES = 2
"""A word that no list has is learnt from so many titles at least."""
SMALL_WORDS = frozenset(
    (TITLES / "small_words.txt").read_text(encoding="utf-8").split("\n\n", 1)[1].split()
)
EPOCHS, PENALTY, CLASS_PENALTY = 40, 0.5, 0.002
NEVER_ALONE = "both"
"""The class of words that customers use as well: one such word alone is never enough."""
Vocabulary = Mapping[str, str]
"""Words with their classes; "" of those that titles alone know."""


class Learnt(NamedTuple):
    """What was learnt: of each class, of each word beside its class, and of no word at all."""

    classes: Mapping[str, float]
    words: Mapping[str, float]
    bias: float


def read_vocabulary() -> dict[str, str]:
    """The words that were written down, each with its class; the first class of a word counts."""
    classes: dict[str, str] = {}
    name = ""
    for line in (TITLES / "vocabulary.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif not line.startswith("#"):
            for word in filter(None, map(str.strip, line.split(","))):
                classes.setdefault(word, name)
    return classes


def read_learning_titles() -> list[JudgedTitle]:
    """All titles that are learnt from: all that were looked at, whatever for."""
    return [*read_titles(), *read_sets("learning"), *read_sets("looked_at")]


def index_evenly(words: Iterable[str]) -> WeighedWords:
    """Words to look up, whatever they weigh."""
    return index_weights((f"1: {', '.join(words)}",))


def add_words_of_titles(titles: Sequence[JudgedTitle], listed: Vocabulary) -> Vocabulary:
    """The vocabulary with what stands in several titles and is found by nothing that is listed."""
    index = index_evenly(listed)
    counts = Counter(word for title in titles for word in set(split_plain(title.text)))
    new = {
        word: ""
        for word, count in sorted(counts.items())
        if count >= FEWEST_TITLES
        and len(word) > 2
        and word.isalpha()
        and word not in SMALL_WORDS
        and not any(index.weigh_word(word))
    }
    return {**new, **listed}


def learn_weights(titles: Sequence[JudgedTitle], vocabulary: Vocabulary) -> Learnt:
    """Logistic regression by stochastic gradient descent; the same for the same titles."""
    index = index_evenly(vocabulary)
    examples = [
        ([each.word for each in index.find_weights(title.text)], float(not title.is_sellable))
        for title in titles
    ]
    seen = Counter(word for words, _ in examples for word in words)
    seen_classes = Counter(vocabulary[word] for words, _ in examples for word in words)
    words: dict[str, float] = defaultdict(float)
    classes: dict[str, float] = defaultdict(float)
    bias = 0.0
    shuffled = random.Random(1)
    for epoch in range(EPOCHS):
        rate = 0.3 / (1 + 0.1 * epoch)
        shuffled.shuffle(examples)
        for found, is_internal in examples:
            total = bias + sum(words[word] + classes[vocabulary[word]] for word in found)
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - is_internal
            bias -= rate * 0.1 * error
            for word in found:
                words[word] -= rate * (0.5 * error + PENALTY * words[word] / seen[word])
                name = vocabulary[word]
                if name:
                    decay = CLASS_PENALTY * classes[name] / seen_classes[name]
                    classes[name] -= rate * (0.02 * error + decay)
    return Learnt(classes, words, bias)


def scale_weights(learnt: Learnt, vocabulary: Vocabulary) -> dict[str, int]:
    """Whole weights, of which BAR means that a title is more likely internal than not."""
    scale = find_scale(learnt)
    weights = {}
    for word, name in vocabulary.items():
        weight = scale * (learnt.words.get(word, 0.0) + learnt.classes.get(name, 0.0))
        most = BAR - STEP if name == NEVER_ALONE else weight
        weights[word] = STEP * round(min(weight, most) / STEP)
    return weights


def find_scale(learnt: Learnt) -> float:
    """What a unit of the regression comes to in the rule."""
    return BAR / -learnt.bias


def drop_idle(weights: Mapping[str, int]) -> dict[str, int]:
    """The weights without words that count the same, or nothing, without standing there."""
    parts = {word: n for word, n in weights.items() if "*" in word or " " in word}
    index = index_weights(tuple(f"{n}: {word}" for word, n in parts.items()))
    kept = {}
    for word, weight in weights.items():
        folded = split_plain(word)
        is_single = "*" not in word and len(folded) == 1
        other = sum(each.weight for each in index.weigh_word(folded[0])) if is_single else 0
        if weight != other:
            kept[word] = weight
    return kept


def write_lines(weights: Mapping[str, int]) -> Iterator[str]:
    """The weights as the rule book has them, the heaviest first."""
    by_weight: dict[int, list[str]] = defaultdict(list)
    for word, weight in weights.items():
        by_weight[weight].append(word)
    for weight, words in sorted(by_weight.items(), reverse=True):
        yield f"            {weight}: |"
        yield from pack_words(sorted(words))


def pack_words(words: Iterable[str]) -> Iterator[str]:
    """Lines of words, none of which goes over to the next line."""
    line = INDENT
    for word in words:
        if len(line) + len(word) + 2 > WIDTH:
            yield line.rstrip()
            line = INDENT
        line += f"{word}, "
    yield line.rstrip(", ")


def write_rule(text: str, weights: Mapping[str, int]) -> str:
    """The text of screening.yaml with these weights."""
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    return "".join([before, begins, *(f"{line}\n" for line in write_lines(weights)), ends, after])


def learn_rule() -> tuple[Learnt, dict[str, int]]:
    """What all titles teach: the classes, and the words that are shipped with their weights."""
    titles = read_learning_titles()
    vocabulary = add_words_of_titles(titles, read_vocabulary())
    learnt = learn_weights(titles, vocabulary)
    return learnt, drop_idle(scale_weights(learnt, vocabulary))


def main() -> None:
    """Learn, and write or show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="write nothing")
    is_shown = parser.parse_args().show
    learnt, weights = learn_rule()
    for name, weight in sorted(learnt.classes.items(), key=lambda each: -each[1]):
        print(f"{name:<14}{find_scale(learnt) * weight:+6.1f}")
    print(f"{len(weights)} words")
    if not is_shown:
        text = CONFIG.read_text(encoding="utf-8")
        CONFIG.write_text(write_rule(text, weights), encoding="utf-8")


if __name__ == "__main__":
    main()
