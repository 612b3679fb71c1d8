"""Reads a condition block: `labels: [..]`, `summary has: [..]`, any, all, not."""

import re
from collections.abc import Iterator
from collections.abc import Sequence as Items

from models.rulebook import All, Comparison, Condition, Not, Operator, Some
from sync.rulebook.diagnostics import Diagnostics, did_you_mean
from sync.rulebook.yaml_faults import Mark
from sync.rulebook.yaml_tree import Mapping, Node, Scalar, Sequence
from translators.rules.conditions import BadPatternError, compile_pattern
from translators.rules.fields import ALIASES, BUILT_IN, field_name, space_words

_OPERATORS = {"has": Operator.HAS, "matches": Operator.MATCHES}
_STATES = {"empty": Operator.EMPTY, "set": Operator.SET}
_FOREIGN = re.compile(
    r"(?i)(.+?)\s+(is not|has not|not in|not|in|equals|contains|like|starts with|begins with"
    r"|!=|=|~|!~)"
)
"""Comparisons people know from elsewhere; they are no part of a field's name."""
_INNER_STAR = re.compile(r"\*.*\w|\*\s*\*")
CLOSE_ENOUGH = 86
"""From this likeness on, an unknown field name is taken for a slip of the pen."""


def read_condition(node: Node, diagnostics: Diagnostics, patterns: Items[str]) -> Condition | None:
    """The condition a block describes; mistakes go to the desk, and then there is none."""
    if not isinstance(node, Mapping):
        remedy = "Several belong under `any:` or `all:`." if isinstance(node, Sequence) else ""
        diagnostics.add_error(
            node.at, "must be a block of conditions, such as `labels: tech-debt`", remedy
        )
        return None
    if not node.items:
        diagnostics.add_error(
            node.at, "is empty: a rule without a condition would match everything"
        )
        return None
    parts = [_line(key, node, diagnostics, patterns) for key in node.items]
    good = tuple(part for part in parts if part is not None)
    if len(good) < len(parts):
        return None
    return good[0] if len(good) == 1 else All(good, diagnostics.line(node.at))


def places_of(node: Node | None, field: str) -> Iterator[Mark]:
    """Where a condition asks for a field."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from places_of(item, field)
    elif isinstance(node, Mapping):
        for key, value in node.items.items():
            if key in ("any", "all", "not"):
                yield from places_of(value, field)
            elif field_name(_parted(key)[0]) == field:
                yield node.keys[key]


def _line(
    key: str, block: Mapping, diagnostics: Diagnostics, patterns: Items[str]
) -> Condition | None:
    value, at = block.items[key], diagnostics.line(block.keys[key])
    if key == "not":
        inner = read_condition(value, diagnostics, patterns)
        return None if inner is None else Not(inner, at)
    if key in ("any", "all"):
        parts = _parts(value, diagnostics, patterns)
        if not parts:
            return None
        return Some(parts, at) if key == "any" else All(parts, at)
    return _comparison(key, block, diagnostics, patterns)


def _parts(node: Node, diagnostics: Diagnostics, patterns: Items[str]) -> tuple[Condition, ...]:
    if isinstance(node, Mapping):
        node = Sequence(
            node.at,
            [Mapping(node.keys[k], {k: v}, {k: node.keys[k]}) for k, v in node.items.items()],
        )
    if not isinstance(node, Sequence) or not node.items:
        diagnostics.add_error(node.at, "must be a list of conditions, each behind a dash")
        return ()
    parts = [read_condition(item, diagnostics, patterns) for item in node.items]
    return tuple(part for part in parts if part is not None) if all(parts) else ()


def _comparison(
    key: str, block: Mapping, diagnostics: Diagnostics, patterns: Items[str]
) -> Condition | None:
    key_at, node = block.keys[key], block.items[key]
    name, word = _parted(key)
    field, at = field_name(name), diagnostics.line(key_at)
    known = _is_known(field, name, diagnostics, key_at)
    values = _values(node, diagnostics)
    if not known or not values:
        return None
    if word == "is":
        state = _STATES.get(values[0][1].casefold())
        if state is None or len(values) > 1:
            diagnostics.add_error(node.at, "`is` asks for `empty` or `set`")
            return None
        return Comparison(field, state, (), at)
    operator = _OPERATORS.get(word, Operator.EQUALS)
    if operator is Operator.HAS and not _are_words(values, diagnostics):
        return None
    if operator is Operator.MATCHES and not _may_match(
        field, key_at, diagnostics, patterns, values
    ):
        return None
    return Comparison(field, operator, tuple(text for _, text in values), at)


def _parted(key: str) -> tuple[str, str]:
    """A key as its field and its comparison; "" is plain equality."""
    name, _, last = key.strip().rpartition(" ")
    if name and last.casefold() in (*_OPERATORS, "is"):
        return name.strip(), last.casefold()
    return key.strip(), ""


def _is_known(field: str, name: str, diagnostics: Diagnostics, at: Mark) -> bool:
    if not name:
        diagnostics.add_error(at, "names no field")
        return False
    if field in BUILT_IN:
        return True
    foreign = _FOREIGN.fullmatch(name)
    if foreign:
        remedy = "Write `FIELD: value`, `FIELD has:`, `FIELD is: empty`, or put it under `not:`."
        diagnostics.add_error(at, f"unknown comparison {foreign[2]!r}", remedy)
        return False
    hint = did_you_mean(field, [*BUILT_IN, *ALIASES, "any", "all", "not"], CLOSE_ENOUGH)
    if hint:
        diagnostics.add_error(at, f"unknown field {name!r}{hint}")
    return not hint


def _are_words(values: Items[tuple[Mark, str]], diagnostics: Diagnostics) -> bool:
    good = True
    for at, value in values:
        if not space_words(value).strip():
            diagnostics.add_error(at, f"{value!r} contains no word to look for")
            good = False
        elif _INNER_STAR.search(value):
            diagnostics.add_error(at, f"{value!r} has a * that does not stand at its end")
            good = False
    return good


def _may_match(
    field: str,
    at: Mark,
    diagnostics: Diagnostics,
    patterns: Items[str],
    values: Items[tuple[Mark, str]],
) -> bool:
    if field not in {field_name(name) for name in patterns}:
        what = f"`matches` is not allowed for {field!r}"
        diagnostics.add_error(at, what, f"Use `has:`, or add {field!r} to patterns_allowed.")
        return False
    good = True
    for value_at, value in values:
        try:
            compile_pattern([value])
        except BadPatternError as error:
            diagnostics.add_error(value_at, f"{value!r} is not a pattern RE2 understands: {error}")
            good = False
    return good


def _values(node: Node, diagnostics: Diagnostics) -> tuple[tuple[Mark, str], ...]:
    items = node.items if isinstance(node, Sequence) else [node]
    if not items:
        diagnostics.add_error(node.at, "is an empty list: it would never match")
    texts = []
    for item in items:
        if not isinstance(item, Scalar):
            diagnostics.add_error(item.at, "must be a text, or a list of texts")
        elif not item.text.strip():
            diagnostics.add_error(item.at, "is empty: write `is: empty` to ask for a missing value")
        else:
            texts.append((item.at, item.text))
    return tuple(texts) if len(texts) == len(items) else ()
