"""Asks of others are counted within bounds, whoever asks, and from many at once."""

import threading
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.pipeline.sales.ask_counter import MOST_AN_HOUR, MOST_OF_ONE, AskCounter
from translators.find.asked import note_words
from translators.find.countable import MOST_WORDS, may_be_counted
from translators.find.search import Answer, SearchResult

NOTHING = SearchResult(Answer.NOTHING)


class Kept:
    """Where words are kept, if that is allowed; and a clock."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.may = True
        self.now = 0.0
        self.counter = AskCounter(self.keep, lambda: self.now)

    def keep(self, words: Sequence[str]) -> bool:
        if self.may:
            self.words += words
        return self.may

    def ask(self, *asks: str, answer: Answer = Answer.NOTHING) -> None:
        for ask in asks:
            self.counter.note(ask, SearchResult(answer))
        self.counter.write()


def test_only_what_the_list_had_no_name_for_is_counted_by_its_telling_words() -> None:
    kept = Kept()

    kept.ask("Do you have holograms?", "the of")
    kept.ask("holograms", answer=Answer.CLOSE)
    kept.ask("audit log", answer=Answer.THIS_IS_IT)
    kept.ask("audit log", answer=Answer.NO_LIST)

    assert kept.words == ["holograms", "holograms"]


def test_a_flood_is_counted_so_far_and_the_next_hour_counts_again() -> None:
    kept = Kept()
    letters = "abcdefghij"
    flood = [f"wish {a}{b}{c}x" for a in letters for b in letters for c in letters]

    kept.ask(*flood)
    first = len(kept.words)
    kept.now = 3_601
    kept.ask("holograms")

    assert len(flood) > MOST_AN_HOUR
    assert first == MOST_AN_HOUR
    assert kept.words[-1] == "holograms"


def test_who_says_the_same_over_and_over_counts_no_more_and_keeps_nobody_else_out() -> None:
    kept = Kept()

    kept.ask(*["holograms"] * 10_000, "fax")

    assert Counter(kept.words) == {"holograms": MOST_OF_ONE, "fax": 1}


def test_what_cannot_be_kept_now_waits_and_never_grows_without_end() -> None:
    kept = Kept()
    kept.may = False
    for hour in range(20):
        kept.now = hour * 3_601.0
        kept.ask(*(f"wish {'x' * number}" for number in range(1, 70)))

    kept.may = True
    kept.ask()
    waited = len(kept.words)
    kept.ask()

    assert waited == MOST_AN_HOUR
    assert len(kept.words) == waited


def test_many_at_once_are_each_counted_once() -> None:
    kept = Kept()
    together = threading.Barrier(8)

    def work(number: int) -> None:
        together.wait()
        for _ in range(7):
            kept.ask(f"wish {'abcdefgh'[number] * 3}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.ask()

    assert set(Counter(kept.words).values()) == {7}
    assert len(kept.words) == 56


@pytest.mark.parametrize(
    "ask",
    [
        *("holograms", "Sign-in with a passkey", "ISO27001", "s3 bucket", "IPv6", "naïve Café"),
        *("4930123456789 fax", "jo@example.com wants holograms", "see https://x.example/y fax"),
        *("\u202eevil holograms", "\x1b[31mred\x07 fax", "🚀 rockets", "数据 导出", "e-mail\u200b"),
        *("١٢٣٤٥٦٧ fax", "a" * 81, "one two three four five six seven", "'; DROP TABLE x; --"),
        *("\u0300", "fax \u0301\u0661", "\u0300\u0300 4"),
    ],
)
def test_whatever_is_noted_of_an_ask_may_be_counted(ask: str) -> None:
    noted = note_words(ask)

    assert noted is None or may_be_counted(noted)


@given(st.text(max_size=60))
def test_of_any_text_there_is_something_to_count_or_nothing(ask: str) -> None:
    noted = note_words(ask)

    assert noted is None or may_be_counted(noted)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "?!", "a  b", " a", "a\n", "a\tb", "\x1b[31m", "\u202ea", "a" * 81, "a\u200bb"),
        *(
            " ".join("abcdef"),
            "jo@example.com",
            "http://x",
            "call 4930123",
            "x" * 100_000,
            "\ud800",
        ),
    ],
)
def test_what_none_of_ours_can_have_noted_is_not_counted(text: str) -> None:
    assert MOST_WORDS == 5
    assert not may_be_counted(text)
