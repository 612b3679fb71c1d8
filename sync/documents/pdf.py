"""Reads PDF, page by page, where pypdf is installed; it takes whatever bytes for what they are."""

import logging
import time
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from models.document import Passage
from sync.documents.limits import LONGEST_SECONDS, Budget, UnreadableError

_LARGEST_PAGE = 2_000_000
"""Bytes of what draws one page; beyond that it is a drawing."""
_MISSING = "Install it with Headway: pip install 'headway-sync[lint]'."


def read_pdf(content: bytes, budget: Budget) -> tuple[date | None, Iterator[Passage]]:
    """The day it was saved, and its pages; UnreadableError where it is broken or encrypted."""
    try:
        import pypdf  # noqa: PLC0415 - an extra, for PDF alone
    except ImportError:
        raise UnreadableError("is read by pypdf, which is not there", _MISSING) from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs each oddity of a file
    reader = _Careful(pypdf.PdfReader)(BytesIO(content))
    if reader.is_encrypted and not _Careful(reader.decrypt)(""):
        raise UnreadableError("has a password", "Save it without one.")
    budget.take_parts(_Careful(lambda: len(reader.pages))())
    return _Careful(_find_day)(reader), _read_pages(reader)


def _find_day(reader: Any) -> date | None:
    said = reader.metadata or {}
    for name in ("/ModDate", "/CreationDate"):
        digits = str(said.get(name, "")).removeprefix("D:")[:8]
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        except ValueError:
            continue
    return None


def _read_pages(reader: Any) -> Iterator[Passage]:
    until = time.monotonic() + LONGEST_SECONDS
    too_large: list[str] = []
    has_text = False
    for number, page in enumerate(reader.pages, 1):
        if time.monotonic() > until:
            raise UnreadableError(
                f"takes longer than {LONGEST_SECONDS:.0f} s: page {number} and those behind it "
                "were not read",
                "Split it.",
            )
        text = _Careful(_extract_text)(page)
        if text is None:
            too_large.append(str(number))
        elif text.strip():
            has_text = True
            yield Passage(text, f"page {number}")
    if too_large:
        what = f"draws too much on a page to be read: {', '.join(too_large[:20])}"
        raise UnreadableError(what, "Look at it yourself.")
    if not has_text:
        raise UnreadableError(
            "has no text: pictures of pages, perhaps", "Have it recognised first."
        )


def _extract_text(page: Any) -> str | None:
    """The text of a page; None where it draws more than anybody writes on one."""
    contents = page.get_contents()
    if contents is None:
        return ""
    if len(contents.get_data()) > _LARGEST_PAGE:
        return None
    text: str = page.extract_text()
    return text


class _Careful:
    """Calls what reads a file that may be anything: whatever it raises is said of the file."""

    def __init__(self, call: Any) -> None:
        self._call = call

    def __call__(self, *given: Any) -> Any:
        try:
            return self._call(*given)
        except MemoryError:
            raise
        except Exception as error:
            said = " ".join(str(error).split())[:120]
            kind = type(error).__name__
            what = f"is broken, or no PDF that can be read: {kind}{f': {said}' * bool(said)}"
            raise UnreadableError(what, "Save it anew as PDF.") from None
