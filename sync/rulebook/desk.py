"""Where the mistakes of one file are collected, each with its line, its words and a caret."""

from collections.abc import Sequence

from models.errors import Problem
from models.rulebook import Line
from sync.rulebook.yaml_tree import Mark

WIDEST = 100


class Desk:
    """One file being read: its name, its text, and what was wrong with it."""

    def __init__(self, file: str, text: str, folder: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._lines = text.splitlines()
        self._folder = folder

    def line(self, at: Mark) -> Line:
        """The place as rules remember it."""
        return Line(self.file, at.line)

    def complain(self, at: Mark, what: str, remedy: str = "") -> None:
        """Take down a mistake."""
        shipped = self.file.startswith("headway:") or not self._folder
        place = self.file if shipped else f"{self._folder}/{self.file}"
        where = f"{place}:{at.line}:{at.column}"
        self.problems.append(Problem(where, f"error: {what}{self._excerpt(at)}", remedy))

    def _excerpt(self, at: Mark) -> str:
        if not 0 < at.line <= len(self._lines):
            return ""
        line = self._lines[at.line - 1].replace("\t", " ")
        if not line.strip() or at.column > WIDEST:
            return ""
        return f"\n    {line[:WIDEST]}\n    {' ' * (at.column - 1)}^"


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Problems by file, line and column."""

    def place(problem: Problem) -> tuple[str, int, int]:
        file, _, rest = problem.where.partition(".yaml:")
        line, _, column = rest.partition(":")
        numbers = (int(line) if line.isdigit() else 0, int(column) if column.isdigit() else 0)
        return (file, *numbers)

    return sorted(problems, key=place)
