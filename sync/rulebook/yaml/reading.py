"""Reads YAML into a tree.

Only the plain part of YAML is read. What surprises people (anchors, tags, merged keys, several
documents, text that flows over lines by accident) is refused with the place and a remedy.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml
from yaml import events

from sync.rulebook.mistakes import Mistake, Position
from sync.rulebook.yaml.errors import reword_yaml_error
from sync.rulebook.yaml.tree import Mapping, Node, Scalar, Sequence

DEEPEST = 20
MOST_VALUES = 50_000
"""In one file: some thousand rules; more of them is no rule book, and would be read for long."""
MOST_PATTERNS = 500
"""In one file: to make one ready may take milliseconds."""
AUTHORED = frozenset({"name", "summary", "area", "today", "reason", "aliases", "label", "meaning"})
"""Keys of texts written for people: what stands behind one belongs to it, or is a slip."""
TOP = "a section such as `capabilities:`"
"""What a rule book's file begins with."""
_MATCHES = " matches"
_COMMENT = re.compile(r"(?P<gap>[ \t]+)#(?P<sign>\S?)")


@lru_cache(maxsize=32)
def read_tree(
    file: str, text: str, top: str = TOP, authored: frozenset[str] = AUTHORED
) -> tuple[Mapping | None, list[Mistake]]:
    """The tree of one file, whose top is a mapping, and every mistake of YAML that can be told.

    There is no tree where the file cannot be read on from a mistake. The same text is read once:
    of a book that is edited, all files but one are what they were. Nobody changes a tree. A file
    that is no rule book's says what it begins with at its `top`, and which keys are `authored`.
    """
    if file.endswith(".txt"):
        return _read_names(file, text), []
    builder = _TreeBuilder(file, text, top, authored)
    try:
        return builder.build_document(), builder.mistakes
    except _UnreadableError as error:
        end = error.mistake
    except yaml.YAMLError as error:
        end = reword_yaml_error(error, file, text)
    # What stands behind a bracket or quote that was never closed is not to blame.
    return None, [*(mistake for mistake in builder.mistakes if mistake.at < end.at), end]


def _read_names(file: str, text: str) -> Mapping:
    """A list of names, one a line, as `never:` would give it; # begins a remark."""
    top = Position(file, 1, 1)
    names: list[Node] = []
    for number, line in enumerate(text.split("\n"), start=1):
        at = Position(file, number, 1)
        if (name := line.strip().strip('"').strip()) and not name.startswith("#"):
            names.append(Scalar(at, at, name))
    kind = file.rpartition("/")[2].removesuffix(".txt")
    never = Mapping(top, top, {kind: Sequence(top, top, names)} if names else {})
    return Mapping(top, top, {"never": never})


