"""Makes text of what Jira sends as text: wiki markup, Atlassian's document tree, custom fields."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

LONGEST_TEXT = 32_768
DEEPEST_DOCUMENT = 40

_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPES = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|(\\.)",
    re.DOTALL,
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_BLOCKS = ("paragraph", "heading", "listItem", "tableCell", "codeBlock", "blockquote")
_MEDIA = ("media", "mediaInline")
_SPRINT = re.compile(
    r"\bname=(.*?),(?=(?:id|rapidViewId|state|goal|startDate|endDate|completeDate|activatedDate"
    r"|sequence|synced|autoStartStop|incompleteIssuesDestinationId)=)",
    re.DOTALL,
)
_SPRINT_TEXT = "com.atlassian.greenhopper.service.sprint.Sprint@"


def mend_text(body: bytes) -> bytes:
    """JSON without halves of surrogate pairs and broken UTF-8, which no strict decoder takes.

    Jira sends them in the texts of single issues; they must not cost a whole backlog.
    """
    try:
        body.decode()
    except UnicodeDecodeError:
        body = body.decode(errors="replace").encode()
    if not _SURROGATE.search(body):
        return body
    return _ESCAPES.sub(lambda match: b"" if match[2] else match[0], body)


def strip_controls(text: str) -> str:
    """Text without NUL and lone surrogates, which databases refuse; of bounded length."""
    return _UNPRINTABLE.sub("", text)[:LONGEST_TEXT]


def flatten_document(document: Any, depth: int = 0) -> str:
    """The text of a description: wiki markup as it is, Atlassian's document tree flattened.

    Nodes that nobody knows are looked into; what lies too deep is left out.
    """
    if isinstance(document, str):
        return strip_controls(document)
    if not isinstance(document, dict) or depth > DEEPEST_DOCUMENT:
        return ""
    content = document.get("content")
    parts = content if isinstance(content, list) else ()
    inner = "".join(flatten_document(part, depth + 1) for part in parts)
    end = "\n" if document.get("type") in _BLOCKS else ""
    return strip_controls(f"{_extract_own_text(document)}{inner}{end}")


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
            yield str(int(value)) if value == value // 1 else str(value)
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
