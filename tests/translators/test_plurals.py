import pytest

from translators.plurals import count_noun


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "row", "0 rows"),
        (1, "row", "1 row"),
        (2, "row", "2 rows"),
        (1, "capability", "1 capability"),
        (2, "capability", "2 capabilities"),
        (2, "day", "2 days"),
    ],
)
def test_a_noun_agrees_with_its_number(number: int, noun: str, words: str) -> None:
    assert count_noun(number, noun) == words


def test_a_verb_agrees_too() -> None:
    assert count_noun(1, "issue", "are gone", one="is gone") == "1 issue is gone"
    assert count_noun(2, "issue", "are gone", one="is gone") == "2 issues are gone"
