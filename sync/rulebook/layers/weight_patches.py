"""Changes single words of a shipped line that weighs words."""

from collections.abc import Iterator

from sync.rulebook.values.compared_values import split_listed
from sync.rulebook.values.conditions import split_key
from sync.rulebook.yaml.tree import Mapping, Node, Scalar, Sequence, list_items
from translators.rules.fields import field_name
from translators.words import fold_value


def is_weighed(key: str) -> bool:
    """Whether a line of a condition weighs words."""
    return split_key(key)[1] == "weighs"


def list_words(node: Node) -> Iterator[Scalar]:
    """Each word of a line that weighs words, or of a list of such words, for itself."""
    values = node.items.values() if isinstance(node, Mapping) else [node]
    for value in values:
        for scalar in list_items(value):
            for word in split_listed(scalar.text) if isinstance(scalar, Scalar) else ():
                yield Scalar(scalar.at, scalar.key_at, word)


def drop_words(node: Node, unwanted: set[str]) -> Node | None:
    """A line without these words, which are folded; None where none is left."""
    if not isinstance(node, Mapping) or not unwanted:
        return node
    kept: dict[str, Node] = {}
    for key, value in node.items.items():
        words: list[Node] = [
            word for word in list_words(value) if fold_value(word.text) not in unwanted
        ]
        if words:
            kept[key] = Sequence(value.at, value.key_at, words)
    return Mapping(node.at, node.key_at, kept) if kept else None


def extend_weights(node: Node | None, added: Node) -> tuple[Node | None, Node | None]:
    """A condition whose lines that weigh words have what is added to them, and what is left to add.

    Weights are no alternative: they count toward the one sum.
    """
    if not isinstance(added, Mapping):
        return node, added
    left = dict(added.items)
    for key, more in added.items.items():
        if (
            is_weighed(key)
            and isinstance(more, Mapping)
            and (wider := _extend_line(node, key, more))
        ):
            node = wider
            del left[key]
    return node, Mapping(added.at, added.key_at, left) if left else None


def _extend_line(node: Node | None, key: str, more: Mapping) -> Node | None:
    """A condition with more words in the line that weighs the same field; None without one."""
    if isinstance(node, Sequence):
        for place, part in enumerate(node.items):
            if wider := _extend_line(part, key, more):
                return Sequence(node.at, node.key_at, _replace(node.items, place, wider))
    elif isinstance(node, Mapping):
        for line, inner in node.items.items():
            is_same = is_weighed(line) and _spell(line) == _spell(key)
            wider = join_weights(inner, more) if is_same else None
            wider = _extend_line(inner, key, more) if line in ("any", "all") else wider
            if wider:
                return Mapping(node.at, node.key_at, node.items | {line: wider})
    return None


def _replace(items: list[Node], place: int, item: Node) -> list[Node]:
    return [*items[:place], item, *items[place + 1 :]]


def _spell(key: str) -> tuple[str, str]:
    name, word = split_key(key)
    return field_name(name), word


def join_weights(shipped: Node, added: Mapping) -> Mapping:
    """Words with weights and those of a team. What is added takes a word out of where it stood."""
    again = {fold_value(word.text) for word in list_words(added)}
    left = drop_words(shipped, again)
    kept = dict(left.items) if isinstance(left, Mapping) else {}
    for key, words in added.items.items():
        here = kept.get(key)
        both = [*(list_words(here) if here else ()), *list_words(words)]
        kept[key] = Sequence(words.at, words.key_at, both)
    return Mapping(shipped.at, shipped.key_at, kept)
