"""Reads text, Markdown and tables of text: what has lines."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from models.document import Passage
from sync.documents.limits import Budget, UnreadableError

LONGEST_PASSAGE = 20_000
"""Letters of a paragraph, beyond which it is taken in pieces."""
_BEGINS = re.compile(r"\s*(?:[-*+\u2022\u2013|#>]|\d{1,3}[.)]\s|\[[ x]\])")
"""A line that begins something of its own: an entry of a list, a heading, a row."""
_STANDS_ALONE = re.compile(r"\s*[#|]")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_FRONT = "---"
_DATED = re.compile(
    r"(?:date|updated|lastmod|last_modified)\s*:\s*[\"']?(\d{4}-\d\d-\d\d)", re.IGNORECASE
)
_MOST_FRONT_LINES = 100
_SEPARATORS = ",;\t|"
_LONGEST_CELL = 1_000_000


def split_paragraphs(text: str, first: int = 1) -> Iterator[Passage]:
    """The paragraphs of a text, and where each begins; `first` is the number of its first line.

    A paragraph may go over lines, as mail programs break them.
    """
    lines: list[str] = []
    begun, length = first, 0
    for number, line in enumerate(text.split("\n"), first):
        is_blank = not line.strip()
        is_other = is_blank or _BEGINS.match(line) or (lines and _STANDS_ALONE.match(lines[0]))
        if lines and (is_other or length > LONGEST_PASSAGE):
            yield from _cut(lines, begun)
            lines, length = [], 0
        if not is_blank:
            begun = begun if lines else number
            lines.append(line)
            length += len(line)
    if lines:
        yield from _cut(lines, begun)


def _cut(lines: list[str], begun: int) -> Iterator[Passage]:
    text = "\n".join(lines)
    while len(text) > 2 * LONGEST_PASSAGE:
        at = text.rfind(" ", 1, LONGEST_PASSAGE)
        at = at if at > 0 else LONGEST_PASSAGE
        yield Passage(text[:at], line=begun)
        begun += text.count("\n", 0, at)
        text = text[at:]
    yield Passage(text, line=begun)


def unify_line_ends(text: str) -> str:
    """Every line ends in the same way."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_plain_text(text: str) -> tuple[date | None, Iterable[Passage]]:
    """The paragraphs of a text. It says of no day by itself."""
    return None, split_paragraphs(text)


def read_markdown(text: str) -> tuple[date | None, Iterable[Passage]]:
    """The date of the front matter, and the paragraphs below it; blocks of code are passed over."""
    lines = text.split("\n")
    front, day = 0, None
    if lines[0].rstrip() == _FRONT and _FRONT in map(str.rstrip, lines[1:_MOST_FRONT_LINES]):
        front = 2 + [line.rstrip() for line in lines[1:]].index(_FRONT)
        day = next(filter(None, map(_read_date, lines[:front])), None)
    lines[:front] = [""] * front
    fence = ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence or found:
            lines[number] = ""
            if found and found[1] == fence:
                fence = ""
            elif found and not fence:
                fence = found[1]
    return day, split_paragraphs("\n".join(lines))


def _read_date(line: str) -> date | None:
    found = _DATED.match(line)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def read_table(
    text: str, columns: frozenset[str], budget: Budget
) -> tuple[date | None, Iterable[Passage]]:
    """The cells of a table that hold words; those of `columns` alone, where some are named.

    The first row is the heading. UnreadableError where it has none of the columns named.
    """
    separator = _find_separator(text)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    if text[:4].casefold() == "sep=":
        next(reader, None)
    heading = [name.strip() for name in next(reader, [])]
    folded = {name.casefold() for name in columns}
    wanted = {at for at, name in enumerate(heading) if name.casefold() in folded}
    if columns and not wanted:
        known = ", ".join(heading[:20])
        raise UnreadableError(f"has no column {' or '.join(sorted(columns))}", f"It has: {known}.")
    return None, _read_cells(reader, heading, wanted if columns else None, budget)


def _read_cells(
    reader: Any, heading: list[str], wanted: set[int] | None, budget: Budget
) -> Iterator[Passage]:
    if wanted is None:
        yield from (Passage(name, line=reader.line_num) for name in heading if _has_words(name))
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            what = f"is no table from line {line} on: {error}"
            raise UnreadableError(what, "Save it anew, as CSV, or as .txt.") from None
        if row is None:
            return
        for at, cell in enumerate(row):
            budget.take_cell()
            if (wanted is None or at in wanted) and _has_words(cell):
                name = heading[at] if at < len(heading) else ""
                yield Passage(cell, name or f"column {at + 1}", line)


def _has_words(cell: str) -> bool:
    return any(letter.isalpha() for letter in cell)


def _find_separator(text: str) -> str:
    """What the first line has most of, outside of its quotes."""
    lines = text.split("\n", 1)
    if lines[0][:4].casefold() == "sep=" and len(lines[0]) == 5:
        return lines[0][4]
    first = re.sub(r'"[^"]*"', "", lines[0])
    return max(_SEPARATORS, key=first.count)
