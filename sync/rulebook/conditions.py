"""Reads a condition block: `labels: [..]`, `summary has: [..]`, any, all, not."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sized

from models.rulebook import All, Comparison, Condition, Not, Operator, Some
from sync.rulebook.kinds import (
    Kind,
    Read,
    Schema,
    any_of,
    describe_kind,
    list_of,
    read_all,
    scalar_of,
)
from sync.rulebook.mistakes import Mistake, Position
from sync.rulebook.scalars import ANY_SCALAR, text_like
from sync.rulebook.yaml_tree import Mapping as Block
from sync.rulebook.yaml_tree import Node, Sequence
from translators.rules.conditions import BadPatternError, compile_pattern
from translators.rules.fields import ALIASES, BUILT_IN, field_name
from translators.spelling import suggest_spelling
from translators.words import is_wordless

_GROUPS = ("any", "all", "not")
_OPERATORS = {"": Operator.EQUALS, "has": Operator.HAS, "matches": Operator.MATCHES}
_FOREIGN = re.compile(
    r"(?i)(.+?)\s+(is not|has not|not in|not|in|equals|contains|like|starts with|begins with"
    r"|!=|=|~|!~)"
)
"""Comparisons people know from elsewhere; they are no part of a field's name."""
_LETTERS = {each: Counter(each) for each in (*BUILT_IN, *ALIASES, *_GROUPS)}
"""How often each letter is in the fields that every Jira has."""
_INNER_STAR = re.compile(r"\w.*\*.*\w|\*\s*\*|^\s*\*.*\*\s*$")
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


def _read_comparison(key: str, node: Node) -> Read:
    name, word = split_key(key)
    values, mistakes = _VALUES[word].read(node)
    mistakes = [*judge_field(name, node.key_at), *mistakes]
    if mistakes:
        return None, mistakes
    operator, values = (values, ()) if word == "is" else (_OPERATORS[word], values)
    return Comparison(field_name(name), operator, values, node.key_at.as_line), []


def split_key(key: str) -> tuple[str, str]:
    """A key as its field and its comparison; "" is plain equality."""
    name, _, last = key.strip().rpartition(" ")
    if name and last.casefold() in _VALUES:
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


def _parse_value(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty: write `is: empty` to ask for a missing value")
    return text


def _parse_words(text: str) -> str:
    if is_wordless(_parse_value(text)):
        raise ValueError(f"{text!r} contains no word to look for")
    if "*" in text and _INNER_STAR.search(text):
        raise ValueError(f"{text!r} has a * that does not stand at its end, or at its beginning")
    return text


def _parse_pattern(text: str) -> str:
    try:
        compile_pattern([_parse_value(text)])
    except BadPatternError as error:
        raise ValueError(f"{text!r} is not a pattern RE2 understands: {error}") from None
    return text


def _list_of_values(parse: Callable[[str], str]) -> Kind:
    """One text or several, each read by `parse`."""
    value = scalar_of("a text, or a list of texts", parse, {"type": ANY_SCALAR, "pattern": r"\S"})
    return list_of(value, _refuse_none, {"minItems": 1})


def _refuse_none(node: Node, values: Sized) -> Iterator[Mistake]:
    if not values:
        yield Mistake(node.at, "is an empty list: it would never match")


_VALUES: Mapping[str, Kind] = {
    "": _list_of_values(_parse_value),
    "has": _list_of_values(_parse_words),
    "matches": _list_of_values(_parse_pattern),
    "is": text_like(
        "'empty' or 'set'", "^([Ee]mpty|EMPTY|[Ss]et|SET)$", lambda s: Operator(s.lower())
    ),
}
"""What a field is compared with, by the word that stands behind its name."""


def _read_values(node: Node) -> Read:
    """Lines that compare, each by itself: no groups, for nothing is asked of an issue."""
    if not isinstance(node, Block) or not node.items:
        return None, [Mistake(node.at, f"must be {VALUES.words}")]
    return read_all(
        (None, [Mistake(inner.key_at, f"{key!r} belongs into no list of values", "Leave it out.")])
        if key in _GROUPS
        else _read_comparison(key, inner)
        for key, inner in node.items.items()
    )


def describe_condition() -> Schema:
    """A condition as JSON Schema, for the definition that `CONDITION` refers to."""
    block = {"$ref": "#/definitions/condition"}
    parts = any_of(block, {"type": "array", "items": block, "minItems": 1})
    plain, has, matches, state = (kind.json_schema for kind in _VALUES.values())
    plain = plain | {"description": "Equals any of these, whatever their case, dashes or spaces."}
    patterns = matches | {"description": "Any of these RE2 patterns is found."}
    meaning = "Holds any of these words or phrases whole; `begin*` begins one, `*end` ends one."
    words = has | describe_kind(meaning)
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