class _UnreadableError(Exception):
    """A mistake behind which nothing can be read."""

    def __init__(self, at: Position, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.mistake = Mistake(at, what, remedy)


class _TreeBuilder:
    """Builds the tree of one file from the parser's events; takes down what it can read past."""

    def __init__(self, file: str, text: str, top: str, authored: frozenset[str]) -> None:
        self.mistakes: list[Mistake] = []
        self._top, self._authored = top, authored
        self._file = file
        self._number = self._patterns = 0
        self._lines = text.split("\n")
        self._commented = {at for at, line in enumerate(self._lines) if "#" in line}
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = yaml.parse(text, Loader=loader)

    def build_document(self) -> Mapping:
        next(self._events)
        if isinstance(next(self._events), events.StreamEndEvent):
            raise self._empty()
        top = self._build_node(self._next(), 0)
        if isinstance(top, Scalar) and not top.text:
            raise self._empty()
        next(self._events)
        if not isinstance(more := next(self._events), events.StreamEndEvent):
            what, remedy = "a second document begins here", "Put it into a file of its own."
            raise _UnreadableError(self._position(more), what, remedy)
        if not isinstance(top, Mapping):
            raise _UnreadableError(top.at, f"must begin with {self._top}")
        return top

    def _empty(self) -> _UnreadableError:
        remedy = f"Write {self._top} into it, or delete the file."
        return _UnreadableError(Position(self._file, 1, 1), "is empty", remedy)

    def _next(self) -> Any:
        event = next(self._events)
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            self._refuse_extras(event)
        return event

    def _refuse_extras(self, event: Any) -> None:
        tag = getattr(event, "tag", None)
        if isinstance(event, events.AliasEvent):
            sign, found = "*", f"*{event.anchor} refers elsewhere"
            todo = "Write the value out"
        elif event.anchor:
            sign, found, todo = "&", f"&{event.anchor} is an anchor", "Leave it out"
        elif tag != "!":
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            sign, found, todo = "!", f"{short} is a tag", "Leave it out"
        else:
            return
        remedy = f"{todo}, or put the text into quotes if the {sign} belongs to it."
        self._refuse(self._position(event), f"{found}, which is not read here", remedy)

    def _refuse(self, at: Position, what: str, remedy: str) -> None:
        self.mistakes.append(Mistake(at, what, remedy))

    def _position(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self._file, mark.line + 1, mark.column + 1)

    def _build_node(
        self, event: Any, depth: int, key_at: Position | None = None, key: str = ""
    ) -> Node:
        at = self._position(event)
        if depth > DEEPEST:
            what = f"is nested deeper than {DEEPEST} levels"
            raise _UnreadableError(at, what, "Write it flatter.")
        self._number += 1
        if self._number > MOST_VALUES:
            what = f"is the {MOST_VALUES:,}th value of this file and not the last"
            raise _UnreadableError(at, what, "Is it the right file? Split it, or move it away.")
        if isinstance(event, events.ScalarEvent):
            return Scalar(at, key_at or at, self._read_text(event, at, key))
        if isinstance(event, events.AliasEvent):
            return Scalar(at, key_at or at, f"*{event.anchor}")
        if isinstance(event, events.SequenceStartEvent):
            sequence = Sequence(at, key_at or at)
            while not isinstance(event := self._next(), events.SequenceEndEvent):
                sequence.items.append(self._build_node(event, depth + 1, key=key))
            return sequence
        mapping = Mapping(at, key_at or at)
        while not isinstance(event := self._next(), events.MappingEndEvent):
            self._read_pair(event, mapping, depth)
        return mapping

    def _count_pattern(self, at: Position) -> None:
        self._patterns += 1
        if self._patterns > MOST_PATTERNS:
            what = f"is one pattern more than the {MOST_PATTERNS} that a file may hold"
            raise _UnreadableError(at, what, "Use `has:`, or split the file.")

    def _read_pair(self, event: Any, mapping: Mapping, depth: int) -> None:
        at = self._position(event)
        if not isinstance(event, events.ScalarEvent):
            raise _UnreadableError(at, "a key must be a single word or text")
        key = event.value
        value = self._build_node(self._next(), depth + 1, at, key)
        if key == "<<":
            self._refuse(at, "merged keys are not read here", "Write the keys out.")
        elif before := mapping.items.get(key):
            what = f"{key!r} stands here twice, first on line {before.key_at.line}"
            self._refuse(at, what, "Delete one of them.")
        else:
            mapping.items[key] = value

    def _check_comment(self, line: int, column: int, key: str) -> None:
        """A # behind a text without quotes cuts it off, and nobody is told: `C #1` is read as C.

        Behind an authored text it is always one, elsewhere where it does not stand apart as
        comments do: with two spaces before it, and one behind.
        """
        comment = _COMMENT.match(self._lines[line], column)
        if comment is None:
            return
        stands_apart = len(comment["gap"].expandtabs()) > 1 and not comment["sign"]
        if key in self._authored or not stands_apart:
            at = Position(self._file, line + 1, comment.end("gap") + 1)
            what = "a comment begins here, behind a text, which ends before it"
            remedy = "Put the text into quotes if the # belongs to it, or the comment above it."
            self._refuse(at, what, remedy)

    def _read_text(self, event: Any, at: Position, key: str) -> str:
        text: str = event.value
        if key.endswith(_MATCHES):
            self._count_pattern(at)
        if event.style:  # "" or None where there are no quotes
            return text
        end = event.end_mark
        line = end.line
        if line in self._commented:
            self._check_comment(line, end.column, key)
        if line != at.line - 1:
            what = "this text flows over several lines without quotes"
            self._refuse(at, what, "Put it into quotes, or begin it with > or |.")
        return "" if text in ("null", "~") else text
