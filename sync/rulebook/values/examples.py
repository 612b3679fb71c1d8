"""Reads a rule's own examples: issue keys, or only the fields that matter."""

from models.rulebook import Example
from sync.rulebook.mistakes import Mistake
from sync.rulebook.values.conditions import judge_field
from sync.rulebook.values.kinds import Kind, Read, any_of
from sync.rulebook.values.scalars import KEY
from sync.rulebook.yaml.tree import Mapping, Node, Scalar, find_scalars, list_items
from translators.rules.fields import field_name

WORDS = "an issue key, or fields such as {summary: some words}"
_VALUE = {"type": ["string", "number", "boolean", "null"]}
_VALUES = any_of(_VALUE, {"type": "array", "items": _VALUE})
_FIELDS = {"type": "object", "minProperties": 1, "additionalProperties": _VALUES}


def example_kind(*, matches: bool) -> Kind:
    """One issue that a rule must match, or must not."""

    def read(node: Node) -> Read:
        if isinstance(node, Scalar) and not KEY.read(node)[1]:
            return Example(node.text, {}, matches, node.at.as_line), []
        given = node.items if isinstance(node, Mapping) else {}
        items = [item for inner in given.values() for item in list_items(inner)]
        if not given or not all(isinstance(item, Scalar) for item in items):
            return None, [Mistake(node.at, f"must be {WORDS}")]
        texts = {name: tuple(scalar.text for scalar in find_scalars(node, name)) for name in given}
        fields = {field_name(name): found for name, found in texts.items()}
        wrong = [each for name, inner in given.items() for each in judge_field(name, inner.key_at)]
        return Example(None, fields, matches, node.at.as_line), wrong

    return Kind(WORDS, any_of(KEY.json_schema, _FIELDS), read)
