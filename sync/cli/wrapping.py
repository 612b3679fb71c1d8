"""Breaks lines for a terminal's width. Two spaces or more part the columns of a line."""

import re

from translators.plain_text import measure_width

INDENT = 2

_WIDE = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd"
"""Letters between which a line may end: their languages write no blanks."""
_JOINED = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f"
_WORDS = re.compile(f" *([{_WIDE}][{_JOINED}]*|[^ {_WIDE}]+)")
_CELLS = re.compile(r" *(\S+(?: \S+)*)")


def wrap_line(line: str, width: int | None) -> list[str]:
    """The line in lines of at most `width` columns, the later ones below its last wide column."""
    starts, hang = break_line(line, width)
    return [
        " " * (hang if start else 0) + line[start:end].rstrip(" ")
        for start, end in zip(starts, (*starts[1:], None), strict=True)
    ]


def break_line(line: str, width: int | None) -> tuple[list[int], int]:
    """The letters with which parts of the line begin, and how far the later parts are set in.

    A column goes on below whole where it can. No word is cut: one that is wider than the terminal
    (a path, an address) is to be copied.
    """
    if width is None or measure_width(line.rstrip()) <= width:
        return [0], 0
    hang = _find_hang(line, width)
    starts = [0]

    def fits(end: int) -> bool:
        return (hang if starts[1:] else 0) + measure_width(line[starts[-1] : end]) <= width

    for cell in _CELLS.finditer(line):
        is_whole = hang + measure_width(cell[1]) <= width
        for word in [cell] if is_whole else _WORDS.finditer(line, *cell.span()):
            if not fits(word.end()) and line[starts[-1] : word.start(1)].strip():
                starts.append(word.start(1))
    return starts, hang


def _find_hang(line: str, width: int) -> int:
    """Where the rest of a line goes on: below a column of its left half, else a little inside."""
    first, *later = (cell.start(1) for cell in _CELLS.finditer(line))
    left = [start for start in later if start <= width // 2]
    return left[-1] if left else min(first + INDENT, width // 2)
