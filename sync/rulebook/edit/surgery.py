"""Adds, sets and removes single values of one YAML text; every other letter stays where it is.

A text that cannot be edited so is refused: each edit reads its own result back and compares.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy

import yaml

from sync.rulebook.edit.scalars import write_key, write_value
from sync.rulebook.edit.spans import Pair, Path, Plain, Span, read_spans

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_HEADER = re.compile(r"[|>][0-9+-]*(?P<comment>[ \t]+#[^\r\n\x85\u2028\u2029]*)?")
_COMMENT_LINE = re.compile(r"(?P<margin>[ \t]*)#")


class CannotEditError(Exception):
    """The edit cannot be made without touching what it is not about."""


def set_key(text: str, path: Path, key: str, value: Plain) -> str:
    """The block under `path` with this value under a key, which is replaced or added last."""

    def change(block: Plain) -> None:
        block[key] = value

    block = _find_block(text, path)
    if pair := block.find_pair(key):
        return _check(text, _replace_value(text, pair, value), path, change)
    line = f"{write_key(key)}: {write_value(value)}"
    return _check(text, _add_pair(text, block, line), path, change)


def set_value(text: str, path: Path, value: str) -> str:
    """The text with another value in the place of the one under `path`."""
    span = read_spans(text).find(path)
    return _check(text, _replace_span(text, span, value), path, lambda _: value)


def replace_key(text: str, path: Path, old: str, key: str, value: Plain) -> str:
    """The same, with another key in the place of `old`."""

    def change(block: Plain) -> None:
        del block[old]
        block[key] = value

    pair = _find_block(text, path).find_pair(old)
    if pair is None:
        raise CannotEditError(f"there is no {old!r}")
    changed = f"{text[: pair.start]}{write_key(key)}: {write_value(value)}"
    return _check(text, changed + text[pair.value.end :], path, change)


def remove_key(text: str, path: Path, key: str) -> str:
    """The block under `path` without a key, its value and what stands behind them on the line."""

    def change(block: Plain) -> None:
        block.pop(key, None)

    block = _find_block(text, path)
    pair = block.find_pair(key)
    if pair is None:
        return text
    cut = _cut_flow_pair if block.is_flow else _cut_block_pair
    return _check(text, cut(text, block, pair), path, change)


def add_value(text: str, path: Path, value: str) -> str:
    """The list of texts under `path`, or the one text there, with another value behind the last."""
    span = read_spans(text).find(path)

    def change(node: Plain) -> Plain:
        return [*node, value] if isinstance(node, list) else [node, value]

    if span.kind == "list" and not span.is_flow and span.items:
        changed = _add_block_item(text, span, lambda _: [write_value(value, span.items[-1].style)])
    elif span.kind == "list":
        style = span.items[-1].style if span.items else ""
        changed = _add_flow_item(text, span, write_value(value, style))
    elif span.style in ("|", ">"):
        changed = _replace_span(text, span, [span.text, value])
    else:
        both = f"[{_write_again(text, span)}, {write_value(value, span.style)}]"
        changed = text[: span.start] + both + text[span.end :]
    return _check(text, changed, path, change)


def add_item(text: str, section: str, item: Mapping[str, Plain]) -> str:
    """A section's list with another item last, laid out like its neighbour.

    A text without the section gets it at its end.
    """

    def change(book: Plain) -> None:
        book[section] = [*(book.get(section) or []), dict(item)]

    return _check(text, _add_item(text, section, item), (), change)


def add_to_list(text: str, path: Path, item: Mapping[str, Plain]) -> str:
    """The list of blocks under `path` with another one last, laid out like its neighbour."""

    def change(items: Plain) -> None:
        items.append(dict(item))

    return _check(text, _add_to(text, read_spans(text).find(path), item), path, change)


def _add_item(text: str, section: str, item: Mapping[str, Plain]) -> str:
    lines = [f"{section}:", *_lay_out_item("  ", item)]
    if not text.strip():
        return "".join(f"{line}\n" for line in lines)
    top = read_spans(text)
    pair = top.find_pair(section)
    if pair is None and top.is_flow:
        return _add_pair(text, top, f"{section}: {write_value([item])}")
    if pair is None:
        return append_lines(text, lines)
    if pair.value.is_missing:
        end = pair.value.end
        return f"{text[:end]} {write_value([item])}{text[end:]}"
    return _add_to(text, pair.value, item)


def _add_to(text: str, span: Span, item: Mapping[str, Plain]) -> str:
    if span.kind != "list":
        raise CannotEditError("it is no list")
    if span.is_flow or not span.items:
        return _add_flow_item(text, span, write_value(item))
    if span.items[-1].is_flow:
        return _add_block_item(text, span, lambda _: [write_value(item)])
    return _add_block_item(text, span, lambda margin: _lay_out_block(item, margin))


def _lay_out_item(dash: str, item: Mapping[str, Plain]) -> list[str]:
    first, *rest = _lay_out_block(item, f"{dash}  ")
    return [f"{dash}- {first}", *rest]


def _lay_out_block(item: Mapping[str, Plain], margin: str) -> list[str]:
    """Its lines, those behind the first with a margin."""
    first, *rest = [f"{write_key(key)}: {write_value(value)}" for key, value in item.items()]
    return [first, *(margin + line for line in rest)]


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


def _check(text: str, changed: str, path: Path, change: Callable[[Plain], Plain]) -> str:
    """The changed text, if it holds what the old one held, changed; else CannotEditError."""
    wanted = {"": read_spans(text).to_plain() if text.strip() else {}}
    holder: Plain = wanted
    steps = ["", *path]
    for step in steps[:-1]:
        holder = holder[step]
    node = deepcopy(holder[steps[-1]])
    result = change(node)
    holder[steps[-1]] = node if result is None else result
    try:
        found = read_spans(changed).to_plain()
    except yaml.YAMLError:
        raise CannotEditError("the text would not be YAML any more") from None
    if found != wanted[""]:
        raise CannotEditError("more would change than that")
    return changed


def _find_block(text: str, path: Path) -> Span:
    block = read_spans(text).find(path)
    if block.kind != "block":
        raise CannotEditError("there is no block of keys")
    return block


def _replace_value(text: str, pair: Pair, value: Plain) -> str:
    span = pair.value
    if span.is_missing:
        is_commented = _COMMENT_LINE.match(text, span.end)
        written = write_value(value, '"' if is_commented else "")
        return f"{text[: span.end]} {written}{text[span.end :]}"
    if span.to_plain() == value:
        return text
    if span.kind != "text" and not span.is_flow:
        raise CannotEditError(f"{pair.key!r} holds several lines already")
    return _replace_span(text, span, value)


def _replace_span(text: str, span: Span, value: Plain) -> str:
    """Another value in the place of one; the comment behind `>` or `|` stays."""
    comment, style = "", span.style
    if style in ("|", ">") and (header := _HEADER.match(text, span.start)):
        comment = header["comment"] or ""
        style = '"' if comment else ""
    return text[: span.start] + write_value(value, style) + comment + text[span.end :]


def _write_again(text: str, span: Span) -> str:
    """A text's own letters, if they mean the same inside brackets."""
    written = text[span.start : span.end]
    return write_value(span.text) if not span.style else written


