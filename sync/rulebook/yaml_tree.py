"""Reads YAML into a tree in which every value knows its line and column; all scalars are text.

Only the plain part of YAML is read. What surprises people (anchors, tags, merged keys, several
documents, text that flows over lines by accident) is refused with the place and a remedy.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events

from sync.rulebook.yaml_faults import Mark, place_of, reword_yaml_error

DEEPEST = 20


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
Complain = Callable[[Mark, str, str], None]
"""Takes a fault: where it is, what it is, and what to do."""


def read_tree(text: str, add_error: Complain) -> Mapping | None:
    """The tree of one file, whose top must be a mapping; every fault that can be told is told.

    None where the file cannot be read on from a fault.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    faults: list[Mistake] = []
    last, top = None, None
    try:
        top = _document(_Events(yaml.parse(text, Loader=loader), faults))
    except Mistake as mistake:
        last = mistake
    except yaml.MarkedYAMLError as error:
        last = Mistake(*reword_yaml_error(error, text))
    except yaml.YAMLError as error:
        remedy = "Delete it and type the text again."
        what = "contains a character that cannot be shown"
        last = Mistake(place_of(error, text), what, remedy)
    # What stands behind a bracket or quote that was never closed is not to blame.
    told = [fault for fault in faults if last is None or fault.at < last.at]
    for fault in [*told, last] if last else told:
        add_error(fault.at, fault.what, fault.remedy)
    return top


def to_plain(node: Node) -> Any:
    """The tree as dicts, lists and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [to_plain(item) for item in node.items]
    return {key: to_plain(value) for key, value in node.items.items()}


def find(node: Node, path: tuple[str | int, ...]) -> Mark:
    """The place of the value at `path`, or of the nearest thing around it that is there."""
    for step in path:
        inner = child(node, step)
        if inner is None:
            break
        node = inner
    return node.at


def find_key(node: Node, path: tuple[str | int, ...]) -> Mark:
    """The place of the key at the end of `path`; of the item, where the end is in a list."""
    at = node.at
    for step in path:
        inner = child(node, step)
        if inner is None:
            break
        at = node.keys[str(step)] if isinstance(node, Mapping) else inner.at
        node = inner
    return at


def child(node: Node, step: str | int) -> Node | None:
    """The value under a key or at a place of a list; None where there is none."""
    if isinstance(node, Mapping):
        return node.items.get(str(step))
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


class _Events:
    """The parser's events, one at a time."""

    def __init__(self, source: Iterator[Any], faults: list[Mistake]) -> None:
        self._source = source
        self._faults = faults

    def add_error(self, at: Mark, what: str, remedy: str) -> None:
        """Take down a fault that does not end the reading."""
        self._faults.append(Mistake(at, what, remedy))

    def next(self) -> Any:
        event = next(self._source)
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            self._refuse_extras(event)
        return event

    def _refuse_extras(self, event: Any) -> None:
        at, anchor, tag = _mark(event), event.anchor, getattr(event, "tag", None)
        if isinstance(event, events.AliasEvent):
            what = f"*{anchor} refers elsewhere, which is not read here"
            remedy = "Write the value out, or put it into quotes if the * belongs to it."
            self.add_error(at, what, remedy)
        elif anchor:
            what = f"&{anchor} is an anchor, which is not read here"
            remedy = "Leave it out, or put the text into quotes if the & belongs to it."
            self.add_error(at, what, remedy)
        elif tag != "!":
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            remedy = "Leave it out, or put the text into quotes if the ! belongs to it."
            self.add_error(at, f"{short} is a tag, which is not read here", remedy)


def _document(stream: _Events) -> Mapping:
    stream.next()
    if isinstance(stream.next(), events.StreamEndEvent):
        raise _empty()
    top = _node(stream.next(), stream, 0)
    if isinstance(top, Scalar) and not top.text:
        raise _empty()
    stream.next()
    if not isinstance(more := stream.next(), events.StreamEndEvent):
        what = "a second document begins here"
        raise Mistake(_mark(more), what, "Put it into a file of its own.")
    if not isinstance(top, Mapping):
        raise Mistake(top.at, "must begin with a section such as `capabilities:`")
    return top


def _empty() -> Mistake:
    return Mistake(Mark(1, 1), "is empty", "Write a section into it, or delete the file.")


def _node(event: Any, stream: _Events, depth: int) -> Node:
    at = _mark(event)
    if depth > DEEPEST:
        raise Mistake(at, f"is nested deeper than {DEEPEST} levels", "Write it flatter.")
    if isinstance(event, events.AliasEvent):
        return Scalar(at, f"*{event.anchor}")
    if isinstance(event, events.ScalarEvent):
        return _scalar(event, at, stream)
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
        key, value = event.value, _node(stream.next(), stream, depth + 1)
        if key == "<<":
            stream.add_error(key_at, "merged keys are not read here", "Write the keys out.")
        elif key in found.keys:
            before = found.keys[key].line
            what = f"{key!r} stands here twice, first on line {before}"
            stream.add_error(key_at, what, "Delete one of them.")
        else:
            found.keys[key] = key_at
            found.items[key] = value
    return found


def _scalar(event: Any, at: Mark, stream: _Events) -> Scalar:
    plain_style = not event.style  # "" from libyaml, None from the parser in Python
    if plain_style and event.end_mark.line != event.start_mark.line:
        what = "this text flows over several lines without quotes"
        stream.add_error(at, what, "Put it into quotes, or begin it with > or |.")
    text = "" if plain_style and event.value in ("null", "~") else event.value
    return Scalar(at, text)


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)
