"""Learns what words weigh in the promise linter's classes that weigh, and writes it there.

    python -m tests.benchmarks.wording_weights [--folds]

Learnt from: wording/learning/ (phrases and copy that were written for it), the tuning halves of the
first sets, later sets that were looked at but for the blind ones, and titles that customers
could buy of screening/. By logistic regression; a phrase also counts with a title of product copy
beside it, so that what a thing is called says nothing. `--folds` writes nothing: each voice is
judged by what the others teach.
"""

import argparse
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from models.capability import DISCLAIMER, DO_NOT_QUOTE, ChangeKind, State
from models.effort import Level
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import SHIPPED_FOLDER, read_folder, read_shipped_texts
from tests.benchmarks import screening
from tests.benchmarks.screening_weights import pack_words
from tests.benchmarks.wording import (
    BLIND_SETS,
    FOLDER,
    HALVES,
    KEPT_ASIDE,
    LATER_SETS,
    SETS,
    Line,
    read_set,
)
from translators.promises import hints
from translators.promises.hints import BAR, count_surplus, split_sentences
from translators.promises.linter import compile_linter
from translators.promises.readings import read_plainly, read_words
from translators.wording import write_news, write_statement

CONFIG = SHIPPED_FOLDER / "promises.yaml"
BEGINS, ENDS = "  # Words that weigh: learnt", "allow:\n"
LEARNING = FOLDER / "learning"
SYNC = SHIPPED_FOLDER.parent / "sync"
OWN_FOLDERS = (SYNC / "rulebook" / "starter", SYNC / "sample" / "config")
FEWEST = 3
"""Of fewer examples nothing is learnt of a word."""
LEAST = 0.125
"""Weights below are dropped."""
EPOCHS, PENALTY = 30, 3.0
NAMED_SHARE = 0.3
"""Of so many phrases there is another one with a title beside it."""
JOINED_SHARE = 0.5
"""So many sentences of copy also count joined with another one."""
OWN, HEAVY, LIGHT = 20.0, 5.0, 0.3
"""How much an example counts: of what Headway says itself, of real products, titles of epics."""
BARS = (20, 23, BAR - 4, BAR, BAR + 4)
"""What `--folds` tells of."""
CERTAINTY = 1.7
"""The bar, in the regression's own measure: above 0 a promise is likelier than none."""


class Example(NamedTuple):
    """A text, the class of what is wrong with it ("" where nothing is), and how much it counts.

    `voice` says whose it is: those of one voice are alike.
    """

    text: str
    kind: str
    voice: str
    counts: float = 1.0


class Group(NamedTuple):
    """A class that weighs words: its own code, the classes of examples behind it, what it says."""

    name: str
    kind: str
    kinds: tuple[str, ...]
    what: str
    instead: str


_TODAY = "Say what customers can do with it today."
GROUPS = (
    Group("intention", "P4", ("P4", "P6"), "words that speak of an intention", _TODAY),
    Group("promise", "P3", ("P3",), "words that speak of a promise", "Say what it does today."),
    Group("time", "P2", ("P1", "P2"), "words that speak of a time to come", "Say what there is."),
    Group(
        *("completion", "P5", ("P5",), "words that speak of what is not done"),
        "Say what works, not how far along it is.",
    ),
    Group("absolute", "P7", ("P7",), "words that promise too much", "Say what it does."),
    Group(
        *("customer", "L3", ("L3",), "words that speak of one customer"),
        "Say for what kind of customer it is, or leave it out.",
    ),
    Group("weakness", "L4", ("L4",), "words that speak of a weakness", "Leave it out."),
    Group("work", "L7", ("L7",), "words that speak of amounts of work", "Leave the amount out."),
    Group(
        *("inside", "L6", ("L1", "L2", "L5", "L6"), "words of the inside of the company"),
        "Call it what customers call it.",
    ),
)
GROUP_OF = {kind: group.name for group in GROUPS for kind in group.kinds}
Features = list[str]


def read_examples() -> Iterator[Example]:
    """All that is learnt from."""
    yield from read_learning()
    for name in (*SETS, *LATER_SETS):
        for line in read_set(name) if name not in (*KEPT_ASIDE, *BLIND_SETS) else ():
            if name not in SETS or line.half == HALVES[0]:
                yield _judge_line(line, name)
    yield from list_own_words()
    sets = [*screening.read_sets("learning"), *screening.read_sets("looked_at")]
    halves = [title for title in screening.read_titles() if title.half == HALVES[0]]
    for title in (*sets, *halves):
        if title.is_sellable:
            yield Example(title.text, "", f"epic {title.kind}", LIGHT)


