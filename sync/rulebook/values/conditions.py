"""Reads a condition block: `labels: [..]`, `summary has: [..]`, any, all, not."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from models.conditions import All, Comparison, Condition, Not, Operator, Some
from sync.rulebook.mistakes import Mistake, Position
from sync.rulebook.values.compared_values import TAKEN_KINDS, VALUE_KINDS
from sync.rulebook.values.kinds import (
    Kind,
    Read,
    Schema,
    any_of,
    describe_kind,
    read_all,
)
from sync.rulebook.yaml.tree import Mapping as Block
from sync.rulebook.yaml.tree import Node, Sequence
from translators.rules.fields import ALIASES, BUILT_IN, field_name
from translators.rules.weights import BAR
from translators.spelling import suggest_spelling

_GROUPS = ("any", "all", "not")
_OPERATORS = {
    "": Operator.EQUALS,
    "has": Operator.HAS,
    "matches": Operator.MATCHES,
    "weighs": Operator.WEIGHS,
}
_FOREIGN = re.compile(
    r"(?i)(.+?)\s+(is not|has not|not in|not|in|equals|contains|like|starts with|begins with"
    r"|!=|=|~|!~)"
)
"""Comparisons people know from elsewhere; they are no part of a field's name."""
_LETTERS = {each: Counter(each) for each in (*BUILT_IN, *ALIASES, *_GROUPS)}
"""How often each letter is in the fields that every Jira has."""
CLOSE_ENOUGH = 86
"""From this likeness on, an unknown field name is taken for a slip of the pen."""


def read_condition(node: Node) -> tuple[Condition | None, list[Mistake]]:
    """The condition that a block describes, None with mistakes."""
    if not isinstance(node, Block):
        remedy = "Several belong under `any:` or `all:`." if isinstance(node, Sequence) else ""
        what = "must be a block of conditions, such as `labels: tech-debt`"
        return None, [Mistake(node.at, what, remedy)]
    if not node.items:
        what = "is empty: a rule without a condition would match everything"
        return None, [Mistake(node.at, what)]
    parts, mistakes = read_all(_read_line(key, inner) for key, inner in node.items.items())
    if mistakes:
        return None, mistakes
    return parts[0] if len(parts) == 1 else All(parts, node.at.as_line), []


