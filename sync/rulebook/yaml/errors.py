"""Says in plain words what libyaml could not read, and where to mend it."""

from typing import Any

import yaml

from sync.rulebook.mistakes import Mistake, Position


def reword_yaml_error(error: yaml.YAMLError, file: str, text: str) -> Mistake:
    """Where to look, what is wrong, and what to do about it."""
    if not isinstance(error, yaml.MarkedYAMLError):
        at = _place_of_character(getattr(error, "position", None), file, text)
        what = "contains a character that cannot be shown"
        return Mistake(at, what, "Delete it and type the text again.")
    problem = error.problem or ""
    lines = text.splitlines() or [""]
    at = _place_of_mark(error.problem_mark or error.context_mark, file, lines)
    if lines[at.line - 1][at.column - 1 : at.column] == "\t":
        return Mistake(at, "is indented with a tab", "Indent with spaces; YAML knows no tabs.")
    for sign, what, remedy in _FOUND_LATE:
        if sign in problem and error.context_mark:
            return Mistake(_place_of_mark(error.context_mark, file, lines), what, remedy)
    for sign, what, remedy in _WORDS:
        if sign in problem:
            return Mistake(at, what, remedy)
    return Mistake(at, f"cannot be read ({problem})", "Check indentation, colons and quotes.")


def _place_of_character(offset: int | None, file: str, text: str) -> Position:
    """Where the parser's reader met a character it does not take; it counts in bytes."""
    before = text.encode("utf-8", "replace")[: offset or 0].decode("utf-8", "replace")
    return Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _place_of_mark(mark: Any, file: str, lines: list[str]) -> Position:
    """Where a mark points; what is behind the last line is told at its end."""
    if mark is None or mark.line < len(lines):
        return Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)
    return Position(file, len(lines), len(lines[-1]) + 1)


_FOUND_LATE = (
    (
        "could not find expected ':'",
        "lacks the colon after a key",
        "Write `key: value`, or close the quotes before it.",
    ),
    ("unexpected end of stream", "has a quote that is not closed", "Close the quotes."),
    ("expected ',' or ']'", "a list in brackets is not closed", "Close it with ]; part by commas."),
    ("expected ',' or '}'", "a map in braces is not closed", "Close it with }; part by commas."),
)
"""What libyaml finds late: the place to mend is where it begins."""

_INDENTED = (
    "does not belong to what stands before it",
    "Line it up with the keys or dashes around it; a quote within quotes is written twice.",
)
_WORDS = (
    (
        "mapping values are not allowed",
        "has a colon where none can stand",
        "Put a text that contains a colon into quotes; check the indentation.",
    ),
    (
        "cannot start any token",
        "begins with a character that means something to YAML",
        "Put the text into quotes.",
    ),
    ("did not find expected key", *_INDENTED),
    ("did not find expected '-'", *_INDENTED),
    ("expected node content", "has nothing where a value must stand", "Write a value, or quotes."),
    (
        "block sequence entries are not allowed",
        "has a dash where no list can begin",
        "Begin the list on a line of its own, or write it as [a, b].",
    ),
    (
        "unknown escape character",
        "has a backslash that double quotes do not allow",
        "Use single quotes: '...'.",
    ),
    (
        "alphabetic or numeric character",
        "begins with a character that means something to YAML",
        "Put the text into quotes.",
    ),
    (
        "expected comment or line break",
        "has text behind | or >",
        "Begin the text on the next line, indented.",
    ),
    ("directive", "begins with %, which is not read here", "Leave the line out."),
)
