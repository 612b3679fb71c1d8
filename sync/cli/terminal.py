"""Writes lines: as they are into a pipe; for a terminal laid out for its width, and in colour.

A line is plain text. Two spaces or more part its columns.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TextIO

from translators.plain_text import show_plainly

USUAL_WIDTH = 80
INDENT = 2
BOLD, RED, GREEN, YELLOW = "1", "31", "32", "33"

_WIDE = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60"
_WORDS = re.compile(f" *(?:[{_WIDE}]|[^ {_WIDE}]+)")
_CELLS = re.compile(r" *\S+(?: \S+)*")

_MEANINGS = {
    RED: r"[1-9]\d* wrong|wrong|[1-9]\d* errors?|failing|failed|refused|headway:(?= )|-(?= )",
    YELLOW: "held back|held|HELD|partial|unseen|current, stale|note|noticed|Noticed|to decide|~",
    GREEN: r"Nothing wrong|0 errors|current|published(?=:| +exit)|unchanged(?=:| +exit)|ok|\+",
}
_BEFORE = r" *(?:status +|\d{4}-\d\d-\d\d \d\d:\d\d UTC +)?"
_SAID = {hue: re.compile(f"{_BEFORE}({words})(?![\\w-])") for hue, words in _MEANINGS.items()}
"""The words that say how something is, where a line begins with one, by the colour of that."""


def write_lines(lines: Iterable[str], stream: TextIO | None) -> None:
    """Write a page, its first line the verdict; no text of others steers a terminal.

    A stream that was closed before we began is None, and is told nothing.
    """
    if stream is None:
        return
    width = find_width(stream)
    is_coloured = wants_colour(stream)
    for number, line in enumerate(map(show_plainly, lines)):
        for part, text in enumerate(wrap_line(line, width) if width else [line]):
            painted = paint(text, is_verdict=number == 0, is_start=part == 0)
            stream.write((painted if is_coloured else text) + "\n")


def find_width(stream: TextIO) -> int | None:
    """Columns of the terminal that a stream writes to; None where it writes to none."""
    if not stream.isatty():
        return None
    wished = os.environ.get("COLUMNS", "")
    if wished.isdecimal() and int(wished):
        return int(wished)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_WIDTH
    except OSError:
        return USUAL_WIDTH


def wants_colour(stream: TextIO) -> bool:
    """On a terminal that has colours, unless NO_COLOR is set: https://no-color.org."""
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "") in ("", "dumb")
    return stream.isatty() and not is_plain


def paint(text: str, *, is_verdict: bool = False, is_start: bool = True) -> str:
    """A line whose first words say how something is in the colour of that; a verdict in bold."""
    for hue, pattern in _SAID.items() if is_start else ():
        if said := pattern.match(text):
            start, end = said.span(1)
            rest = paint(text[end:], is_verdict=is_verdict, is_start=False)
            style = f"{BOLD};{hue}" if is_verdict else hue
            return f"{text[:start]}\x1b[{style}m{text[start:end]}\x1b[0m{rest}"
    return f"\x1b[{BOLD}m{text}\x1b[0m" if is_verdict and text else text


def wrap_line(line: str, width: int) -> list[str]:
    """The line in lines of at most `width` columns, the later ones below its last wide column.

    A column goes on below whole where it can. No word is cut: one that is wider than the terminal
    (a path, an address) is to be copied.
    """
    if measure(line) <= width:
        return [line]
    hang = _find_hang(line, width)
    lines = [""]
    for cell in _CELLS.findall(line):
        text = cell.lstrip(" ")
        if measure(lines[-1] + cell) > width and measure(text) <= width - hang and lines[-1]:
            lines.append(" " * hang + text)
        else:
            lines[-1:] = _wrap_words(lines[-1] + cell, len(lines[-1]), hang, width)
    return lines


def _wrap_words(text: str, kept: int, hang: int, width: int) -> Iterator[str]:
    """The text, broken before words that do not fit, but not in the first `kept` letters."""
    line = text[:kept]
    for word in _WORDS.findall(text[kept:]):
        if line.strip() and measure(line + word) > width:
            yield line
            line = " " * hang + word.lstrip(" ")
        else:
            line += word
    yield line


def _find_hang(line: str, width: int) -> int:
    """Where the rest of a line goes on: below a column of its left half, else a little inside."""
    starts = [cell.end() - len(cell[0].lstrip(" ")) for cell in _CELLS.finditer(line)]
    left = [start for start in starts[1:] if start <= width // 2]
    return left[-1] if left else min(starts[0] + INDENT, width // 2)


def measure(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )
