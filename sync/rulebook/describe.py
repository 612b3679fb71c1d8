"""Tells what may stand in a rule book: as JSON Schema for editors, as tables for the guide."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy

from sync.rulebook.conditions import describe_condition
from sync.rulebook.kinds import REQUIRED, Key, Schema, describe_keys
from sync.rulebook.layers import read_shipped_tree
from sync.rulebook.schema import SECTIONS
from sync.rulebook.yaml_tree import Mapping, Node, Scalar, Sequence, find_child, list_items

_LONGEST = 40
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


def write_tables_of_keys() -> str:
    """Every section as a heading and a table of its keys, in Markdown."""
    shipped = read_shipped_tree()
    lines = []
    for section in SECTIONS.values():
        rows = list(_list_rows(section, (section.name,), shipped))
        head = ("", "| key | takes | without it | meaning |", "|---|---|---|---|") if rows else ()
        lines += [f"### `{section.name}`", "", section.meaning, *head, *rows, ""]
    return "\n".join(lines)


def _list_rows(parent: Key, path: tuple[str, ...], shipped: Mapping) -> Iterator[str]:
    """The keys under a key, each followed by those under it."""
    keys = (parent.type.item or parent.type).keys
    if keys and not keys[0].meaning:  # keys that differ in their names alone
        yield from _list_rows(keys[0], (*path, "CODE"), shipped)
        return
    for key in keys:
        inner = (*path, key.name)
        words = re.sub(r"'(\w+)'", r"`\1`", key.type.words)
        default = _word_default(key, find_child(shipped, *inner), path[0])
        yield f"| `{'.'.join(inner[1:])}` | {words} | {default} | {key.meaning} |"
        yield from _list_rows(key, inner, shipped)


def _word_default(key: Key, shipped: Node | None, section: str) -> str:
    """What holds without a key: what the shipped file says, or the schema."""
    if shipped is None:
        told = f"`{key.default}`".lower() if isinstance(key.default, str | bool) else ""
        return "required" if key.default is REQUIRED else told
    if isinstance(shipped, Scalar):
        return f"`{shipped.text}`"
    texts = [item.text for item in list_items(shipped) if isinstance(item, Scalar)]
    written = f"`[{', '.join(texts)}]`"
    is_short = isinstance(shipped, Sequence) and len(written) <= _LONGEST
    return written if is_short else f"[as shipped](../config/{section}.yaml)"
