"""Reads one document, by what its bytes are and then by the ending of its name."""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct

from models.document import Passage
from sync.documents.archive import Archive
from sync.documents.decoding import decode_text, is_no_text
from sync.documents.html import find_encoding, read_html
from sync.documents.limits import LARGEST_FILE, Budget, TooMuchError, UnreadableError
from sync.documents.mail import read_mail
from sync.documents.office import read_docx, read_pptx
from sync.documents.pdf import read_pdf
from sync.documents.plain import read_markdown, read_plain_text, read_table, unify_line_ends
from sync.documents.sheets import read_xlsx

TEXTS = (".txt", ".text", ".log", ".rst", ".adoc")
MARKDOWN, PAGES, TABLES, MAILS = (
    (".md", ".markdown"),
    (".html", ".htm"),
    (".csv", ".tsv"),
    (".eml",),
)
OFFICE = {"word/document.xml": read_docx, "ppt/presentation.xml": read_pptx}
OFFICE |= {"xl/workbook.xml": read_xlsx}
OFFICE_NAMES = (".docx", ".docm", ".dotx", ".pptx", ".pptm", ".ppsx", ".xlsx", ".xlsm")
KINDS = frozenset((*TEXTS, *MARKDOWN, *PAGES, *TABLES, *MAILS, *OFFICE_NAMES, ".pdf"))
"""Endings of what is read."""
OTHERS = frozenset((".doc", ".xls", ".ppt", ".msg", ".rtf", ".odt", ".ods", ".odp", ".xlsb"))
"""Endings of documents that are not: of a folder they are named, and never passed over."""
_OLD_OFFICE, _ZIP, _PDF, _RICH = b"\xd0\xcf\x11\xe0", b"PK", b"%PDF-", b"{\\rtf"
_PAGE = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)
_MAIL = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[ \t][^\n]*\n(?:[ \t][^\n]*\n)*){3}")
_MAIL_SIGN = re.compile(r"^(?:from|date|subject|mime-version):", re.IGNORECASE | re.MULTILINE)


class Document(Struct, frozen=True):
    """A document as it is read: the day it says it is of, what is odd about it, its passages.

    `passages` raises UnreadableError where the rest cannot be read; which of its attachments
    cannot is in `unread` once they have been gone through.
    """

    dated_on: date | None
    oddity: str
    passages: Iterable[Passage]
    unread: list[UnreadableError]


def read_document(path: Path, columns: frozenset[str] = frozenset()) -> Document:
    """A file, or standard input where `path` is a dash; of tables `columns` alone, if any.

    Raises UnreadableError where nothing of it can be read.
    """
    content = _read_stdin() if path == Path("-") else _read_bytes(path)
    ending = path.suffix.casefold()
    try:
        budget = Budget()
        reader = _Reader(columns, budget)
        day, oddity, passages = reader.read(content, ending)
        return Document(day, oddity, _bound(passages, budget), reader.unread)
    except RecursionError:
        raise UnreadableError("is nested too deep") from None


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise UnreadableError("is closed")
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    return _refuse_large(content)


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "is not there"
            raise UnreadableError(what, "Name a file, a folder, or - for standard input.")
        with path.open("rb") as file:
            return _refuse_large(file.read(LARGEST_FILE + 1))
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise UnreadableError(what, "Let this account read it.") from None
    except ValueError as error:
        raise UnreadableError(f"cannot be read: {error}") from None


def _refuse_large(content: bytes) -> bytes:
    if len(content) > LARGEST_FILE:
        what = f"is larger than {LARGEST_FILE // 1_000_000} MB"
        raise UnreadableError(what, "Split it, or leave it out.")
    return content


def _bound(passages: Iterable[Passage], budget: Budget) -> Iterator[Passage]:
    """The passages that say something, in letters that can be written, until it is enough."""
    try:
        for each in passages:
            budget.take_letters(len(each.text))
            text = each.text.encode("utf-8", "replace").decode()
            if text.strip():
                yield Passage(text, each.where, each.line, each.inside)
    except RecursionError:
        raise UnreadableError("is nested too deep") from None


class _Reader:
    """Reads bytes; what is attached to a mail too, from the same budget."""

    def __init__(self, columns: frozenset[str], budget: Budget) -> None:
        self._columns = columns
        self._budget = budget
        self.unread: list[UnreadableError] = []

    def read(self, content: bytes, ending: str) -> tuple[date | None, str, Iterable[Passage]]:
        """The day, what is odd, the passages."""
        if content.startswith(_ZIP) and (ending not in TEXTS):
            archive = Archive(content, self._budget)
            for name, read in OFFICE.items():
                if name in archive.names:
                    return archive.find_day(), "", read(archive)
            remedy = "Save it as docx, pptx or xlsx."
            raise UnreadableError("is an archive, and no document that is known", remedy)
        if content.startswith(_OLD_OFFICE):
            what = "has a password, or is of an older Office or Outlook"
            raise UnreadableError(what, "Save it without one, as docx, pptx, xlsx or eml.")
        if content.startswith(_RICH):
            raise UnreadableError("is rich text (RTF)", "Save it as docx.")
        if content[:1024].lstrip().startswith(_PDF):
            day, pages = read_pdf(content, self._budget)
            return day, "", pages
        return self._read_text(content, ending)

    def _read_text(self, content: bytes, ending: str) -> tuple[date | None, str, Iterable[Passage]]:
        text, oddity = decode_text(content, find_encoding(content) if ending in PAGES else None)
        if is_no_text(text):
            raise UnreadableError("is no text but a program's own format", "Save it as text.")
        text = unify_line_ends(text)
        if ending in MAILS or (ending not in KINDS and _is_mail(text)):
            day, passages = read_mail(content, self._read_attached, self._budget)
            oddity = ""
        elif ending in TABLES:
            day, passages = read_table(text, self._columns, self._budget)
        elif ending in PAGES or _PAGE.match(text):
            day, passages = read_html(text)
        else:
            day, passages = (read_markdown if ending in MARKDOWN else read_plain_text)(text)
        return day, oddity, passages

    def _read_attached(self, name: str, content: bytes) -> Iterable[Passage]:
        """The passages of what is attached; one that cannot be read is noted."""
        ending = Path(name).suffix.casefold()
        if ending not in KINDS:
            return
        try:
            yield from self.read(content, ending)[2]
        except TooMuchError:
            raise
        except UnreadableError as error:
            self.unread.append(UnreadableError(f"holds {name}, which {error.what}", error.remedy))


def _is_mail(text: str) -> bool:
    found = _MAIL.match(text)
    return found is not None and len(_MAIL_SIGN.findall(found[0])) > 1
