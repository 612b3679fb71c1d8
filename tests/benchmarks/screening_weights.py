"""Learns what words weigh in the shipped rule `looks-internal`, and writes it into the rule.

    python -m tests.benchmarks.screening_weights [--show]

Words come from screening/vocabulary.txt, where they stand by what they say of a title, and from
the titles that are learnt from: all but those of screening/aside/ and screening/blind/. `--show`
writes nothing and prints what the classes weigh, and how many words the rule would have.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from sync.rulebook.files import SHIPPED_FOLDER
from tests.benchmarks.screening import TITLES, JudgedTitle, read_sets, read_titles
from tests.benchmarks.screening_learning import (
    Learnt,
    Vocabulary,
    begin_word,
    end_word,
    learn_titles,
)
from tests.benchmarks.screening_listing import list_words
from translators.rules.weights import BAR, index_weights, split_plain
from translators.words import fold_text

CONFIG = SHIPPED_FOLDER / "screening.yaml"
BEGINS, ENDS = "        - summary weighs:\n", "    unless:\n"
INDENT, WIDTH = " " * 14, 100
STEP = 2
"""Weights are whole multiples of it: fewer lines to read, and no less right."""
ENOUGH = 0.45
"""What a title's words must come to as they are learnt, which the rule calls BAR.

Chosen by `python -m tests.benchmarks.screening_curve`, at one sellable title in ten that is held.
"""
MOST = 99
"""No word weighs more, for or against."""


def read_vocabulary() -> Vocabulary:
    """The words that were written down, each with its class; the first class of a word counts."""
    classes: dict[str, str] = {}
    name = ""
    for line in (TITLES / "vocabulary.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif not line.startswith("#"):
            for word in filter(None, map(str.strip, line.split(","))):
                classes.setdefault(word, name)
    small = (TITLES / "small_words.txt").read_text(encoding="utf-8").split("\n\n", 1)[1]
    return Vocabulary(classes, index_weights((f"1: {', '.join(classes)}",)), {*small.split()})


def read_learning_titles() -> list[JudgedTitle]:
    """All titles that are learnt from: all that were looked at, whatever for."""
    folders = ("learning", "looked_at", "trades")
    return [*read_titles(), *(title for folder in folders for title in read_sets(folder))]


def scale_weights(words: Mapping[str, float]) -> dict[str, int]:
    """Whole weights, none of them zero, of which BAR means what ENOUGH did."""
    scaled = {word: STEP * round(weight * BAR / ENOUGH / STEP) for word, weight in words.items()}
    return {word: max(-MOST, min(MOST, weight)) for word, weight in scaled.items() if weight}


def spell_words(weights: Mapping[str, int], texts: Iterable[str]) -> dict[str, int]:
    """The weights with words as people write them, who do not leave out accents."""
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for word in (word for text in texts for word in fold_text(text).strip("*").split()):
        (plain,) = split_plain(word)[:1] or [""]
        if word.isalpha() and word != plain and len(word) == len(plain):
            spelt[plain][word] += 1
            for begun, as_written in zip(begin_word(plain), begin_word(word), strict=True):
                spelt[f"{begun}*"][f"{as_written}*"] += 1
            for end, as_written in zip(end_word(plain), end_word(word), strict=True):
                spelt[f"*{end}"][f"*{as_written}"] += 1
    return {
        spelt[word].most_common(1)[0][0] if word in spelt else word: weight
        for word, weight in weights.items()
    }


def learn_rule() -> tuple[Learnt, dict[str, int]]:
    """What all titles teach: of each part, and the words that are shipped with their weights."""
    titles, vocabulary = read_learning_titles(), read_vocabulary()
    learnt = learn_titles(titles, vocabulary)
    texts = [*(title.text for title in titles), *vocabulary.classes]
    return learnt, spell_words(scale_weights(list_words(learnt)), texts)


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


def show_classes(learnt: Learnt) -> Iterator[str]:
    """What each class weighs in the rule, the heaviest first."""
    classes = {name: weight for (kind, name), weight in learnt.parts.items() if kind == "class"}
    for name, weight in sorted(classes.items(), key=lambda each: -each[1]):
        yield f"{name:<14}{weight * BAR / ENOUGH:+6.1f}"


def main() -> None:
    """Learn, and write or show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="write nothing")
    is_shown = parser.parse_args().show
    learnt, weights = learn_rule()
    print(*show_classes(learnt), f"{len(weights)} words", sep="\n")
    if not is_shown:
        text = CONFIG.read_text(encoding="utf-8")
        CONFIG.write_text(write_rule(text, weights), encoding="utf-8")


if __name__ == "__main__":
    main()
