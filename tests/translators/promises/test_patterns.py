"""One pass over many patterns finds what each finds alone, whatever the text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync.rulebook import rulebook_from_texts
from translators.promises.ascii_patterns import narrow_to_ascii
from translators.promises.patterns import PatternSet, compile_pattern

SHIPPED = [
    f"(?:(?i){pattern})"
    for rule in rulebook_from_texts({}).linting.classes
    for pattern in rule.matches
    if r"\p" in pattern
]
OF_OURS = PatternSet(SHIPPED)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(max_codepoint=127), max_size=60),
    st.text("v2 .'q4@ne[tNE~cé\u212a\u017f", max_size=20),
)


def find_alone(patterns: list[str], text: str) -> list[int]:
    return [at for at, each in enumerate(patterns) if compile_pattern(each).search(text)]


@given(TEXTS)
@example("Ask ada@example.com")
@example("v 2.0 | 'Q4' mmxxvi")
@example("Il arrivera, ils arriveront, llegar\u00e1n")
def test_a_text_is_found_by_all_the_patterns_that_find_it_alone(text: str) -> None:
    assert len(SHIPPED) > 5
    assert OF_OURS.find(text) == find_alone(SHIPPED, text)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\pL+x",
        r"(?i)[^\pL\pN.-]k",
        r"[]\pL]\]",
        r"[\pN\]-]+$",
        r"\\pL",
        r"[\\pL]1",
        r"\Q\pL\E",
        r"\p{Lu}\PL\pN?",
        r"(?i)\p{Lu}\p{Ll}[^\p{Lu}]|[\p{Ll}!]$",
        r"[[:alpha:]\pN]!",
        r"(?:\pL{2}|\p{Greek}\d)\b",
    ],
)
@settings(max_examples=40)
@given(text=st.text("aKx\\pL[]^-.1!9{}NQE \u0391\u00b2\u212a", max_size=12))
def test_letters_of_ascii_stand_for_those_of_all_scripts_in_texts_of_ascii(
    pattern: str, text: str
) -> None:
    bare = text.encode("ascii", "ignore").decode()

    for each in (text, bare):
        assert PatternSet([pattern]).find(each) == find_alone([pattern], each)


def test_only_letters_and_figures_of_all_scripts_are_put_otherwise() -> None:
    assert narrow_to_ascii(r"[^\pL_]\pN\pS") == r"[^A-Za-z_][0-9]\pS"
    for as_it_is in (r"\\pL", r"[\\pL]", r"\Q\pL", r"\p{L}", r"\p{Lt}", r"\PN", "pL"):
        assert narrow_to_ascii(as_it_is) == as_it_is
