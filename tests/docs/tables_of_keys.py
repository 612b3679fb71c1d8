"""What may stand in a rule book, as the tables of the guide."""

import re
from collections.abc import Iterator

from sync.rulebook.layers.layers import read_shipped_tree
from sync.rulebook.schema.schema import SECTIONS
from sync.rulebook.values.kinds import REQUIRED, Key
from sync.rulebook.yaml.tree import Mapping, Node, Scalar, Sequence, find_child, list_items

LONGEST = 40


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
    is_short = isinstance(shipped, Sequence) and len(written) <= LONGEST
    return written if is_short else f"[as shipped](../config/{section}.yaml)"
