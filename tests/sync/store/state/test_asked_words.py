"""Words are counted once, whoever counts at the same moment, and no flood fills the table."""

from collections.abc import Iterable

from sqlalchemy import Engine

from models.asked_words import WaitingWords
from sync.store.state.asked_words import MOST_WORDS, count_waiting, count_words, read_words
from tests.sync.store.state.test_outbox import at_once

NAME = "0" * 32


def a_file(*words: str, name: str = NAME) -> WaitingWords:
    """A file of words, ten bytes a line."""
    return WaitingWords(name, tuple((10 * (n + 1), each) for n, each in enumerate(words)))


def flood(count: int, letter: str) -> Iterable[str]:
    return (f"{letter}{number}" for number in range(count))


def test_a_file_is_counted_once_and_what_was_added_to_it_since(state_engine: Engine) -> None:
    url = state_engine.url

    assert count_waiting(url, a_file("fax", "holograms"))
    assert count_waiting(url, a_file("fax", "holograms"))
    assert count_waiting(url, a_file("fax", "holograms", "", "fax"))

    assert read_words(state_engine) == [("fax", 2), ("holograms", 1)]


def test_a_file_that_begins_anew_is_counted_from_its_beginning(state_engine: Engine) -> None:
    count_waiting(state_engine.url, a_file("fax", "fax"))

    count_waiting(state_engine.url, a_file("holograms", name="1" * 32))

    assert read_words(state_engine) == [("fax", 2), ("holograms", 1)]


def test_who_counts_at_the_same_moment_counts_with_the_others(state_engine: Engine) -> None:
    url = state_engine.url

    def count() -> int:
        for tries in range(1, 1_000):
            if count_words(url, ["fax", "holograms"]):
                return tries
        raise AssertionError("never counted")

    at_once(state_engine, count)
    at_once(state_engine, lambda: count_waiting(url, a_file("fax")))
    count_waiting(url, a_file("fax"))

    assert read_words(state_engine) == [("fax", 5), ("holograms", 4)]


def test_what_is_asked_for_again_and_again_outlasts_a_flood(state_engine: Engine) -> None:
    url = state_engine.url
    count_words(url, ["holograms"] * 9)
    for letter in "abc":
        count_words(url, [*flood(MOST_WORDS - 1, letter)] * 2)
        kept = read_words(state_engine)
        assert len(kept) <= MOST_WORDS
    count_words(url, ["fax", "fax", "fax"])

    told = dict(read_words(state_engine))

    assert 0 < told["holograms"] <= 9
    assert told["fax"] > 0
    assert len(told) <= MOST_WORDS


def test_more_words_at_once_than_are_kept_are_as_many_as_are_kept(state_engine: Engine) -> None:
    count_words(state_engine.url, [*flood(3 * MOST_WORDS, "x"), "fax", "fax"])

    assert read_words(state_engine)[0] == ("fax", 2)
    assert len(read_words(state_engine)) <= MOST_WORDS