def read_learning() -> Iterator[Example]:
    """The phrases, and the titles and sentences of copy, that were written to be learnt from."""
    for path in sorted(LEARNING.glob("*.txt")):
        heading = ""
        for row in path.read_text("utf-8").splitlines():
            voice = f"{path.stem} {heading}"
            if row.startswith("["):
                heading = row.strip("[]")
            elif row.startswith("#") or not row:
                continue
            elif path.stem.startswith("phrases"):
                kind, text = row.split(" ", 1)
                if kind in GROUP_OF:
                    yield Example(text, kind, voice)
            elif heading == "titles":
                yield from (Example(text, "", voice) for text in row.split(" | "))
            else:
                yield Example(row, "", voice)


def list_own_words() -> Iterator[Example]:
    """What Headway says itself: vocabulary, sentences of a thing, the starter, the sample."""
    book = rulebook_from_texts(read_shipped_texts())
    texts = [text for term in book.terms for text in (term.label, term.meaning)]
    texts += [DISCLAIMER, DO_NOT_QUOTE, *(write_news(kind, "A", "B") for kind in ChangeKind)]
    texts += [write_statement("Lists", state, level) for state in State for level in Level]
    for folder in OWN_FOLDERS:
        own, _ = read_folder(folder)
        for rule in rulebook_from_texts(read_shipped_texts() | own).capabilities:
            texts += [rule.name, rule.summary, rule.area]
    yield from (Example(text, "", "own words", OWN) for text in dict.fromkeys(texts))


def _judge_line(line: Line, name: str) -> Example:
    if line.is_wrong:
        return Example(line.text, line.kind if line.kind in GROUP_OF else "P4", name)
    return Example(line.text, "", name, 1.0 if line.kind.startswith("own") else HEAVY)


def list_sentences(text: str) -> list[tuple[Features, int]]:
    """What counts of each sentence of a text, each once, and how many words it has."""
    form = read_words(read_plainly(text))
    return [
        (
            list(dict.fromkeys(chain.from_iterable(map(hints.list_features, sentence)))),
            len(sentence),
        )
        for sentence in split_sentences(form.text)
    ]


def list_features(example: Example) -> list[Features]:
    """A promise is judged as a whole; of what is harmless, each sentence is."""
    sentences = [features for features, _ in list_sentences(example.text)]
    if not example.kind:
        return sentences
    return [list(dict.fromkeys(feature for sentence in sentences for feature in sentence))]


