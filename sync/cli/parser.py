"""Reads command lines, and lays out what `--help` says."""

import sys
import textwrap
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from models.errors import Problem, UsageError
from sync.cli.terminal import find_width
from sync.cli.wrapping import wrap_line
from translators.spelling import suggest_spelling

WIDEST = 78
INDENT = "  "
MOST_SLOTS = 64
Rows = Sequence[tuple[str, str]]


class Argument(NamedTuple):
    """An option, or (with no help of its own) a word that a command takes."""

    names: tuple[str, ...]
    metavar: str
    help: str
    settings: dict[str, Any]


def option(*names: str, help: str, metavar: str = "", **settings: Any) -> Argument:  # noqa: A002
    """An option; without a metavar it is a flag."""
    usual = {"metavar": metavar} if metavar else {"action": "store_true"}
    return Argument(names, metavar, help, usual | settings)


def word(name: str, metavar: str, **settings: Any) -> Argument:
    """What stands behind the command's name; its docstring explains it."""
    return Argument((name,), metavar, "", settings | {"metavar": metavar})


def named_path(text: str) -> Path:
    """A path as an option gives it; an empty one would be the folder that one stands in."""
    if not text.strip():
        raise ArgumentTypeError("is empty")
    return Path(text)


def count_slots(text: str) -> int:
    """How many jobs run at a time, as an option gives it."""
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) <= MOST_SLOTS:
        raise ArgumentTypeError(f"must be a whole number from 1 to {MOST_SLOTS}")
    return int(text)


class Parser(ArgumentParser):
    """One command's line, or the whole one. Every mistake is a UsageError."""

    def __init__(
        self,
        prog: str,
        text: str | None,
        arguments: Iterable[Argument],
        *,
        tables: Sequence[tuple[str, Rows]] = (),
        epilog: str = "",
    ) -> None:
        super().__init__(prog=prog, add_help=False, allow_abbrev=False)
        self._arguments = (
            *arguments,
            option("-h", "--help", action="help", help="Show this message and exit."),
        )
        for argument in self._arguments:
            self.add_argument(*argument.names, **argument.settings)
        self._text = (text or "").strip()
        self._tables = tables
        self._end = epilog

    def parse(self, arguments: Sequence[str], given: Namespace) -> Namespace:
        """What the arguments say, beside what was `given` before; words and options may mix."""
        namespace, unknown = self.parse_known_intermixed_args(arguments, given)
        if unknown:
            options = [name for argument in self._arguments for name in argument.names]
            self.error(f"does not know {unknown[0]}{suggest_spelling(unknown[0], options)}")
        self._refuse_empty(namespace)
        return namespace

    def _refuse_empty(self, given: Namespace) -> None:
        """A word without a letter in it, as a variable of a script that is not set makes it."""
        for argument in self._arguments:
            if not argument.help and argument.names[0].isidentifier():
                found = getattr(given, argument.names[0])
                words = found if isinstance(found, list) else [found]
                if any(isinstance(each, str) and not each.strip() for each in words):
                    self.error(f"{argument.metavar.split()[0].strip('[]')} is empty")

    def error(self, message: str) -> NoReturn:
        """Not by ending the process: the caller has the last word."""
        where = self.prog.partition(" ")[2] or "command line"
        raise UsageError(Problem(where, message, f"See `{self.prog} --help`."))

    def format_help(self) -> str:
        """Usage, what it does, options, tables, and the examples below them."""
        screen = find_width(sys.stdout) if sys.stdout else None
        width = min(WIDEST, screen or WIDEST)
        words = [argument.metavar for argument in self._arguments if not argument.help]
        blocks = [f"Usage: {' '.join([self.prog, '[OPTIONS]', *words])}"]
        blocks += [_wrap_paragraph(paragraph, width) for paragraph in self._text.split("\n\n")]
        rows = [
            (f"{', '.join(argument.names)} {argument.metavar}".rstrip(), argument.help)
            for argument in self._arguments
            if argument.help
        ]
        for heading, listed in (("Options", rows), *self._tables):
            blocks.append("\n".join([f"{heading}:", *_lay_out_rows(listed, width)]))
        is_narrow = screen is not None and screen < WIDEST + len(INDENT)
        end = _narrow_end(self._end, width) if is_narrow else self._end
        blocks.append(textwrap.indent(end, INDENT))
        return "\n\n".join(blocks) + "\n"


def _wrap_paragraph(paragraph: str, width: int) -> str:
    return textwrap.fill(
        " ".join(paragraph.split()),
        width,
        initial_indent=INDENT,
        subsequent_indent=INDENT,
        break_on_hyphens=False,
    )


def _narrow_end(text: str, width: int) -> str:
    """What stands below the options, for a terminal that is too narrow for how it is written."""
    room = width - len(INDENT)
    paragraphs = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.splitlines()
        if not any(line.startswith(INDENT) for line in lines):
            lines = [" ".join(lines)]
        paragraphs += ["\n".join(part for line in lines for part in wrap_line(line, room))]
    return "\n\n".join(paragraphs)


def _lay_out_rows(rows: Rows, width: int) -> list[str]:
    """Two columns, the second one wrapped."""
    first = max(len(name) for name, _ in rows) + 4
    lines = (f"{INDENT}{name}".ljust(first) + text for name, text in rows)
    return [part for line in lines for part in wrap_line(line, width)]
