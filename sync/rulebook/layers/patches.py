"""Changes single keys and values of a shipped screening rule, by a rule of the team's of its id.

Without a `when` of its own, such a rule changes what it gives and nothing else: `add` and `without`
what stands in the shipped rule's `when` and `unless`, other keys as a whole. Examples are added.
"""

from collections.abc import Iterator
from itertools import islice

from sync.rulebook.layers.weight_patches import drop_words, extend_weights, is_weighed, list_words
from sync.rulebook.mistakes import MOST_TOLD, Mistake
from sync.rulebook.schema.build import ADD, WITHOUT
from sync.rulebook.values.conditions import split_key
from sync.rulebook.yaml.tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    find_child,
    list_items,
)
from translators.rules.fields import field_name
from translators.spelling import suggest_spelling
from translators.words import fold_value

CONDITIONS = ("when", "unless")
Value = tuple[str, str, str]
"""A value of a condition, for comparing: the field, the word behind it, the value folded."""


def is_patch(rule: Node) -> bool:
    """Whether a rule changes a shipped one, which it otherwise replaces or drops."""
    keys = rule.items.keys() if isinstance(rule, Mapping) else set()
    return not keys & {"when", "off"} and bool(keys - {"id"})


def apply_patch(shipped: Mapping, patch: Mapping) -> tuple[Mapping, list[Mistake]]:
    """The shipped rule as changed, and what cannot be changed so."""
    changed = Mapping(patch.at, patch.key_at, shipped.items | patch.items)
    mistakes: list[Mistake] = []
    for name in CONDITIONS:
        mistakes += _change_condition(changed, patch, name)
    if tests := find_child(patch, "tests"):
        changed.items["tests"] = _join_examples(shipped.items.get("tests"), tests)
    return changed, mistakes


def _change_condition(changed: Mapping, patch: Mapping, name: str) -> Iterator[Mistake]:
    added, taken = (find_child(patch, change, name) for change in (ADD, WITHOUT))
    given = added or taken
    if given and name in patch.items:
        what = f"{name!r} is given as a whole, and changed as well"
        yield Mistake(given.key_at, what, "Keep one of them.")
        return
    node = changed.items.get(name)
    if taken:
        yield from islice(_find_missing_values(taken, node), MOST_TOLD + 1)
        node = node and _drop_values(node, {value for value, _ in _list_values(taken)})
    if added:
        node = _join_alternatives(*extend_weights(node, added))
    if node:
        changed.items[name] = node
    elif taken and changed.items.pop(name, None) and name == "when":
        what = "nothing would be left that the rule could match"
        yield Mistake(taken.key_at, what, "Drop the rule by `off: true` instead.")


def _find_missing_values(taken: Node, node: Node | None) -> Iterator[Mistake]:
    present = {value: scalar.text for value, scalar in _list_values(node)}
    for value, scalar in _list_values(taken):
        if value in present:
            continue
        elsewhere = [_word_line(*other[:2]) for other in present if other[2] == value[2]]
        known = [text for other, text in present.items() if other[:2] == value[:2]]
        hint = suggest_spelling(scalar.text, known)
        if elsewhere:
            hint = f"; it stands under `{elsewhere[0]}`"
        line = _word_line(*value[:2])
        what = f"the shipped rule has no `{line}: {scalar.text}` to take out{hint}"
        yield Mistake(scalar.at, what, "Write it as config/screening.yaml does, or delete it.")


def _list_values(node: Node | None) -> Iterator[tuple[Value, Scalar]]:
    """The values of all lines of a condition that bring a match about: not those under a `not`."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _list_values(item)
    for key, inner in node.items.items() if isinstance(node, Mapping) else ():
        if key in ("any", "all"):
            yield from _list_values(inner)
        elif key != "not":
            for scalar in list_words(inner) if is_weighed(key) else list_items(inner):
                if isinstance(scalar, Scalar):
                    yield _read_value(key, scalar), scalar


def _drop_values(node: Node, unwanted: set[Value]) -> Node | None:
    """A block without these values; None where what is left of it could never hold."""
    kept: dict[str, Node] = {}
    for key, inner in node.items.items() if isinstance(node, Mapping) else ():
        left = _drop_from_line(key, inner, unwanted)
        if left is None:
            return None
        kept[key] = left
    return Mapping(node.at, node.key_at, kept)


def _drop_from_line(key: str, node: Node, unwanted: set[Value]) -> Node | None:
    if key == "not":
        return node
    if is_weighed(key):
        words = {folded for name, word, folded in unwanted if (name, word) == _spell_key(key)}
        return drop_words(node, words)
    if key not in ("any", "all"):
        scalars = [item for item in list_items(node) if isinstance(item, Scalar)]
        left: list[Node] = [each for each in scalars if _read_value(key, each) not in unwanted]
        return Sequence(node.at, node.key_at, left) if left else None
    parts = _list_parts(node)
    dropped = [_drop_values(part, unwanted) for part in parts]
    kept = [part for part in dropped if part is not None]
    is_void = not kept or (key == "all" and len(kept) < len(parts))
    return None if is_void else Sequence(node.at, node.key_at, kept)


def _list_parts(node: Node) -> list[Node]:
    """The parts of a group: a list's items; of a block, each line is one."""
    if not isinstance(node, Mapping):
        return list_items(node)
    return [Mapping(line.at, line.key_at, {key: line}) for key, line in node.items.items()]


def _join_alternatives(node: Node | None, added: Node | None) -> Node | None:
    """What holds where the one or the other does."""
    if node is None or added is None:
        return node or added
    parts = [node]
    if isinstance(node, Mapping) and node.items.keys() == {"any"}:
        parts = _list_parts(node.items["any"])
    either = Sequence(node.at, node.key_at, [*parts, added])
    return Mapping(node.at, node.key_at, {"any": either})


def _join_examples(shipped: Node | None, own: Node) -> Node:
    """The examples of both; those that were shipped are not held against the changed rule."""
    if not isinstance(own, Mapping) or not isinstance(shipped, Mapping):
        return own
    joined = Mapping(own.at, own.key_at, shipped.items | own.items)
    for name in shipped.items.keys() & own.items.keys():
        both = (*list_items(shipped.items[name]), *list_items(own.items[name]))
        joined.items[name] = Sequence(own.items[name].at, own.items[name].key_at, [*both])
    return joined


def _read_value(key: str, scalar: Scalar) -> Value:
    name, word = _spell_key(key)
    return name, word, scalar.text if word == "matches" else fold_value(scalar.text)


def _spell_key(key: str) -> tuple[str, str]:
    name, word = split_key(key)
    return field_name(name), word


def _word_line(field: str, word: str) -> str:
    return f"{field} {word}".strip()
