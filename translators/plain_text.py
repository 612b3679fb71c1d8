"""Text as people are shown it: what comes from outside can do nothing to who reads; moments."""

import re
import unicodedata
from datetime import datetime

_EXCERPT = re.compile(r"([^\n]*)\n(    [^\n]*)\n( +\^)")
_EXCERPTS = re.compile(r"\n    [^\n]*\n +\^(?=\n|\Z)")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What steers a terminal, ends a line, turns the direction of reading or is not seen at all."""
_DECEPTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""The same, but for what a script or a picture needs to be written: joiners, a soft hyphen."""


def show_plainly(text: str) -> str:
    """The text, each such character written out as \\x1b or \\u202e; one line stays one line."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(_write_out, text)


def drop_unseen(text: str) -> str:
    """The text on one line, without such characters."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def mark_deceptive(text: str) -> str:
    """The text with a mark in the place of what could deceive who reads it, on a page or by it."""
    return _DECEPTIVE.sub("\ufffd", text)


def measure_width(text: str) -> int:
    """Columns that a text takes on a terminal: a wide letter two, an accent of its own none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(letter) in ("Mn", "Me")
        else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def split_excerpt(text: str) -> list[str]:
    """What is wrong, and below it the line that it is in, with its mark; else one line."""
    parts = _EXCERPT.fullmatch(text)
    return list(parts.groups()) if parts else [text]


def drop_excerpts(text: str) -> str:
    """The text without the lines that it quotes and the marks below them."""
    return _EXCERPTS.sub("", text)


def format_moment(moment: datetime) -> str:
    """A moment in UTC, to the minute: 2026-11-23 06:00 UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _write_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
