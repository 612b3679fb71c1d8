"""Reads YAML into a tree in which every value knows its line and column; all scalars are text.

Only the plain part of YAML is read. What surprises people (anchors, tags, merged keys, several
documents, text that flows over lines by accident) is refused with the place and a remedy.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events

DEEPEST = 20


@dataclass(frozen=True)
class Mark:
    """A place in a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Mistake(Exception):
    """Something in a file that cannot be read."""

    at: Mark
    what: str
    remedy: str = ""


@dataclass
class Scalar:
    """A text."""

    at: Mark
    text: str


@dataclass
class Sequence:
    """A list."""

    at: Mark
    items: list["Node"] = field(default_factory=list)


@dataclass
class Mapping:
    """Keys in order, each with the place of the key itself."""

    at: Mark
    items: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


def read_tree(text: str) -> Mapping:
    """The tree of one file, whose top must be a mapping. Raises Mistake at the first fault."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    stream = _Events(yaml.parse(text, Loader=loader))
    try:
        top = _document(stream)
    except yaml.MarkedYAMLError as error:
        raise _reworded(error) from None
    except yaml.YAMLError:
        raise Mistake(
            Mark(1, 1), "is not YAML", "Look for characters that cannot be shown."
        ) from None
    if not isinstance(top, Mapping):
        raise Mistake(top.at, "must begin with a section such as `capabilities:`")
    return top


def plain(node: Node) -> Any:
    """The tree as dicts, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.items.items()}


def find(node: Node, path: tuple[str | int, ...]) -> Mark:
    """The place of the value at `path`, or of the nearest thing around it that is there."""
    at = node.at
    for step in path:
        if isinstance(node, Mapping) and step in node.items:
            at = node.keys[str(step)]
            node = node.items[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            at = node.at
        else:
            break
    return at


class _Events:
    """The parser's events, one at a time."""

    def __init__(self, source: Iterator[Any]) -> None:
        self._source = source

    def next(self) -> Any:
        event = next(self._source)
        _refuse_extras(event)
        return event


def _document(stream: _Events) -> Node:
    stream.next()
    event = stream.next()
    if isinstance(event, events.StreamEndEvent):
        raise Mistake(Mark(1, 1), "is empty", "Write a section into it, or delete the file.")
    event = stream.next()
    top = _node(event, stream, 0)
    if isinstance(top, Scalar) and not top.text:
        raise Mistake(Mark(1, 1), "is empty", "Write a section into it, or delete the file.")
    stream.next()
    if not isinstance(more := stream.next(), events.StreamEndEvent):
        raise Mistake(_mark(more), "begins a second document", "Put it into a file of its own.")
    return top


def _node(event: Any, stream: _Events, depth: int) -> Node:
    at = _mark(event)
    if depth > DEEPEST:
        raise Mistake(at, f"is nested deeper than {DEEPEST} levels")
    if isinstance(event, events.ScalarEvent):
        return _scalar(event, at)
    if isinstance(event, events.SequenceStartEvent):
        found = Sequence(at)
        while not isinstance(event := stream.next(), events.SequenceEndEvent):
            found.items.append(_node(event, stream, depth + 1))
        return found
    return _mapping(at, stream, depth)


def _mapping(at: Mark, stream: _Events, depth: int) -> Mapping:
    found = Mapping(at)
    while not isinstance(event := stream.next(), events.MappingEndEvent):
        key_at = _mark(event)
        if not isinstance(event, events.ScalarEvent):
            raise Mistake(key_at, "a key must be a single word or text")
        key = event.value
        if key == "<<":
            raise Mistake(key_at, "merged keys are not read here", "Write the keys out.")
        if key in found.keys:
            before = found.keys[key].line
            raise Mistake(key_at, f"{key!r} stands here twice, first on line {before}")
        found.keys[key] = key_at
        found.items[key] = _node(stream.next(), stream, depth + 1)
    return found


def _scalar(event: Any, at: Mark) -> Scalar:
    plain_style = event.style is None
    if plain_style and event.end_mark.line != event.start_mark.line:
        what = "this text flows over several lines without quotes"
        raise Mistake(at, what, "Put it into quotes, or begin it with > or |.")
    text = "" if plain_style and event.value in ("null", "~") else event.value
    return Scalar(at, text)


def _refuse_extras(event: Any) -> None:
    if isinstance(event, events.AliasEvent):
        raise Mistake(
            _mark(event),
            f"*{event.anchor} refers elsewhere, which is not read here",
            "Write the value out, or put it into quotes if the * belongs to it.",
        )
    if getattr(event, "anchor", None):
        raise Mistake(
            _mark(event),
            f"&{event.anchor} is an anchor, which is not read here",
            "Leave it out, or put the text into quotes if the & belongs to it.",
        )
    tag = getattr(event, "tag", None)
    if tag and tag != "!":
        raise Mistake(_mark(event), f"{tag} is a tag, which is not read here", "Leave it out.")


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _reworded(error: yaml.MarkedYAMLError) -> Mistake:
    mark = error.problem_mark or error.context_mark
    at = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
    problem = error.problem or ""
    for sign, what, remedy in _WORDS:
        if sign in problem:
            return Mistake(at, what, remedy)
    return Mistake(at, f"cannot be read: {problem}", "Check indentation, colons and quotes.")


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
        "Put the text into quotes; indent with spaces, not tabs.",
    ),
    (
        "did not find expected key",
        "is indented differently from its neighbours",
        "Line it up with the keys or dashes around it.",
    ),
    (
        "did not find expected '-'",
        "is indented differently from its neighbours",
        "Line it up with the keys or dashes around it.",
    ),
    (
        "did not find expected ',' or",
        "has a list or map in brackets that is not closed",
        "Close it with ] or }, and separate its parts by commas.",
    ),
    ("unexpected end of stream", "has a quote that is not closed", "Close the quotes."),
    (
        "control characters are not allowed",
        "contains a character that cannot be shown",
        "Delete it and type the text again.",
    ),
)
