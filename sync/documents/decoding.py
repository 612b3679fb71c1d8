"""Bytes become text, whatever wrote them; what was guessed is said."""

import codecs
import re

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
UNMARKED = "is UTF-16 without its mark; save it as UTF-8"
CUT_OFF = "ends within a letter: was it copied while it was written?"
GUESSED = "is not UTF-8; read as Windows text (cp1252), so look at letters with accents"


def decode_text(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text, and what is odd about its encoding, if anything.

    `encoding` is what somebody says of it, and is believed where it fits.
    """
    text, odd = _decode(content, encoding)
    return text.removeprefix("\ufeff"), odd


def is_no_text(text: str) -> bool:
    """Whether it is a program's own format: one letter in twenty is none."""
    return len(_CONTROL.findall(text)) * 20 > len(text)


def _decode(content: bytes, encoding: str | None) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), ""
    if wide := _guess_utf_16(content):
        return content.decode(wide, "replace"), UNMARKED
    if encoding and (text := _decode_as(content, encoding)) is not None:
        return text, ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        if error.end >= len(content) - 1 and error.reason.startswith("unexpected end"):
            return content[: error.start].decode("utf-8-sig"), CUT_OFF
    return content.decode("cp1252", "replace"), GUESSED


def _decode_as(content: bytes, encoding: str) -> str | None:
    """The text in an encoding that was named; None where there is no such, or it does not fit."""
    try:
        return content.decode(encoding)
    except (LookupError, ValueError):
        return None


def _guess_utf_16(content: bytes) -> str | None:
    start = content[:2000]
    zeros = [start[0::2].count(0), start[1::2].count(0)]
    if len(start) >= 4 and max(zeros) * 3 > len(start) and min(zeros) * 10 < max(zeros):
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return None
