"""What is found in documents: each place once, with the sentence that it stands in."""

import pytest

from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from translators.promises.linter import Linter, compile_linter
from translators.promises.prose import find_in_prose


@pytest.fixture(scope="module")
def linter() -> Linter:
    return compile_linter(rulebook_from_texts(read_shipped_texts()))


def test_a_promise_that_breaks_over_lines_is_found(linter: Linter) -> None:
    (found,) = find_in_prose(linter, "Hello.\nWe\nwill\tgive it to you. It works.")

    assert found.violation.span.startswith("We will")
    assert found.sentence == "We will give it to you."
    assert found.violation.start == 7


def test_what_overlaps_is_told_once_and_blocks_where_part_of_it_does(linter: Linter) -> None:
    found = [each.violation for each in find_in_prose(linter, "It is yours by March 2027, soon.")]

    assert [(each.rule, str(each.tier)) for each in found] == [("P1", "block"), ("P2", "block")]
    assert found[0].span == "by March 2027"


@pytest.mark.parametrize(
    "text", ["Wor\u00adld\u200b", "**Bold** <b>text</b>", "=SUM(A1)", "| a | table |", ""]
)
def test_how_a_document_is_set_is_nobodys_promise(text: str, linter: Linter) -> None:
    assert list(find_in_prose(linter, text)) == []


def test_the_words_around_end_where_a_paragraph_does(linter: Linter) -> None:
    text = "Passkeys.\n\nAudit log. We will do it. Single sign-on.\n\nInvoicing."

    (found,) = find_in_prose(linter, text)

    assert found.around == "Audit log. We will do it. Single sign-on."


def test_a_sentence_without_an_end_is_cut(linter: Linter) -> None:
    (found,) = find_in_prose(linter, "word " * 2000 + "we will do it " + "word " * 2000)

    assert len(found.sentence) < 2100
