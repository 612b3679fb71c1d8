"""Writes lines: as they are into a pipe; for a terminal laid out for its width, and in colour."""

import os
from collections.abc import Iterable
from typing import TextIO

from sync.cli.marks import MarkedLine
from sync.cli.wrapping import fit_excerpts, wrap_line
from translators.plain_text import show_plainly

USUAL_WIDTH = 80


def write_lines(lines: Iterable[str], stream: TextIO | None) -> None:
    """Write a page, its first line the verdict; no text of others steers a terminal.

    A stream that was closed before we began is None, and is told nothing.
    """
    if stream is None:
        return
    width = find_width(stream)
    plain = (line if isinstance(line, MarkedLine) else show_plainly(line) for line in lines)
    fitted = fit_excerpts(plain, width)
    if wants_colour(stream):
        from sync.cli.screen import write_in_colour

        write_in_colour(fitted, stream, width)
    else:
        stream.writelines(f"{part}\n" for line in fitted for part in wrap_line(line, width))


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
    """On a terminal that has colours, or where FORCE_COLOR is set; never where NO_COLOR is.

    As in https://no-color.org and https://force-color.org.
    """
    if os.environ.get("NO_COLOR"):
        return False
    has_colours = os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and has_colours)
