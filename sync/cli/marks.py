"""What pages are made of: lines of plain text that say what some of their words mean."""

from collections.abc import Iterable
from enum import StrEnum

from translators.plain_text import measure_width, show_plainly


class Meaning(StrEnum):
    """What words on a page are; how a terminal shows that is said in `screen.py` alone."""

    GOOD = "good"
    DOUBT = "doubt"
    BAD = "bad"
    HEADING = "heading"
    COMMAND = "command"
    ASIDE = "aside"


class MarkedLine(str):
    """A line and its marks: what stands from one letter to another. A pipe gets its text."""

    __slots__ = ("marks",)
    marks: tuple[tuple[int, int, Meaning], ...]

    def __radd__(self, before: str) -> "MarkedLine":
        """Set in, a line means what it meant."""
        line, by = MarkedLine(before + str(self)), len(before)
        line.marks = tuple((start + by, end + by, meaning) for start, end, meaning in self.marks)
        return line


def mark(text: str, meaning: Meaning, words: str | None = None) -> MarkedLine:
    """The line, with these words marked where they stand first, or all of it.

    Earlier marks stay. Where the words do not stand in the line, nothing is marked.
    """
    line = MarkedLine(show_plainly(text))
    line.marks = text.marks if isinstance(text, MarkedLine) else ()
    marked = line.strip() if words is None else show_plainly(words)
    start = line.find(marked)
    if marked and start >= 0:
        line.marks += ((start, start + len(marked), meaning),)
    return line


def pad(text: str, width: int) -> str:
    """The text, filled up with blanks to the width of its column."""
    return text + " " * (width - measure_width(text))


def find_widest(texts: Iterable[str]) -> int:
    """The width of a column of these texts."""
    return max(map(measure_width, texts), default=0)
