"""Reads what word processors and slide programs save: docx and pptx."""

import re
from collections.abc import Iterator

from models.document import Passage
from sync.documents.archive import Archive, XmlHandler
from sync.documents.limits import LONGEST_TEXT, UnreadableError

_NUMBER = re.compile(r"(\d+)\.xml$")
_WORD_PARTS = re.compile(r"word/(?:header|footer|footnotes|endnotes|comments)(\d*)\.xml")
_SLIDES, _NOTES = "ppt/slides/", "ppt/notesSlides/"
_DRAWN = {"ppt/charts/chart": "chart", "ppt/diagrams/data": "diagram", "ppt/comments": "comments"}
_SPACES = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PASSED_OVER = frozenset(("Fallback", "del", "moveFrom", "fld"))
"""What stands there twice, what was taken out, and fields that a program fills in."""


def read_docx(archive: Archive) -> Iterator[Passage]:
    """The paragraphs of the body, of tables and text boxes, then of headers, notes and comments."""
    for at, text in enumerate(read_paragraphs(archive, "word/document.xml"), 1):
        yield Passage(text, f"paragraph {at}")
    for name in sorted(filter(_WORD_PARTS.fullmatch, archive.names)):
        part = name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")
        for at, text in enumerate(read_paragraphs(archive, name), 1):
            yield Passage(text, f"{part}, paragraph {at}")


def read_pptx(archive: Archive) -> Iterator[Passage]:
    """The paragraphs of the slides in the order they are shown in, each with its notes."""
    for number, slide in enumerate(_order_slides(archive), 1):
        yield from _read_part(archive, slide, f"slide {number}")
        for target in archive.read_relations(slide).values():
            if target.startswith(_NOTES):
                yield from _read_part(archive, target, f"slide {number}, notes")
            for start, word in _DRAWN.items():
                if target.startswith(start):
                    yield from _read_part(archive, target, f"slide {number}, {word}")


def _read_part(archive: Archive, name: str, where: str) -> Iterator[Passage]:
    return (Passage(text, where) for text in read_paragraphs(archive, name))


def _order_slides(archive: Archive) -> list[str]:
    """As the presentation lists them; without such a list, by their numbers."""
    presentation = "ppt/presentation.xml"
    shown: list[str] = []

    def note(tag: str, given: dict[str, str]) -> None:
        if tag == "sldId":
            shown.append(given.get("relationships:id", ""))

    archive.read_xml(presentation, XmlHandler(note))
    related = archive.read_relations(presentation)
    named = [related[each] for each in shown if related.get(each, "").startswith(_SLIDES)]
    slides = [each for each in archive.names if each.startswith(_SLIDES) and _NUMBER.search(each)]
    return named or sorted(slides, key=lambda each: int(_NUMBER.findall(each)[0]))


def read_paragraphs(archive: Archive, name: str) -> Iterator[str]:
    """The paragraphs of one file; empty ones too, so that they can be counted."""
    handler = _ParagraphHandler()
    for _ in archive.stream_xml(name, handler):
        yield from handler.done
        handler.done.clear()


class _ParagraphHandler(XmlHandler):
    """Gathers paragraphs; one may stand in another, as in a box of text."""

    def __init__(self) -> None:
        super().__init__(self._begin, self._finish, self._add)
        self.done: list[str] = []
        self._begun: list[list[str]] = []
        self._is_text = False
        self._unread = 0
        self._letters = 0

    def _begin(self, tag: str, _given: dict[str, str]) -> None:
        if self._unread or tag in _PASSED_OVER:
            self._unread += 1
        elif tag == "p":
            self._begun.append([])
        elif self._begun and tag in _SPACES:
            self._begun[-1].append(_SPACES[tag])
        self._is_text = tag in ("t", "text")

    def _finish(self, tag: str) -> None:
        self._is_text = False
        if self._unread:
            self._unread -= 1
        elif tag == "p" and self._begun:
            self.done.append("".join(self._begun.pop()))

    def _add(self, text: str) -> None:
        if not self._is_text or self._unread:
            return
        self._letters += len(text)
        if self._letters > LONGEST_TEXT:
            raise UnreadableError(f"has more than {LONGEST_TEXT:,} letters in one part")
        if self._begun:
            self._begun[-1].append(text)
        else:
            self.done.append(text)