def find_comparisons(node: Node | None) -> Iterator[tuple[Position, str, str]]:
    """The lines of a condition that compare: where, which field, by which word."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from find_comparisons(item)
    elif isinstance(node, Block):
        for key, inner in node.items.items():
            if key in _GROUPS:
                yield from find_comparisons(inner)
            else:
                name, word = split_key(key)
                yield inner.key_at, field_name(name), word


def _read_line(key: str, node: Node) -> Read:
    if key not in _GROUPS:
        return _read_comparison(key, node)
    line = node.key_at.as_line
    if key == "not":
        part, mistakes = read_condition(node)
        return part and Not(part, line), mistakes
    parts, mistakes = _read_parts(node)
    return (Some if key == "any" else All)(parts, line), mistakes


def _read_parts(node: Node) -> tuple[tuple[Condition, ...], list[Mistake]]:
    """The parts of a list of conditions; of a block, each line is one."""
    if isinstance(node, Block) and node.items:
        return read_all(_read_line(key, inner) for key, inner in node.items.items())
    if isinstance(node, Sequence) and node.items:
        return read_all(read_condition(item) for item in node.items)
    return (), [Mistake(node.at, "must be a list of conditions, each behind a dash")]


def _read_comparison(key: str, node: Node, kinds: Mapping[str, Kind] | None = None) -> Read:
    name, word = split_key(key)
    values, mistakes = (kinds or VALUE_KINDS)[word].read(node)
    mistakes = [*judge_field(name, node.key_at), *mistakes]
    if mistakes:
        return None, mistakes
    operator, values = (values, ()) if word == "is" else (_OPERATORS[word], values)
    return Comparison(field_name(name), operator, values, node.key_at.as_line), []


def split_key(key: str) -> tuple[str, str]:
    """A key as its field and its comparison; "" is plain equality."""
    name, _, last = key.strip().rpartition(" ")
    if name and last.casefold() in VALUE_KINDS:
        return name.strip(), last.casefold()
    return key.strip(), ""


def judge_field(name: str, at: Position) -> Iterator[Mistake]:
    """Whether it can be a field: one that every Jira has, or any name not too close to those."""
    if not name:
        yield Mistake(at, "names no field")
    elif field_name(name) in BUILT_IN:
        return
    elif foreign := _FOREIGN.fullmatch(name):
        remedy = "Write `FIELD: value`, `FIELD has:`, `FIELD is: empty`, or put it under `not:`."
        yield Mistake(at, f"unknown comparison {foreign[2]!r}", remedy)
    elif hint := _suggest_field(name.casefold()):
        yield Mistake(at, f"unknown field {name!r}{hint}")


def _suggest_field(name: str) -> str:
    """Looks in earnest, which loads a library, only where enough letters are the same."""
    letters, length = Counter(name), len(name)
    near = [
        each
        for each, own in _LETTERS.items()
        if 200 * min(length, len(each)) >= CLOSE_ENOUGH * (length + len(each))
        and 200 * sum(min(number, letters[letter]) for letter, number in own.items())
        >= CLOSE_ENOUGH * (length + len(each))
    ]
    return suggest_spelling(name, near, CLOSE_ENOUGH) if near else ""


def _read_values(node: Node) -> Read:
    """Lines that compare, each by itself: no groups, for nothing is asked of an issue."""
    if not isinstance(node, Block) or not node.items:
        return None, [Mistake(node.at, f"must be {VALUES.words}")]
    return read_all(
        (None, [Mistake(inner.key_at, f"{key!r} belongs into no list of values", "Leave it out.")])
        if key in _GROUPS
        else _read_comparison(key, inner, TAKEN_KINDS)
        for key, inner in node.items.items()
    )


def describe_condition() -> Schema:
    """A condition as JSON Schema, for the definition that `CONDITION` refers to."""
    block = {"$ref": "#/definitions/condition"}
    parts = any_of(block, {"type": "array", "items": block, "minItems": 1})
    plain, has, matches, state, weighs = (kind.json_schema for kind in VALUE_KINDS.values())
    plain = plain | {"description": "Equals any of these, whatever their case, dashes or spaces."}
    patterns = matches | {"description": "Any of these RE2 patterns is found."}
    meaning = "Holds any of these words or phrases whole; `begin*` begins one, `*end` ends one."
    words = has | describe_kind(meaning)
    meaning = f"Words by what they weigh, as `9: flaky, node pool*`; they must come to {BAR}."
    weights = weighs | describe_kind(meaning)
    return {
        "title": "Condition",
        "description": "Each line must hold. Of a list of values, any one will do.",
        "examples": [{"component": ["Invoicing"], "not": {"labels": ["internal"]}}],
        "type": "object",
        "minProperties": 1,
        "properties": {
            "any": parts | {"description": "At least one of these must hold."},
            "all": parts | {"description": "Each of these must hold."},
            "not": _BLOCK | {"description": "Must not hold; on a missing value it does."},
            **{name: plain | {"title": name.capitalize()} for name in BUILT_IN},
            "summary has": words | {"title": "Summary has"},
        },
        "patternProperties": {
            " [Hh][Aa][Ss] *$": words,
            " [Mm][Aa][Tt][Cc][Hh][Ee][Ss] *$": patterns,
            " [Ww][Ee][Ii][Gg][Hh][Ss] *$": weights,
            " [Ii][Ss] *$": state | describe_kind("`empty`: it has no value; `set`: it has."),
        },
        "additionalProperties": plain,
    }


_BLOCK: Schema = {"type": "object", "allOf": [{"$ref": "#/definitions/condition"}]}
"""A reference has no neighbours in draft 7; its type is what editors begin a block by."""
CONDITION = Kind("a condition", _BLOCK, read_condition)
"""A condition as the value of a key."""
VALUES = Kind(
    "a block of values, such as `labels: [a, b]`",
    _BLOCK | {"properties": dict.fromkeys(_GROUPS, False)},
    _read_values,
)
"""Values of a condition's lines as the value of a key."""
