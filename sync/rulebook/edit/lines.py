"""Works on the lines of a text: adds some behind others, takes some out; knows no values."""

import re
from collections.abc import Callable

from sync.rulebook.edit.spans import Pair, Span

_BREAKS = "\r\n\x85\u2028\u2029"
_BREAK = re.compile(rf"\r\n|[{_BREAKS}]")
_EMPTY_LINE = re.compile(r"(?:\r\n|[\n\r\x85\u2028\u2029])[ \t]*(?=[\n\r\x85\u2028\u2029]|\Z)")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
COMMENT = re.compile(r"(?P<margin>[ \t]*)#")


class CannotEditError(Exception):
    """The edit cannot be made without touching what it is not about."""


def append_lines(text: str, lines: list[str]) -> str:
    """The text with further lines at its end; one without a final line break stays so."""
    end = find_line_break(text)
    ends_in_break = not text or _BREAK.search(text[-1]) is not None
    added = end.join(lines)
    return f"{text}{added}{end}" if ends_in_break else f"{text}{end}{added}"


def find_line_break(text: str) -> str:
    """What ends its lines."""
    found = _BREAK.search(text)
    return "\r\n" if found and found[0] == "\r\n" else "\n"


def add_block_item(text: str, span: Span, lay_out: Callable[[str], list[str]]) -> str:
    """A further item; `lay_out` gives its lines, those behind the first with their margin."""
    dash = find_column(text, span.start)
    last = span.items[-1]
    offset = find_column(text, last.start) - dash
    is_beside = text[: last.start].rstrip(" ").endswith("-") and offset > 1
    inner = offset if is_beside else 2
    first, *rest = lay_out(" " * (dash + inner))
    lines = [" " * dash + "-" + " " * (inner - 1) + first, *rest]
    end = _skip_own_comments(text, find_line_end(text, last.end), dash)
    if _are_apart(text, span):
        lines.insert(0, "")
    return insert_lines(text, end, lines)


def insert_behind(text: str, span: Span, lines: list[str]) -> str:
    """The text with these lines behind a list's last item, set in as far as its dashes."""
    dash = find_column(text, span.start)
    end = _skip_own_comments(text, find_line_end(text, span.items[-1].end), dash)
    return insert_lines(text, end, [" " * dash + line if line else line for line in lines])


def _are_apart(text: str, span: Span) -> bool:
    """Whether an empty line stands between the last two items."""
    if len(span.items) < 2:
        return False
    before, last = span.items[-2:]
    between = _BREAK.split(text[before.end : last.start])
    return any(not line.strip() for line in between[1:-1])


def _skip_own_comments(text: str, end: int, dash: int) -> int:
    """Behind the comments that stand below an item and further in than its dash."""
    while found := _BREAK.match(text, end):
        comment = COMMENT.match(text, found.end())
        if comment is None or len(comment["margin"]) <= dash:
            return end
        end = find_line_end(text, comment.end())
    return end


def insert_lines(text: str, end: int, lines: list[str]) -> str:
    """Further lines behind the one that ends there."""
    line_break = find_line_break(text)
    return text[:end] + "".join(line_break + line for line in lines) + text[end:]


def cut_flow_pair(text: str, block: Span, pair: Pair) -> str:
    number = block.pairs.index(pair)
    end = max(pair.value.end, pair.end)
    if number + 1 < len(block.pairs):
        comma = text.index(",", end)
        rest = text[comma + 1 :]
        return text[: pair.start] + text[end:comma] + rest.lstrip(" ")
    if number:
        before = block.pairs[number - 1]
        start = max(before.value.end, before.end)
        comma = text.index(",", start)
        if not text[comma + 1 : pair.start].strip(" "):
            return text[:comma] + text[end:]
    return text[: pair.start] + text[end:]


def cut_block_pair(text: str, block: Span, pair: Pair) -> str:
    """Without its lines; where it stands behind a dash, the next pair takes its place."""
    end = find_line_end(text, max(pair.value.end, pair.end))
    if _stands_first(text, pair.start):
        return _cut_lines(text, pair.start, end)
    number = block.pairs.index(pair)
    if number + 1 == len(block.pairs):
        raise CannotEditError(f"{pair.key!r} stands alone behind a dash")
    following = block.pairs[number + 1]
    last = find_line_end(text, max(following.value.end, following.end))
    moved = text[following.start : last]
    without = text[: pair.start] + moved + text[end:]
    shift = len(moved) - (end - pair.start)
    return _cut_lines(without, following.start + shift, last + shift)


def cut_item(text: str, span: Span, number: int) -> str:
    """Without an item of a list; its lines, those of its own comments and its comma go with it.

    What stands above it stays: it may be said of all that follows.
    """
    item = span.items[number]
    if span.is_flow:
        return _cut_flow_item(text, span, number)
    dash = len(text[: item.start].rstrip()) - 1
    if text[dash] != "-":
        raise CannotEditError("something stands between the item and its dash")
    end = _skip_own_comments(text, find_line_end(text, item.end), find_column(text, dash))
    begin = _find_line_start(text, dash)
    if _is_empty_before(text, begin) and (gap := _EMPTY_LINE.match(text, end)):
        end = gap.end()
    return _cut_lines(text, dash, end)


def _cut_flow_item(text: str, span: Span, number: int) -> str:
    """Without the item and the comma behind it; without the one before where none is behind."""
    item = span.items[number]
    if comma := _COMMA.match(text, item.end):
        return text[: item.start] + text[comma.end() :]
    before = span.items[number - 1].end if number else item.start
    is_apart = not text[before : item.start].strip(", \t\r\n")
    return text[: before if is_apart else item.start] + text[item.end :]


def _is_empty_before(text: str, begin: int) -> bool:
    """Whether the line above the one that begins there is empty."""
    above = _BREAK.split(text[:begin])
    return len(above) > 1 and not above[-2].strip()


def _cut_lines(text: str, start: int, end: int) -> str:
    """Without the lines from `start` to `end`, each a place inside or at the end of a line.

    A text without a final line break stays so: with its last line go the empty ones above.
    """
    begin = _find_line_start(text, start)
    if found := _BREAK.match(text, end):
        return text[:begin] + text[found.end() :]
    return text[:begin].rstrip(_BREAKS)


def _stands_first(text: str, start: int) -> bool:
    return not text[_find_line_start(text, start) : start].strip(" ")


def _find_line_start(text: str, place: int) -> int:
    ends = [0, *(found.end() for found in _BREAK.finditer(text, 0, place))]
    return ends[-1]


def find_line_end(text: str, place: int) -> int:
    found = _BREAK.search(text, place)
    return found.start() if found else len(text)


def find_column(text: str, place: int) -> int:
    return place - _find_line_start(text, place)
