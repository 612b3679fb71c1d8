"""Adds, sets and removes single values of one YAML text; every other letter stays where it is.

A text that cannot be edited so is refused: each edit reads its own result back and compares.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy

import yaml

from sync.rulebook.edit.lines import (
    COMMENT,
    CannotEditError,
    add_block_item,
    append_lines,
    cut_block_pair,
    cut_flow_pair,
    cut_item,
    find_column,
    find_line_end,
    insert_lines,
)
from sync.rulebook.edit.scalars import write_key, write_value
from sync.rulebook.edit.spans import Pair, Path, Plain, Span, read_spans

_HEADER = re.compile(r"[|>][0-9+-]*(?P<comment>[ \t]+#[^\r\n\x85\u2028\u2029]*)?")


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
    cut = cut_flow_pair if block.is_flow else cut_block_pair
    return _check(text, cut(text, block, pair), path, change)


def remove_item(text: str, path: Path) -> str:
    """The list in which `path` ends without that item; one that has no other stays, empty."""
    *above, number = path
    if not isinstance(number, int):
        raise CannotEditError(f"{number!r} is no item of a list")

    def change(items: Plain) -> None:
        del items[number]

    span = read_spans(text).find(above)
    changed = cut_item(text, span, number)
    if len(span.items) == 1 and not span.is_flow:
        holder = read_spans(text).find(above[:-1]).find_pair(str(above[-1]))
        colon = text.index(":", holder.end if holder else 0)
        changed = f"{changed[: colon + 1]} []{changed[colon + 1 :]}"
    return _check(text, changed, above, change)


def add_value(text: str, path: Path, value: str) -> str:
    """The list of texts under `path`, or the one text there, with another value behind the last."""
    span = read_spans(text).find(path)

    def change(node: Plain) -> Plain:
        return [*node, value] if isinstance(node, list) else [node, value]

    if span.kind == "list" and not span.is_flow and span.items:
        changed = add_block_item(text, span, lambda _: [write_value(value, span.items[-1].style)])
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
    if text[pair.value.start : pair.value.end] == "[]" and not top.is_flow:
        end = find_line_end(text, pair.value.end)
        emptied = text[: pair.value.start].rstrip(" ") + text[pair.value.end : end]
        return insert_lines(emptied + text[end:], len(emptied), _lay_out_item("  ", item))
    return _add_to(text, pair.value, item)


def _add_to(text: str, span: Span, item: Mapping[str, Plain]) -> str:
    if span.kind != "list":
        raise CannotEditError("it is no list")
    if span.is_flow or not span.items:
        return _add_flow_item(text, span, write_value(item))
    if span.items[-1].is_flow:
        return add_block_item(text, span, lambda _: [write_value(item)])
    return add_block_item(text, span, lambda margin: _lay_out_block(item, margin))


def _lay_out_item(dash: str, item: Mapping[str, Plain]) -> list[str]:
    first, *rest = _lay_out_block(item, f"{dash}  ")
    return [f"{dash}- {first}", *rest]


def _lay_out_block(item: Mapping[str, Plain], margin: str) -> list[str]:
    """Its lines, those behind the first with a margin."""
    first, *rest = [f"{write_key(key)}: {write_value(value)}" for key, value in item.items()]
    return [first, *(margin + line for line in rest)]


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
        is_commented = COMMENT.match(text, span.end)
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
    margin = " " * find_column(text, block.pairs[0].start)
    return insert_lines(text, find_line_end(text, end), [margin + line])


def _add_flow_item(text: str, span: Span, written: str) -> str:
    if not span.items:
        return text[: span.start + 1] + written + text[span.start + 1 :]
    end = span.items[-1].end
    return f"{text[:end]}, {written}{text[end:]}"
