"""Reads a condition block: `labels: [..]`, `summary has: [..]`, any, all, not."""

from collections.abc import Sequence as Items

import re2
from rapidfuzz import process

from models.rulebook import All, Comparison, Condition, Not, Operator, Some
from sync.rulebook.desk import Desk
from sync.rulebook.yaml_tree import Mapping, Mark, Node, Scalar, Sequence
from translators.conditions import ALIASES, BUILT_IN, field_name, spaced

_ENDINGS = {" has": Operator.HAS, " matches": Operator.MATCHES, " is": None}
_STATES = {"empty": Operator.EMPTY, "set": Operator.SET}
CLOSE_ENOUGH = 88
"""From this likeness on, an unknown field name is taken for a slip of the pen."""


def read_condition(node: Node, desk: Desk, patterns: Items[str]) -> Condition | None:
    """The condition a block describes; mistakes go to the desk, and then there is none."""
    if not isinstance(node, Mapping):
        desk.complain(node.at, "must be a block of conditions, such as `labels: tech-debt`")
        return None
    if not node.items:
        desk.complain(node.at, "is empty: a rule without a condition would match everything")
        return None
    parts = [_line(key, node, desk, patterns) for key in node.items]
    good = tuple(part for part in parts if part is not None)
    at = desk.line(node.at)
    if len(good) < len(parts):
        return None
    return good[0] if len(good) == 1 else All(good, at)


def _line(key: str, block: Mapping, desk: Desk, patterns: Items[str]) -> Condition | None:
    value, at = block.items[key], desk.line(block.keys[key])
    if key == "not":
        inner = read_condition(value, desk, patterns)
        return None if inner is None else Not(inner, at)
    if key in ("any", "all"):
        parts = _parts(value, desk, patterns)
        if not parts:
            return None
        return Some(parts, at) if key == "any" else All(parts, at)
    return _comparison(key, block, desk, patterns)


def _parts(node: Node, desk: Desk, patterns: Items[str]) -> tuple[Condition, ...]:
    if isinstance(node, Mapping):
        node = Sequence(
            node.at,
            [Mapping(node.keys[k], {k: v}, {k: node.keys[k]}) for k, v in node.items.items()],
        )
    if not isinstance(node, Sequence) or not node.items:
        desk.complain(node.at, "must be a list of conditions, each behind a dash")
        return ()
    parts = [read_condition(item, desk, patterns) for item in node.items]
    return tuple(part for part in parts if part is not None) if all(parts) else ()


def _comparison(key: str, block: Mapping, desk: Desk, patterns: Items[str]) -> Condition | None:
    key_at = block.keys[key]
    operator: Operator | None = Operator.EQUALS
    name = key
    for ending, meant in _ENDINGS.items():
        if key.endswith(ending):
            name, operator = key.removesuffix(ending), meant
    field = field_name(name)
    if not _is_known(field, name, desk, block, key):
        return None
    values = _values(block.items[key], desk)
    if not values:
        return None
    at = desk.line(key_at)
    if operator is None:
        operator = _STATES.get(values[0])
        if operator is None or len(values) > 1:
            desk.complain(block.items[key].at, "`is` asks for `empty` or `set`")
            return None
        return Comparison(field, operator, (), at)
    if operator is Operator.HAS and not _are_words(values, desk, block, key):
        return None
    line = Comparison(field, operator, values, at)
    value_at = block.items[key].at
    if operator is Operator.MATCHES and not _may_match(line, key_at, value_at, desk, patterns):
        return None
    return line


def _is_known(field: str, name: str, desk: Desk, block: Mapping, key: str) -> bool:
    if not name.strip():
        desk.complain(block.keys[key], "names no field")
        return False
    if field in BUILT_IN:
        return True
    known = [*BUILT_IN, *ALIASES, "any", "all", "not"]
    close = process.extractOne(field, known, score_cutoff=CLOSE_ENOUGH)
    if close:
        desk.complain(block.keys[key], f"unknown field {name!r} (did you mean {close[0]!r}?)")
    return close is None


def _are_words(values: Items[str], desk: Desk, block: Mapping, key: str) -> bool:
    wordless = [value for value in values if not spaced(value).strip()]
    for value in wordless:
        desk.complain(block.items[key].at, f"{value!r} contains no word to look for")
    return not wordless


def _may_match(
    line: Comparison, name_at: Mark, value_at: Mark, desk: Desk, patterns: Items[str]
) -> bool:
    if line.field not in {field_name(name) for name in patterns}:
        what = f"`matches` is not allowed for {line.field!r}"
        desk.complain(name_at, what, f"Use `has:`, or add {line.field!r} to patterns_allowed.")
        return False
    for value in line.values:
        try:
            re2.compile(value)
        except re2.error:
            desk.complain(value_at, f"{value!r} is not a pattern RE2 understands")
            return False
    return True


def _values(node: Node, desk: Desk) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else [node]
    if not items:
        desk.complain(node.at, "is an empty list: it would never match")
    texts = []
    for item in items:
        if not isinstance(item, Scalar):
            desk.complain(item.at, "must be a text, or a list of texts")
        elif not item.text.strip():
            desk.complain(item.at, "is empty: write `is: empty` to ask for a missing value")
        else:
            texts.append(item.text)
    return tuple(texts) if len(texts) == len(items) else ()
