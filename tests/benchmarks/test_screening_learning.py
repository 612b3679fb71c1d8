"""What parts of words weigh is learnt from titles, and listed in as few words as will do."""

import pytest

from tests.benchmarks.screening import JudgedTitle
from tests.benchmarks.screening_learning import Learnt, Vocabulary, learn_titles, split_title
from tests.benchmarks.screening_listing import list_words
from translators.rules.weights import index_weights

CLASSES = {"node pool*": "engineering", "*umstellung": "engineering", "dashboard": "ware"}
VOCABULARY = Vocabulary(CLASSES, index_weights((f"1: {', '.join(CLASSES)}",)), {"of", "the"})
INTERNAL = ("Refactor the ledger", "Refactoring of stock", "Kernumstellung", "Node pools", "Java 8")
SELLABLE = ("Ledger dashboard", "Stock for you", "Dashboard", "Ledger for you", "Stock dashboard")


def learn(vocabulary: Vocabulary = VOCABULARY) -> Learnt:
    titles = [JudgedTitle(text, False, "en", "own") for text in INTERNAL] + [
        JudgedTitle(text, True, "en", "own") for text in SELLABLE
    ]
    return learn_titles(titles, vocabulary)


def weigh(learnt: Learnt, title: str) -> float:
    """By the list that a rule would have, in thousandths."""
    listed = list_words(learnt)
    index = index_weights(tuple(f"{round(1000 * n)}: {word}" for word, n in listed.items()))
    return sum(each.weight for each in index.find_weights(title)) / 1000


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Node pools", {("listed", "node pool*"), ("class", "engineering")}),
        ("18 of 20", {("word", "0")}),
        ("Ware", {("word", "ware"), ("begins", "ware"), ("ends", "are"), ("ends", "ware")}),
    ],
)
def test_a_title_is_its_phrases_and_the_parts_of_its_words(
    title: str, parts: set[tuple[str, str]]
) -> None:
    assert set(split_title(title, VOCABULARY)) == parts


@pytest.mark.parametrize("title", INTERNAL)
def test_what_was_internal_weighs_more_than_what_was_sold(title: str) -> None:
    learnt = learn()

    assert weigh(learnt, title) > max(weigh(learnt, each) for each in SELLABLE)


@pytest.mark.parametrize("title", ["Refactored", "Tarifumstellung", "Node pooling"])
def test_words_that_no_title_has_weigh_what_their_parts_do(title: str) -> None:
    assert weigh(learn(), title) > 0.1


def test_a_word_of_which_nothing_is_known_weighs_nothing() -> None:
    assert weigh(learn(), "Xylophone") == 0


def test_the_same_titles_teach_the_same() -> None:
    assert learn().parts == learn().parts


def test_words_that_add_nothing_to_their_parts_are_not_listed() -> None:
    listed = list_words(learn())

    assert any(word.endswith("*") and "refactoring".startswith(word[:-1]) for word in listed)
    assert "refactoring" not in listed


def test_a_word_that_customers_use_as_well_is_never_enough_alone() -> None:
    classes = {**CLASSES, "java": "both", "refactor": "both"}
    vocabulary = Vocabulary(classes, index_weights((f"1: {', '.join(classes)}",)), frozenset())

    assert weigh(learn(vocabulary), "Java") <= 0.55
