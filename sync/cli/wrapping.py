"""Breaks lines for a terminal's width. Two spaces or more part the columns of a line."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from translators.plain_text import measure_width

INDENT = 2

_WIDE = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd"
"""Letters between which a line may end: their languages write no blanks."""
_JOINED = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f"
_CELLS = re.compile(r" *(\S+(?: \S+)*)")


@cache
def _compile_words() -> re.Pattern[str]:
    """A word, or a letter that a line may end behind: asked for where a line is too long."""
    return re.compile(f" *([{_WIDE}][{_JOINED}]*|[^ {_WIDE}]+)")


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
        for word in [cell] if is_whole else _compile_words().finditer(line, *cell.span()):
            if not fits(word.end()) and line[starts[-1] : word.start(1)].strip():
                starts.append(word.start(1))
    return starts, hang


def _find_hang(line: str, width: int) -> int:
    """Where the rest of a line goes on: below a column of its left half, else a little inside."""
    first, *later = (cell.start(1) for cell in _CELLS.finditer(line))
    left = [start for start in later if start <= width // 2]
    return left[-1] if left else min(first + INDENT, width // 2)


def fit_excerpts(lines: Iterable[str], width: int | None) -> Iterator[str]:
    """The lines; one with a caret below it only as far around the caret as the width goes."""
    before = None
    for line in lines:
        if before is not None and width is not None and line.strip() == "^":
            before, line = _fit_excerpt(before, line, width)  # noqa: PLW2901 - the same line, moved
        if before is not None:
            yield before
        before = line
    if before is not None:
        yield before


def _fit_excerpt(text: str, caret: str, width: int) -> tuple[str, str]:
    """Whole words from before the caret on, and dots for what is left out."""
    at = next(
        (end for end in range(len(text)) if measure_width(text[:end]) >= len(caret) - 1), len(text)
    )
    if measure_width(text) <= width or at == len(text):
        return text, caret
    starts = [word.start() for word in re.finditer(r"\S+", text)]
    near = [
        start for start in starts if start <= at and measure_width(text[start:at]) <= width // 2
    ]
    first = near[0] if near else at
    shown = " " * INDENT + ("... " if first > starts[0] else "")
    margin = " " * measure_width(shown + text[first:at])
    rest = text[first:]
    _, *later = break_line(rest, width - measure_width(shown) - len(" ..."))[0]
    told = f"{rest[: later[0]].rstrip()} ..." if later else rest
    return shown + told, f"{margin}^"
