"""What is wrong in a rule book as a value, and how a person is shown it: place, line, caret."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from models.conditions import Line
from models.errors import Problem
from translators.plain_text import measure_width

SHIPPED = "headway:"
"""Stands before the names of the files that come with Headway."""
_WIDEST = 100
_LONGEST, _HALF = 400, 150
MOST_TOLD = 100
"""Mistakes of one file, and of a kind that is dear to word: the others are told after these."""
_UNSHOWN = (
    "error: is wrong here, and is a link to a file outside this folder: nothing of it is shown"
)
_BRING_IN = "Put the file itself here, or run `headway check --config` on the folder it lies in."
_FURTHEST = 60
"""Lines from a rule's first on, in which a text of it is looked for."""


class Position(NamedTuple):
    """A place in a file, line and column counted from 1; line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    @property
    def as_line(self) -> Line:
        """The place as rules remember it."""
        return Line(self.file, self.line)


class Mistake(NamedTuple):
    """One thing that is wrong. `first` is where the same was said before, if that is wrong."""

    at: Position
    what: str
    remedy: str = ""
    first: Position | None = None


def word_mistakes(
    mistakes: Iterable[Mistake],
    texts: Mapping[str, str],
    folder: str,
    lies_outside: Callable[[str], bool] = lambda _: False,
) -> list[Problem]:
    """Each mistake once, by file, line and column, with the line of `texts` that it is in.

    Of a file with very many, the first of them, and that there are more. Of one that
    `lies_outside`, behind a link, that it is wrong and where first: nothing that stands in it.
    """
    ordered = sorted(dict.fromkeys(mistakes), key=lambda mistake: mistake.at)
    problems = []
    for file, same in groupby(ordered, lambda mistake: mistake.at.file):
        found, lines = list(same), texts.get(file, "").splitlines()
        if found[-1].at.line and lies_outside(file):
            first = next(each.at for each in found if each.at.line)
            problems.append(Problem(_place(first, folder), _UNSHOWN, _BRING_IN))
            continue
        problems += [_word_mistake(each, lines, folder) for each in found[:MOST_TOLD]]
        if len(found) > MOST_TOLD:
            what = f"error: has more than {MOST_TOLD} mistakes"
            problems.append(Problem(_place(Position(file), folder), what, "Mend these first."))
    return problems


def _word_mistake(mistake: Mistake, lines: Sequence[str], folder: str) -> Problem:
    at, what, remedy, first = mistake
    before = f", first at {_place(first, folder)}" if first else ""
    where = f"{_place(at, folder)}:{at.column}" if at.line else _place(at, folder)
    told = f"error: {_shorten(what)}{before}{quote_line(lines, at)}"
    is_shipped = at.file.startswith(SHIPPED)
    return Problem(where, told, "Install Headway again." if is_shipped else remedy)


def _shorten(what: str) -> str:
    """What is told, where it repeats a text of any length."""
    return what if len(what) <= _LONGEST else f"{what[:_HALF]} ... {what[-_HALF:]}"


def _place(at: Position, folder: str) -> str:
    """File and line, as the reader would open it."""
    is_own = folder and not at.file.startswith(SHIPPED)
    file = f"{folder}/{at.file}" if is_own else at.file
    return f"{file}:{at.line}" if at.line else file


def quote_line(lines: Sequence[str], at: Position) -> str:
    """The line of a place and a caret below it, each on a line of its own; "" where it is none."""
    if not 0 < at.line <= len(lines):
        return ""
    line = lines[at.line - 1].replace("\t", " ")
    if not line.strip() or at.column > _WIDEST:
        return ""
    margin = " " * measure_width(line[: at.column - 1])
    return f"\n    {line[:_WIDEST]}\n    {margin}^"


def find_token(lines: Sequence[str], at: Position, token: str) -> Position:
    """Where a text stands first from a line on, else where that line begins."""
    for number in range(at.line, min(at.line + _FURTHEST, len(lines) + 1)) if token else ():
        column = lines[number - 1].find(token)
        if column >= 0:
            return Position(at.file, number, column + 1)
    if not 0 < at.line <= len(lines):
        return at
    line = lines[at.line - 1]
    return Position(at.file, at.line, len(line) - len(line.lstrip(" -")) + 1)
