"""Shows pages in colour, by what their words mean. The only importer of rich for pages."""

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text
from rich.theme import Theme

from sync.cli.marks import MarkedLine, Meaning
from sync.cli.wrapping import break_line

VERDICT = "verdict"
THEME = {
    VERDICT: "bold",
    Meaning.GOOD: "green",
    Meaning.DOUBT: "yellow",
    Meaning.BAD: "red",
    Meaning.HEADING: "bold",
    Meaning.COMMAND: "cyan",
    Meaning.ASIDE: "dim",
}
"""Of the sixteen colours that people set for their own eyes."""


def write_in_colour(lines: Iterable[str], stream: TextIO, width: int | None) -> None:
    """Write a page whose lines hold nothing that steers a terminal, its first line the verdict."""
    theme = Theme({str(meaning): style for meaning, style in THEME.items()})
    console = Console(file=stream, theme=theme, force_terminal=True, color_system="standard")
    for number, line in enumerate(lines):
        starts, hang = break_line(line, width)
        text = _paint(line, is_verdict=number == 0)
        for start, part in zip(starts, text.divide(starts[1:]), strict=True):
            part.rstrip()
            part.pad_left(hang if start else 0)
            console.print(part, soft_wrap=True, highlight=False)


def _paint(line: str, *, is_verdict: bool) -> Text:
    text = Text(line, style=VERDICT if is_verdict else "")
    for start, end, meaning in line.marks if isinstance(line, MarkedLine) else ():
        text.stylize(meaning, start, end)
    return text
