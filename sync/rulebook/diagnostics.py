"""Where the mistakes of one file are collected, each with its line, its words and a caret."""

import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from models.errors import Problem
from models.rulebook import Line
from sync.rulebook.yaml_faults import Mark

WIDEST = 100


class Diagnostics:
    """One file being read: its name, its text, and what was wrong with it."""

    def __init__(self, file: str, text: str, folder: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._lines = text.splitlines()
        self.readable = True
        self._told: set[tuple[Mark, str]] = set()
        self._unreadable: set[Mark] = set()
        self._folder = folder

    def line(self, at: Mark) -> Line:
        """The place as rules remember it."""
        return Line(self.file, at.line)

    def add_error(self, at: Mark, what: str, remedy: str = "") -> None:
        """Take down a mistake, once, unless the place itself could not be read."""
        if at in self._unreadable or (at, what) in self._told:
            return
        self._told.add((at, what))
        where = f"{self.place(at)}:{at.column}"
        self.problems.append(Problem(where, f"error: {what}{self._excerpt(at)}", remedy))

    def place(self, at: Mark) -> str:
        """File and line, as the reader would open it."""
        shipped = self.file.startswith("headway:") or not self._folder
        file = self.file if shipped else f"{self._folder}/{self.file}"
        return f"{file}:{at.line}"

    def refuse(self, at: Mark, what: str, remedy: str) -> None:
        """Take down a mistake of YAML itself; what else is wrong there may come from it."""
        self.add_error(at, what, remedy)
        self._unreadable.add(at)

    def _excerpt(self, at: Mark) -> str:
        if not 0 < at.line <= len(self._lines):
            return ""
        line = self._lines[at.line - 1].replace("\t", " ")
        if not line.strip() or at.column > WIDEST:
            return ""
        margin = " " * sum(_width(letter) for letter in line[: at.column - 1])
        return f"\n    {line[:WIDEST]}\n    {margin}^"


def did_you_mean(word: str, known: Iterable[str], score: float = 70) -> str:
    """` (did you mean 'labels'?)`, or nothing where no known word is like it."""
    close = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=score)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _width(letter: str) -> int:
    """How many columns of a terminal a letter takes."""
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def sort_problems(problems: Sequence[Problem]) -> list[Problem]:
    """Problems by file, line and column."""

    def place(problem: Problem) -> tuple[str, int, int]:
        file, _, rest = problem.where.partition(".yaml:")
        line, _, column = rest.partition(":")
        numbers = (int(line) if line.isdigit() else 0, int(column) if column.isdigit() else 0)
        return (file, *numbers)

    return sorted(problems, key=place)
