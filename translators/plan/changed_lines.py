"""Tells which lines of a rule book were changed, and which of them is behind a change."""

from collections.abc import Mapping
from difflib import SequenceMatcher

from msgspec import Struct

from models.conditions import Line


class _File(Struct, frozen=True):
    """The lines of a file before and after, and those that were taken out and put in."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


class ChangedLines(Struct, frozen=True):
    """Where the texts of two rule books differ, by file."""

    files: Mapping[str, _File]

    def find_after(self, block: Line) -> Line | None:
        """The first line of a rule that is new or was changed, by where the rule stands now."""
        file = self.files.get(block.file)
        return _find_first(block, file.after, file.added) if file else None

    def find_before(self, block: Line) -> Line | None:
        """The first line of a rule that was taken out or changed, by where the rule stood."""
        file = self.files.get(block.file)
        return _find_first(block, file.before, file.removed) if file else None

    def list_all(self) -> tuple[Line, ...]:
        """Every line that is new or was changed; where lines were only taken out, the first."""
        return tuple(
            Line(name, line)
            for name, file in sorted(self.files.items())
            for line in file.added or file.removed[:1]
        )


def compare_lines(before: Mapping[str, str], after: Mapping[str, str]) -> ChangedLines:
    """The lines in which two rule books differ, by the texts of their files."""
    return ChangedLines(
        {
            name: _compare_file(before.get(name, ""), after.get(name, ""))
            for name in before.keys() | after.keys()
            if before.get(name, "") != after.get(name, "")
        }
    )


def _compare_file(before: str, after: str) -> _File:
    old, new = tuple(before.splitlines()), tuple(after.splitlines())
    removed: list[int] = []
    added: list[int] = []
    for tag, old_from, old_to, new_from, new_to in _match(old, new):
        if tag != "equal":
            removed += _telling(old, old_from, old_to)
            added += _telling(new, new_from, new_to)
    return _File(old, new, tuple(removed), tuple(added))


def _match(old: tuple[str, ...], new: tuple[str, ...]) -> list[tuple[str, int, int, int, int]]:
    """The differing runs; what both begin and end with is set aside, for speed."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    found = SequenceMatcher(None, middle_old, middle_new, autojunk=len(middle_new) > 2000)
    return [
        (tag, a + start, b + start, c + start, d + start) for tag, a, b, c, d in found.get_opcodes()
    ]


def _telling(lines: tuple[str, ...], start: int, end: int) -> list[int]:
    """The numbers of those lines that say something: neither empty nor a comment."""
    return [
        number + 1
        for number in range(start, end)
        if lines[number].strip() and not lines[number].lstrip().startswith("#")
    ]


def _find_first(block: Line, lines: tuple[str, ...], changed: tuple[int, ...]) -> Line | None:
    end = _find_end(block.line, lines)
    return next((Line(block.file, line) for line in changed if block.line <= line < end), None)


def _find_end(start: int, lines: tuple[str, ...]) -> int:
    """The number of the line after the block of YAML that begins at a line."""
    if not 0 < start <= len(lines):
        return start + 1
    first = lines[start - 1]
    indent = len(first) - len(first.lstrip())
    for number in range(start, len(lines)):
        line = lines[number]
        text = line.lstrip()
        if text and not text.startswith("#") and len(line) - len(text) <= indent:
            return number + 1
    return len(lines) + 1
