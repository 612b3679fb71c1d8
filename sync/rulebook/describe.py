"""Tells editors what may stand in a rule book, as JSON Schema."""

import json
from copy import deepcopy

from sync.rulebook.layers.layers import read_shipped_tree
from sync.rulebook.schema.schema import SECTIONS
from sync.rulebook.values.conditions import describe_condition
from sync.rulebook.values.kinds import Key, Schema, describe_keys
from sync.rulebook.yaml.tree import Mapping, Node, Scalar, Sequence, find_child, list_items

SCHEMA_FILE = ".headway/rules.schema.json"
"""Where editors find it, from a rule book's folder: hidden, so that no rules are sought there."""


def json_schema() -> Schema:
    """The JSON Schema, draft 7, of one file of a rule book.

    It takes every file that the loader takes, but for an id that reads `true` or `false`. What it
    cannot say (that ids exist, that days are in the calendar, that words promise nothing) is the
    loader's to tell.
    """
    described = deepcopy(describe_keys(SECTIONS.values(), is_layered=False))
    for section in SECTIONS.values():
        shipped = find_child(read_shipped_tree(), section.name)
        _add_defaults(section, described["properties"][section.name], shipped)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A rule book of Headway",
        "description": "What sales may read, and by which rules. Any section, in any file.",
        "definitions": {"condition": describe_condition()},
        **described,
    }


def write_schema() -> str:
    """The JSON Schema as a file's text."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def word_modeline(depth: int = 0) -> str:
    """The line by which an editor finds the schema, for a file so many folders down."""
    return f"# yaml-language-server: $schema={'../' * depth}{SCHEMA_FILE}\n"


def _add_defaults(key: Key, schema: Schema, shipped: Node | None) -> None:
    """What holds without the keys of a layered block, as the shipped files say it."""
    for inner in key.type.keys if key.type.is_layered else ():
        below = find_child(shipped, inner.name)
        told = schema["properties"][inner.name]
        texts = [item for item in list_items(below) if isinstance(item, Scalar)] if below else []
        if texts and not isinstance(below, Mapping):
            values = [int(each.text) if each.text.isdigit() else each.text for each in texts]
            told["default"] = values if isinstance(below, Sequence) else values[0]
        _add_defaults(inner, told, below)
