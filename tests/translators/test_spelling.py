import pytest

from translators.spelling import suggest_spelling

KNOWN = ["labels", "component", "fix version"]


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        ("labls", " (did you mean 'labels'?)"),
        ("componnent", " (did you mean 'component'?)"),
        ("fixversion", " (did you mean 'fix version'?)"),
        ("priority", ""),
        ("", ""),
    ],
)
def test_a_mistyped_word_is_led_back_to_the_known_one(word: str, suggestion: str) -> None:
    assert suggest_spelling(word, KNOWN) == suggestion


def test_how_like_it_must_be_can_be_said() -> None:
    assert suggest_spelling("lab", KNOWN) == ""
    assert suggest_spelling("lab", KNOWN, 60) == " (did you mean 'labels'?)"
