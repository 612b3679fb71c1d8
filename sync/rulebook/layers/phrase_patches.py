"""Changes single phrases of a shipped class of promises, or list of words, by the team's of its id.

What gives no phrases of its own changes what it gives and nothing else: `add` and `without` change
the lists of phrases, other keys are changed as a whole.
"""

from sync.rulebook.layers.weight_patches import drop_words, join_weights, list_words
from sync.rulebook.mistakes import Mistake
from sync.rulebook.schema.build import ADD, WITHOUT
from sync.rulebook.yaml.tree import Mapping, Node, Scalar, Sequence, find_child, list_items
from translators.spelling import suggest_spelling
from translators.words import fold_value

LISTS = (
    *(("says", language) for language in ("any", "en", "de", "fr", "es")),
    ("matches",),
    ("words",),
)
"""Where lists of phrases stand."""
WEIGHED = "weighs"
"""Where words with weights stand."""


def is_phrase_patch(item: Mapping) -> bool:
    """Whether an item changes a shipped one, which it otherwise replaces or drops."""
    return not item.items.keys() & {"says", "matches", "words", "weighs", "off"}


def apply_phrase_patch(shipped: Mapping, patch: Mapping) -> tuple[Mapping, list[Mistake]]:
    """The shipped item as changed, and what cannot be taken out of it."""
    changed = Mapping(patch.at, patch.key_at, shipped.items | patch.items)
    mistakes: list[Mistake] = []
    for path in LISTS:
        added, taken = (find_child(patch, change, *path) for change in (ADD, WITHOUT))
        if added or taken:
            present = _split_lines(find_child(changed, *path))
            mistakes += _find_missing(_split_lines(taken), present)
            unwanted = {each.text for each in _split_lines(taken)}
            kept: list[Node] = [each for each in present if each.text not in unwanted]
            kept += _split_lines(added)
            _replace_child(changed, path, Sequence(changed.at, changed.key_at, kept))
    return changed, mistakes + _change_weights(changed, patch)


def _change_weights(changed: Mapping, patch: Mapping) -> list[Mistake]:
    """Changes the words that weigh, and returns those that cannot be taken out."""
    added, taken = (find_child(patch, change, WEIGHED) for change in (ADD, WITHOUT))
    node = changed.items.get(WEIGHED)
    if not added and not taken:
        return []
    words = [*list_words(taken)] if taken else []
    mistakes = _find_missing(words, [*list_words(node)] if node else [])
    node = node and drop_words(node, {fold_value(word.text) for word in words})
    if isinstance(added, Mapping):
        node = join_weights(node or Mapping(changed.at, changed.key_at), added)
    changed.items[WEIGHED] = node or Sequence(changed.at, changed.key_at, [])
    return mistakes


def _find_missing(taken: list[Scalar], present: list[Scalar]) -> list[Mistake]:
    known = [each.text for each in present]
    return [
        Mistake(
            each.at,
            f"there is no {each.text!r} to take out{suggest_spelling(each.text, known)}",
            "Write it as config/promises.yaml does, or delete it.",
        )
        for each in taken
        if each.text not in known
    ]


def _split_lines(node: Node | None) -> list[Scalar]:
    """Each phrase for itself; they are also given one on each line of a text."""
    scalars = [each for each in list_items(node) if isinstance(each, Scalar)] if node else []
    return [
        Scalar(scalar.at, scalar.key_at, line.strip())
        for scalar in scalars
        for line in scalar.text.split("\n")
        if line.strip()
    ]


def _replace_child(item: Mapping, path: tuple[str, ...], value: Sequence) -> None:
    """The item with another list; what it shares with the shipped one stays as it is."""
    name, *inner = path
    if not inner:
        item.items[name] = value
        return
    block = item.items.get(name)
    items = dict(block.items) if isinstance(block, Mapping) else {}
    item.items[name] = Mapping(item.at, item.key_at, items | {inner[0]: value})
