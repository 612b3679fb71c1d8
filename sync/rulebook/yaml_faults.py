"""Says in plain words what libyaml could not read, and where to mend it."""

from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file, both counted from 1."""

    line: int
    column: int


def place_of(error: yaml.YAMLError, text: str) -> Mark:
    """Where the parser's reader met a character it does not take."""
    offset = getattr(error, "position", None)
    if not isinstance(offset, int):
        return Mark(1, 1)
    before = text.encode("utf-8", "replace")[:offset].decode("utf-8", "replace")
    return Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))


def reword_yaml_error(error: yaml.MarkedYAMLError, text: str) -> tuple[Mark, str, str]:
    """Where to look, what is wrong, and what to do about it."""
    problem = error.problem or ""
    at = _from(error.problem_mark or error.context_mark)
    line = text.splitlines()[at.line - 1 : at.line]
    if line and line[0][at.column - 1 : at.column] == "\t":
        return at, "is indented with a tab", "Indent with spaces; YAML knows no tabs."
    for sign, what, remedy in _UNCLOSED:
        if sign in problem and error.context_mark:
            return _from(error.context_mark), what, remedy
    for sign, what, remedy in _WORDS:
        if sign in problem:
            return at, what, remedy
    return at, f"cannot be read ({problem})", "Check indentation, colons and quotes."


def _from(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)


_UNCLOSED = (
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
        "could not find expected ':'",
        "lacks the colon after a key",
        "Write `key: value`, or close the quotes before it.",
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
