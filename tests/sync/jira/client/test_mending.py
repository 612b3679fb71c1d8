"""What is broken in a reply is mended where it comes in, whoever asked."""

import json
import sys
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.jira.client.mend import CUT, DEEPEST, SLACK, mend_reply
from sync.jira.client.texts import (
    LONGEST_ID,
    LONGEST_KEY,
    LONGEST_NAME,
    LONGEST_TEXT,
    clean_key,
    clean_name,
    strip_controls,
)


def test_text_is_printable_and_bounded() -> None:
    assert strip_controls("a\x00b\ud800c\udfffd") == "abcd"
    assert len(strip_controls("x" * 100_000)) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        (rb'"a\ud800b"', "ab"),
        (rb'"a\udc00b"', "ab"),
        (rb'"a\ud83d\ude00b"', "a\U0001f600b"),
        (rb'"a\uD83D\uDE00\ud83d"', "a\U0001f600"),
        (rb'"a\ud800\ud83d\ude00"', "a\U0001f600"),
        (rb'"a\\ud800b"', r"a\ud800b"),
        (rb'"a\"\\\ud800"', 'a"\\'),
        (b'"a\xed\xa0\x80b"', "a\ufffd\ufffd\ufffdb"),
        (b'"a\xffb"', "a\ufffdb"),
    ],
)
def test_broken_characters_are_mended(wire: bytes, expected: str) -> None:
    assert json.loads(mend_reply(wire)) == expected


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_whole_text_is_left_as_it_is(words: str) -> None:
    assert json.loads(mend_reply(json.dumps(words).encode())) == words
    assert json.loads(mend_reply(json.dumps(words, ensure_ascii=False).encode())) == words


@pytest.mark.parametrize(
    ("wire", "expected"), [(rb'"a\u0000b"', "ab"), (rb'"a\\u0000b"', r"a\u0000b")]
)
def test_a_nul_is_left_out(wire: bytes, expected: str) -> None:
    assert json.loads(mend_reply(wire)) == expected


def nested(levels: int, inner: bytes = b"") -> bytes:
    return b"[" * levels + inner + b"]" * levels


@pytest.mark.parametrize("levels", [1, DEEPEST // 2, DEEPEST])
def test_what_a_decoder_can_follow_is_left_as_it_is(levels: int) -> None:
    assert mend_reply(nested(levels)) == nested(levels)


@pytest.mark.parametrize("levels", [DEEPEST + 2 * SLACK, 1_000, 10_000, 1_000_000])
def test_what_is_nested_deeper_is_cut_out_and_the_rest_stays(levels: int) -> None:
    inner = b'"a [text] in it", ' if levels < 5_000 else b""
    body = b'{"a": 1, "deep": ' + nested(levels, inner + b"1") + rb', "b": "\"[[["}'

    mended = mend_reply(body)

    assert CUT in mended
    document = json.loads(mended)
    assert (document["a"], document["b"]) == (1, '"[[[')


def test_how_deep_we_stand_ourselves_makes_no_difference() -> None:
    def down(frames: int, then: Callable[[], bytes]) -> bytes:
        return then() if not frames else down(frames - 1, then)

    body = nested(DEEPEST)

    assert down(400, lambda: mend_reply(body)) == body
    assert CUT in down(400, lambda: mend_reply(nested(DEEPEST + 2 * SLACK)))
    assert sys.getrecursionlimit() == 1_000


@pytest.mark.parametrize("body", [b"", b"[", b'{"a": ', b"]" * 500, b"[" * 5_000, b'"'])
def test_what_is_no_json_stays_none(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(mend_reply(body))


def test_a_name_is_one_printable_line_of_bounded_length() -> None:
    assert clean_name("a\nb\x1b[2J\u202ec\x00") == "a b[2Jc"
    assert len(clean_name("x" * 100_000)) == LONGEST_NAME


def test_a_key_that_no_database_takes_has_one_stand_in() -> None:
    long, other = "A" * 300 + "-1", "A" * 300 + "-2"

    assert clean_key("PAY-1") == "PAY-1"
    assert len(clean_key(long)) == LONGEST_KEY
    assert clean_key(long) == clean_key(long) != clean_key(other)
    assert len(clean_key(long, LONGEST_ID)) == LONGEST_ID
