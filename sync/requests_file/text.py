"""The bytes of the requests file become text, or an error that says what they are instead."""

from pathlib import Path

from models.errors import Problem, UsageError
from models.finding import Finding
from sync.documents.decoding import decode_text, is_no_text

LARGEST_FILE = 10_000_000
"""Bytes."""
CODE = "request"


def read_text(path: Path) -> tuple[str, list[Finding]]:
    """The text of a file, and what is odd about it; UsageError where it is none."""
    return _decode(_read_bytes(path), path)


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "is not there"
            raise UsageError(Problem(str(path), what, "Mend HEADWAY_REQUESTS_FILE, or unset it."))
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
    text, oddity = decode_text(content)
    if is_no_text(text):
        remedy = "Save the table as CSV, UTF-8."
        raise UsageError(Problem(str(path), "is no text but a program's own format", remedy))
    return text, [Finding(CODE, str(path), oddity)] if oddity else []
