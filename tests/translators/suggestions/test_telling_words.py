import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.suggestions.telling_words import (
    PLATFORM_WORDS,
    STOP_WORDS,
    find_title_phrases,
    is_telling_value,
)
from translators.words import fold_text


@pytest.mark.parametrize(
    "word",
    "the und für Für pour los api APIs ui backend iOS Android web server database 2024 v2 1.0 Q3 "
    "PAY-12 x support".split(),
)
def test_what_says_nothing_of_a_thing_is_never_offered(word: str) -> None:
    assert not is_telling_value(word)
    assert list(find_title_phrases(word)) == []


@pytest.mark.parametrize(
    "value", ["Exports", "SSO", "Invoices API", "terms of use", "Factures", "請求書", "Überweisung"]
)
def test_what_names_a_thing_is_offered(value: str) -> None:
    assert is_telling_value(value)


@given(st.text(max_size=60), st.sampled_from(sorted(STOP_WORDS | PLATFORM_WORDS)))
def test_no_title_yields_a_stop_word_a_platform_or_a_number(title: str, word: str) -> None:
    for phrase in find_title_phrases(f"{title} {word.upper()} {title}"):
        words = phrase.split()
        assert not {fold_text(each) for each in words} & (STOP_WORDS | PLATFORM_WORDS)
        assert not any(letter.isdigit() for letter in phrase)
