"""Makes text of what Jira sends as text: wiki markup, Atlassian's document tree, custom fields."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sync.jira.client.texts import strip_controls

DEEPEST_DOCUMENT = 100

_BLOCKS = ("paragraph", "heading", "listItem", "tableCell", "codeBlock", "blockquote")
_MEDIA = ("media", "mediaInline")
_SPRINT = re.compile(
    r"\bname=(.*?),(?=(?:id|rapidViewId|state|goal|startDate|endDate|completeDate|activatedDate"
    r"|sequence|synced|autoStartStop|incompleteIssuesDestinationId)=)",
    re.DOTALL,
)
_SPRINT_TEXT = "com.atlassian.greenhopper.service.sprint.Sprint@"


def flatten_document(document: Any) -> str:
    """The text of a description: wiki markup as it is, Atlassian's document tree flattened.

    Nodes that nobody knows are looked into; what lies too deep is left out.
    """
    if isinstance(document, str):
        return strip_controls(document)
    return strip_controls("".join(_walk_document(document)))


def _walk_document(document: Any) -> Iterator[str]:
    """The texts of a tree in their order, with a line's end behind each block."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, str):
            yield node
        if not isinstance(node, dict) or depth > DEEPEST_DOCUMENT:
            continue
        yield _extract_own_text(node)
        if node.get("type") in _BLOCKS:
            waiting.append(("\n", depth))
        content = node.get("content")
        parts: list[Any] = content if isinstance(content, list) else []
        waiting.extend((part, depth + 1) for part in reversed(parts))


def _extract_own_text(node: dict[str, Any]) -> str:
    kind, attributes = node.get("type"), node.get("attrs")
    if kind == "hardBreak":
        return "\n"
    if kind in _MEDIA:
        return "[media]"
    known = attributes if isinstance(attributes, dict) else {}
    if kind == "date":
        return _format_day(known.get("timestamp"))
    words = (node.get("text"), known.get("text"), known.get("shortName"), known.get("url"))
    return next((word for word in words if isinstance(word, str) and word), "")


def _format_day(timestamp: Any) -> str:
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC).date().isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def extract_words(value: Any) -> Iterator[str]:
    """The words of a custom field: options, cascades, lists, numbers, sprints; never people."""
    match value:
        case str():
            yield from _extract_words_of_text(value)
        case bool():
            yield "true" if value else "false"
        case int() | float():
            yield strip_controls(str(int(value)) if value == value // 1 else str(value))
        case list():
            for part in value:
                yield from extract_words(part)
        case {"type": "doc"}:
            yield from _extract_words_of_text(flatten_document(value).strip())
        case {"accountId": _} | {"displayName": _} | {"emailAddress": _}:
            return
        case dict():
            for name in ("value", "name", "title", "child"):
                yield from extract_words(value.get(name))


def _extract_words_of_text(text: str) -> Iterator[str]:
    """A text is one word; of a sprint that Data Center writes out whole, its name is."""
    if text.startswith(_SPRINT_TEXT):
        name = _SPRINT.search(text)
        text = name[1] if name else ""
    if text:
        yield strip_controls(text)
