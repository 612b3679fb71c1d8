"""The bytes of the requests file become text, or an error that says what they are instead."""

import codecs
import re
from collections.abc import Callable
from pathlib import Path

from models.errors import Problem, UsageError
from models.finding import Finding

LARGEST_FILE = 10_000_000
"""Bytes."""
CODE = "request"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def read_text(
    path: Path, remedy: str = "Mend HEADWAY_REQUESTS_FILE, or unset it."
) -> tuple[str, list[Finding]]:
    """The text of a file, and what is odd about it; UsageError where it is none."""
    return _decode(_read_bytes(path, remedy), path)


def _read_bytes(path: Path, remedy: str) -> bytes:
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "is not there"
            raise UsageError(Problem(str(path), what, remedy))
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise UsageError(Problem(str(path), what, "Let this account read it.")) from None
    except ValueError as error:
        raise UsageError(Problem(ascii(str(path)), f"cannot be read: {error}", "")) from None
    if len(content) > LARGEST_FILE:
        what = f"is larger than {LARGEST_FILE // 1_000_000} MB"
        raise UsageError(Problem(str(path), what, "Is it the right file? Keep this year's rows."))
    return content


def _decode(content: bytes, path: Path) -> tuple[str, list[Finding]]:
    findings = []

    def note(what: str) -> None:
        findings.append(Finding(CODE, str(path), what))

    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
    elif wide := _guess_utf_16(content):
        text = content.decode(wide, "replace")
        note("is UTF-16 without its mark; save it as UTF-8")
    else:
        text = _decode_narrow(content, note)
    text = text.removeprefix("\ufeff")
    if len(_CONTROL.findall(text)) * 20 > len(text):
        remedy = "Save the table as CSV, UTF-8."
        raise UsageError(Problem(str(path), "is no text but a program's own format", remedy))
    return text, findings


def _guess_utf_16(content: bytes) -> str | None:
    start = content[:2000]
    zeros = [start[0::2].count(0), start[1::2].count(0)]
    if len(start) >= 4 and max(zeros) * 3 > len(start) and min(zeros) * 10 < max(zeros):
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return None


def _decode_narrow(content: bytes, note: Callable[[str], None]) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.end >= len(content) - 1 and error.reason.startswith("unexpected end"):
            note("ends within a letter: was it copied while it was written?")
            return content[: error.start].decode("utf-8-sig")
    note("is not UTF-8; read as Windows text (cp1252), so look at letters with accents")
    return content.decode("cp1252", "replace")
