"""The words of a title are weighed together, and those that tipped it are told."""

from time import process_time

import pytest

from models.conditions import Comparison, Line, Operator
from tests.builders import an_epic
from translators.rules.condition_trace import find_met_values, trace_condition
from translators.rules.conditions import compile_comparison
from translators.rules.fields import IssueView
from translators.rules.weights import index_weights
from translators.words import fold_text

LINES = (
    "8: pipeline, refactor*, *umstellung, node pool*, größe",
    "4: pipelines",
    "3: node",
    "-6: for sale, dashboard*, daten*",
    "0: refactored",
    "2: 0, *移行, 2fa",
    "-3: 404",
)
LINE = Comparison("summary", Operator.WEIGHS, LINES, Line("rules.yaml", 1))


def weigh(title: str) -> list[tuple[str, int]]:
    return [(each.word, each.weight) for each in index_weights(LINES).find_weights(title)]


@pytest.mark.parametrize(
    ("title", "counted"),
    [
        ("A pipeline", [("pipeline", 8)]),
        ("PIPELINE, pipeline", [("pipeline", 8)]),  # each once
        ("Refactoring", [("refactor*", 8)]),
        ("Refactored", [("refactored", 0)]),  # itself before how it begins
        ("Node pools", [("node pool*", 8)]),  # a phrase before its words
        ("Node, pools", [("node", 3)]),  # no phrase goes over a comma
        ("Datenumstellung", [("daten*", -6), ("*umstellung", 8)]),  # both ends of a compound
        ("Refactorumstellung", [("refactor*", 8), ("*umstellung", 8)]),
        ("18 or 19", [("0", 2)]),  # any number, once
        ("404s on 404, 2FA", [("0", 2), ("404", -3), ("2fa", 2)]),
        ("データ移行", [("*移行", 2)]),  # two signs are a word
        ("Grosse GRÖSSE", [("größe", 8)]),
        ("Große Größe", [("größe", 8)]),
        ("Pipeline dashboards for sale", [("pipeline", 8), ("dashboard*", -6), ("for sale", -6)]),
        ("", []),
        ("\u202e\ud83d", []),
    ],
)
def test_a_word_counts_as_itself_else_by_how_it_begins_and_ends(
    title: str, counted: list[tuple[str, int]]
) -> None:
    assert weigh(title) == counted


@pytest.mark.parametrize("title", ["Crème brûlée", "creme brulee", "CRE\u0300ME BRULEE"])
def test_accents_make_no_difference(title: str) -> None:
    found = index_weights(("5: crème, brûlée*",)).find_weights(title)

    assert sum(each.weight for each in found) == 10


def test_a_word_without_an_end_takes_no_time() -> None:
    began = process_time()

    weigh("x" * 300_000)

    assert process_time() - began < 1


def test_what_is_said_later_goes_before_what_was_said_before() -> None:
    (found,) = index_weights(("8: pipeline", "-3: pipeline")).find_weights("pipeline")

    assert found.weight == -3


@pytest.mark.parametrize(
    ("title", "is_met"),
    [
        ("Refactor the pipeline", True),
        ("Pipeline", False),
        ("Refactor the pipeline dashboard", True),
        ("Refactor the pipeline dashboard for sale", False),
        ("", False),
    ],
)
def test_the_words_of_a_title_must_come_to_ten(title: str, is_met: bool) -> None:
    assert compile_comparison(LINE)(IssueView(an_epic(summary=title))) is is_met


def test_the_words_that_tipped_it_are_told_the_heaviest_first() -> None:
    view = IssueView(an_epic(summary="Dashboard: node pipelines, refactoring"))

    assert find_met_values(LINE, view) == ("refactor*", "pipelines", "node")


def test_a_title_that_is_not_held_shows_what_its_words_weigh() -> None:
    trace = trace_condition(LINE, IssueView(an_epic(summary="Pipeline dashboards")))

    assert trace.asks == "summary weighs 10 or more"
    assert trace.found == "comes to 2: pipeline +8, dashboard* -6"
    empty = trace_condition(LINE, IssueView(an_epic(summary="Nothing")))
    assert empty.found == "none of its words is weighed"


def test_a_listed_word_is_read_letter_by_letter_as_a_title_is() -> None:
    letters = [letter for letter in map(chr, range(0xC0, 0x300)) if fold_text(letter).isalpha()]

    for letter in letters:
        word = f"da{letter}ma"
        (found,) = index_weights((f"5: {word}",)).find_weights(word)
        assert found.word == word
