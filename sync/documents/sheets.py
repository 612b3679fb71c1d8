"""Reads what spreadsheet programs save (xlsx): the cells that hold words, and the comments.

Numbers are none, and so are dates that are kept as numbers: nobody promises in them.
"""

from collections.abc import Iterator

from models.document import Passage
from sync.documents.archive import Archive, XmlHandler
from sync.documents.limits import LONGEST_TEXT, MOST_CELLS, UnreadableError
from sync.documents.office import read_paragraphs

_WORKBOOK, _STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
_SHEETS, _DRAWINGS = "xl/worksheets/", "xl/drawings/"
_COMMENTS = ("xl/comments", "xl/threadedComments/")
_PLACES = ("si", "c", "comment", "threadedComment")
"""The elements whose text belongs together."""


def read_xlsx(archive: Archive) -> Iterator[Passage]:
    """The cells of the sheets in their order, then the comments and boxes of each."""
    shared = [text for _, _, text in _read_texts(archive, _STRINGS)]
    for title, sheet in _list_sheets(archive):
        for place, kind, content in _read_texts(archive, sheet):
            archive.budget.take_cell()
            text = _look_up(shared, content) if kind == "s" else content
            if kind in ("s", "str", "inlineStr") and text:
                yield Passage(text, f"{title}!{place}")
        for name in archive.read_relations(sheet).values():
            if name.startswith(_COMMENTS):
                for place, _, text in _read_texts(archive, name):
                    yield Passage(text, f"{title}!{place}, comment")
            elif name.startswith(_DRAWINGS) and name.endswith(".xml"):
                for text in read_paragraphs(archive, name):
                    yield Passage(text, f"{title}, drawing")


def _look_up(shared: list[str], number: str) -> str:
    at = int(number) if number.isdecimal() else len(shared)
    return shared[at] if at < len(shared) else ""


def _list_sheets(archive: Archive) -> list[tuple[str, str]]:
    """The titles of the sheets and their files, hidden ones too."""
    listed: list[tuple[str, str]] = []

    def note(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            listed.append((given.get("name", ""), given.get("relationships:id", "")))

    archive.read_xml(_WORKBOOK, XmlHandler(note))
    related = archive.read_relations(_WORKBOOK)
    sheets = [(title, related.get(reference, "")) for title, reference in listed]
    return [(title, file) for title, file in sheets if file.startswith(_SHEETS)]


def _read_texts(archive: Archive, name: str) -> Iterator[tuple[str, str, str]]:
    """Each place of a file, its kind and its text, as they stream by."""
    handler = _CellHandler()
    for _ in archive.stream_xml(name, handler):
        yield from handler.done
        handler.done.clear()


class _CellHandler(XmlHandler):
    """Gathers cells, shared texts and comments: (place, kind of cell, text)."""

    def __init__(self) -> None:
        super().__init__(self._begin, self._finish, self._add)
        self.done: list[tuple[str, str, str]] = []
        self._place, self._kind = "", ""
        self._text: list[str] = []
        self._is_text = False
        self._unread = 0
        self._letters, self._seen = 0, 0

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if self._unread or tag == "rPh":  # how a word is read aloud, in Japanese
            self._unread += 1
        elif tag in _PLACES:
            self._place = given.get("r") or given.get("ref", "")
            self._kind = given.get("t", "")
            self._text = []
        self._is_text = tag in ("t", "v", "text")

    def _finish(self, tag: str) -> None:
        self._is_text = False
        if self._unread:
            self._unread -= 1
        elif tag in _PLACES:
            self._seen += 1
            if self._seen > MOST_CELLS:
                raise UnreadableError(f"has more than {MOST_CELLS:,} cells in one part")
            self.done.append((self._place, self._kind, "".join(self._text)))

    def _add(self, text: str) -> None:
        if self._is_text and not self._unread:
            self._letters += len(text)
            if self._letters > 4 * LONGEST_TEXT:
                raise UnreadableError(f"has more than {4 * LONGEST_TEXT:,} letters in one part")
            self._text.append(text)