def _add_pair(text: str, block: Span, line: str) -> str:
    if block.is_flow and not block.pairs:
        return text[: block.start + 1] + line + text[block.start + 1 :]
    last = block.pairs[-1]
    end = max(last.value.end, last.end)
    if block.is_flow:
        return f"{text[:end]}, {line}{text[end:]}"
    margin = " " * _column(text, block.pairs[0].start)
    return _insert_lines(text, _find_line_end(text, end), [margin + line])


def _add_flow_item(text: str, span: Span, written: str) -> str:
    if not span.items:
        return text[: span.start + 1] + written + text[span.start + 1 :]
    end = span.items[-1].end
    return f"{text[:end]}, {written}{text[end:]}"


def _add_block_item(text: str, span: Span, lay_out: Callable[[str], list[str]]) -> str:
    """A further item; `lay_out` gives its lines, those behind the first with their margin."""
    dash = _column(text, span.start)
    last = span.items[-1]
    offset = _column(text, last.start) - dash
    is_beside = text[: last.start].rstrip(" ").endswith("-") and offset > 1
    inner = offset if is_beside else 2
    first, *rest = lay_out(" " * (dash + inner))
    lines = [" " * dash + "-" + " " * (inner - 1) + first, *rest]
    end = _skip_own_comments(text, _find_line_end(text, last.end), dash)
    if _are_apart(text, span):
        lines.insert(0, "")
    return _insert_lines(text, end, lines)


def insert_behind(text: str, span: Span, lines: list[str]) -> str:
    """The text with these lines behind a list's last item, set in as far as its dashes."""
    dash = _column(text, span.start)
    end = _skip_own_comments(text, _find_line_end(text, span.items[-1].end), dash)
    return _insert_lines(text, end, [" " * dash + line if line else line for line in lines])


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
        comment = _COMMENT_LINE.match(text, found.end())
        if comment is None or len(comment["margin"]) <= dash:
            return end
        end = _find_line_end(text, comment.end())
    return end


def _insert_lines(text: str, end: int, lines: list[str]) -> str:
    """Further lines behind the one that ends there."""
    line_break = find_line_break(text)
    return text[:end] + "".join(line_break + line for line in lines) + text[end:]


def _cut_flow_pair(text: str, block: Span, pair: Pair) -> str:
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


def _cut_block_pair(text: str, block: Span, pair: Pair) -> str:
    """Without its lines; where it stands behind a dash, the next pair takes its place."""
    end = _find_line_end(text, max(pair.value.end, pair.end))
    if _stands_first(text, pair.start):
        return _cut_lines(text, pair.start, end)
    number = block.pairs.index(pair)
    if number + 1 == len(block.pairs):
        raise CannotEditError(f"{pair.key!r} stands alone behind a dash")
    following = block.pairs[number + 1]
    last = _find_line_end(text, max(following.value.end, following.end))
    moved = text[following.start : last]
    without = text[: pair.start] + moved + text[end:]
    shift = len(moved) - (end - pair.start)
    return _cut_lines(without, following.start + shift, last + shift)


def _cut_lines(text: str, start: int, end: int) -> str:
    """Without the lines from `start` to `end`, each a place inside or at the end of a line."""
    begin = _find_line_start(text, start)
    if found := _BREAK.match(text, end):
        return text[:begin] + text[found.end() :]
    before = text[:begin]  # the last line, without a break at its end
    return before[:-2] if before.endswith("\r\n") else before[:-1]


def _stands_first(text: str, start: int) -> bool:
    return not text[_find_line_start(text, start) : start].strip(" ")


def _find_line_start(text: str, place: int) -> int:
    ends = [0, *(found.end() for found in _BREAK.finditer(text, 0, place))]
    return ends[-1]


def _find_line_end(text: str, place: int) -> int:
    found = _BREAK.search(text, place)
    return found.start() if found else len(text)


def _column(text: str, place: int) -> int:
    return place - _find_line_start(text, place)