def name_things(examples: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Promises with a title of product copy beside them."""
    titles = [each.text for each in examples if not each.kind and not each.text.endswith(".")]
    for each in examples:
        if each.kind and chance.random() < NAMED_SHARE:
            title = chance.choice(titles)
            shapes = (f"{title}: {each.text}", f"{title} {each.text}", f"{each.text} {title}")
            yield each._replace(text=chance.choice(shapes))


def join_copy(
    examples: Sequence[Example], chance: random.Random
) -> Iterator[tuple[Features, Example]]:
    """Two harmless sentences as if they were one: what is long is not for that a promise."""
    by_voice: dict[str, list[Example]] = defaultdict(list)
    for each in examples:
        if not each.kind and " " in each.text:
            by_voice[each.voice].append(each)
    for alike in by_voice.values():
        for each in alike:
            if chance.random() < JOINED_SHARE:
                both = [*list_features(each), *list_features(chance.choice(alike))]
                yield list(dict.fromkeys(chain.from_iterable(both))), each


def learn_weights(examples: Sequence[Example]) -> tuple[dict[str, float], float]:
    """Logistic regression by stochastic gradient descent; what each weighs, and no word at all."""
    chance = random.Random(1)
    told = [(features, each) for each in examples for features in list_features(each)]
    seen = Counter(feature for features, _ in told for feature in features)
    told += [
        (features, each)
        for each in name_things(examples, chance)
        for features in list_features(each)
    ]
    told += join_copy([each for each in examples if each.text.endswith(".")], chance)
    rows = [
        ([feature for feature in features if seen[feature] >= FEWEST], each.kind != "", each.counts)
        for features, each in told
    ]
    occurs = Counter(feature for features, _, _ in rows for feature in features)
    weights: dict[str, float] = defaultdict(float)
    bias = 0.0
    for epoch in range(EPOCHS):
        rate = 0.2 / (1 + 0.2 * epoch)
        chance.shuffle(rows)
        for features, is_wrong, counts in rows:
            total = bias + sum(weights[feature] for feature in features)
            error = counts * (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - is_wrong)
            bias -= rate * 0.1 * error
            for feature in features:
                weights[feature] -= rate * (error + PENALTY * weights[feature] / occurs[feature])
    return {word: weight for word, weight in weights.items() if abs(weight) >= LEAST}, bias


def scale_weights(weights: Mapping[str, float], bias: float) -> dict[str, int]:
    """Whole weights, of which BAR is where a person is asked."""
    scale = BAR / (CERTAINTY - bias)
    return {word: n for word, weight in weights.items() if (n := round(scale * weight))}


def sort_into_groups(weights: Mapping[str, int], examples: Iterable[Example]) -> dict[str, str]:
    """The group that each word most speaks of; words against it stand in the first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for each in examples:
        if each.kind:
            sizes[GROUP_OF[each.kind]] += 1
            for feature in list_features(each)[0]:
                counts[feature][GROUP_OF[each.kind]] += 1
    names = [group.name for group in GROUPS]
    return {
        word: max(names, key=lambda name: counts[word][name] / math.sqrt(sizes[name] or 1))
        if weight > 0
        else names[0]
        for word, weight in weights.items()
    }


def write_classes(weights: Mapping[str, int], groups: Mapping[str, str]) -> Iterator[str]:
    """The classes as the rule book has them, the heaviest words first."""
    yield f"{BEGINS} by tests/benchmarks/wording_weights.py; a sentence's come to {BAR}."
    for group in GROUPS:
        yield f"  - id: weighed-{group.name}"
        yield f"    class: {group.kind}"
        yield "    tier: ask"
        yield f"    what: {group.what}"
        yield f'    instead: "{group.instead}"'
        yield "    weighs:"
        by_weight: dict[int, list[str]] = defaultdict(list)
        for word, weight in weights.items():
            if groups[word] == group.name:
                by_weight[weight].append(word)
        for weight, words in sorted(by_weight.items(), reverse=True):
            yield f"      {weight}: |"
            yield from pack_words(sorted(words))


def write_rule(text: str, lines: Iterable[str]) -> str:
    """The text of promises.yaml with these classes."""
    before, _, after = text.partition(ENDS)
    before = before.partition(BEGINS)[0]
    return "".join([before, *(f"{line}\n" for line in lines), "\n", ENDS, after])


def weigh_text(text: str, weights: Mapping[str, float]) -> float:
    """What the heaviest sentence of a text comes to."""
    sums = [
        sum(weights.get(feature, 0) for feature in features) - count_surplus(words)
        for features, words in list_sentences(text)
    ]
    return max(sums, default=0)


def weigh_left_out(examples: Sequence[Example], folds: int = 4) -> Iterator[tuple[Example, float]]:
    """Each example, and what it comes to by what the other voices teach."""
    voices = sorted({each.voice for each in examples})
    random.Random(1).shuffle(voices)
    for fold in range(folds):
        left_out = set(voices[fold::folds])
        learnt = learn_weights([each for each in examples if each.voice not in left_out])
        weights = scale_weights(*learnt)
        for each in examples:
            if each.voice in left_out:
                yield each, weigh_text(each.text, weights)


def print_folds(examples: Sequence[Example]) -> None:
    """Of voices that nothing was learnt of, and no phrase finds: what each bar finds and stops."""
    off = "".join(f"  - {{id: weighed-{group.name}, off: true}}\n" for group in GROUPS)
    texts = read_shipped_texts() | {"off.yaml": f"promises:\n{off}"}
    phrases = compile_linter(rulebook_from_texts(texts))
    sums: dict[str, list[float]] = defaultdict(list)
    for each, total in weigh_left_out(examples):
        if not phrases.find_promises(each.text):
            sums["any" if each.kind else "harmless"].append(total)
            is_sentence = each.text.endswith(".")
            sums[each.kind or f"harmless, {each.counts:g}, {is_sentence}"].append(total)
    print(f"{'bar':<24}{'texts':>5}", *(f"{bar:>5}" for bar in BARS))
    for name, totals in sorted(sums.items()):
        shares = (sum(total >= bar for total in totals) / len(totals) for bar in BARS)
        print(f"{name:<24}{len(totals):>5}", *(f"{share:.3f}" for share in shares))


def learn_rule() -> list[str]:
    """The lines of the classes as all examples teach them."""
    examples = list(dict.fromkeys(read_examples()))
    weights = scale_weights(*learn_weights(examples))
    return list(write_classes(weights, sort_into_groups(weights, examples)))


def main() -> None:
    """Learn and write, or print how well what is learnt does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", action="store_true", help="write nothing")
    if parser.parse_args().folds:
        print_folds(list(dict.fromkeys(read_examples())))
        return
    text = CONFIG.read_text("utf-8")
    CONFIG.write_text(write_rule(text, learn_rule()), encoding="utf-8")


if __name__ == "__main__":
    main()
