"""Tells where every value of a YAML text begins and ends, in the letters of that very text.

For texts that were read without a mistake: no anchors, tags or merged keys stand in them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events

Step = str | int
Path = Sequence[Step]
Plain = Any
"""What a span holds: a text, a list of these, or a dict of them by key."""


@dataclass(slots=True)
class Pair:
    """A key with its value; `start` and `end` are those of the key."""

    start: int
    end: int
    key: str
    value: "Span"


@dataclass(slots=True)
class Span:
    """A value, from its first letter to behind its last one, without comments around it.

    `kind` is text, list or block; `style` of a text the sign it is quoted by, "" of a plain one.
    """

    kind: str
    start: int
    end: int
    is_flow: bool = False
    style: str = ""
    text: str = ""
    items: list["Span"] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        """Whether nothing at all is written."""
        return self.start == self.end

    def find_pair(self, key: str) -> Pair | None:
        """The pair of a key."""
        return next((pair for pair in self.pairs if pair.key == key), None)

    def find(self, path: Path) -> "Span":
        """What stands under a path of keys and numbers; KeyError or IndexError if nothing does."""
        span = self
        for step in path:
            if isinstance(step, int):
                span = span.items[step]
            elif pair := span.find_pair(step):
                span = pair.value
            else:
                raise KeyError(step)
        return span

    def to_plain(self) -> Plain:
        """The value alone; of a text in lines of its own without the line breaks at its end."""
        if self.kind == "list":
            return [item.to_plain() for item in self.items]
        if self.kind == "block":
            return {pair.key: pair.value.to_plain() for pair in self.pairs}
        return self.text.rstrip("\n") if self.style in ("|", ">") else self.text


def read_spans(text: str) -> Span:
    """The one document of a text; yaml.YAMLError where it cannot be read."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: Iterator[Any] = iter(yaml.parse(text, Loader=loader))
    next(found), next(found)
    return _build(text, next(found), found)


def _build(text: str, event: Any, following: Iterator[Any]) -> Span:
    start: int = event.start_mark.index
    if isinstance(event, events.ScalarEvent):
        style = event.style or ""
        end = _find_end(event)
        if style in ("|", ">"):
            end = start + len(text[start:end].rstrip())
        return Span("text", start, end, style=style, text=str(event.value))
    if isinstance(event, events.SequenceStartEvent):
        span = Span("list", start, start, is_flow=bool(event.flow_style))
        while not isinstance(event := next(following), events.SequenceEndEvent):
            span.items.append(_build(text, event, following))
        last = span.items[-1].end if span.items else start
    else:
        span = Span("block", start, start, is_flow=bool(event.flow_style))
        while not isinstance(event := next(following), events.MappingEndEvent):
            key = (event.start_mark.index, event.end_mark.index, str(event.value))
            span.pairs.append(Pair(*key, _build(text, next(following), following)))
        last = span.pairs[-1].value.end if span.pairs else start
    span.end = _find_end(event) if span.is_flow else last
    return span


def _find_end(event: Any) -> int:
    end: int = event.end_mark.index
    return end
