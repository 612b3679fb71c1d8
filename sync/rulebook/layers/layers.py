"""Puts the trees of a rule book's files together: those of one layer, then one layer over another.

The layers are what comes with Headway and, over it, what the team wrote: a rule over the one of its
id, and blocks such as `effort` key by key. Nothing is made of the trees yet, and every value keeps
its place.
"""

from collections.abc import Collection, Iterable, Iterator

from sync.rulebook.files import SHIPPED_FILES, read_shipped_texts
from sync.rulebook.layers.patches import apply_patch, is_patch
from sync.rulebook.layers.phrase_patches import apply_phrase_patch, is_phrase_patch
from sync.rulebook.mistakes import SHIPPED, Mistake, Position
from sync.rulebook.schema.build import ADD, WITHOUT
from sync.rulebook.schema.schema import SECTIONS
from sync.rulebook.values.kinds import Kind, is_list_of, word_unknown
from sync.rulebook.values.scalars import PHRASES, YES_NO
from sync.rulebook.yaml.reading import read_tree
from sync.rulebook.yaml.tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    find_child,
    find_scalar,
    list_items,
)
from translators.spelling import suggest_spelling

BOOK = Position("")
"""Where a tree of several files stands."""
PHRASED = ("promises", "terms")
"""Sections whose shipped items are changed phrase by phrase."""
REPEATABLE = {"assertions", "waivers"}
"""Sections in which several items may speak of one thing."""


def join_files(trees: Iterable[Mapping]) -> tuple[Mapping, list[Mistake]]:
    """The files of one layer as one tree. What two of them say is a mistake of the second."""
    joined = Mapping(BOOK, BOOK)
    mistakes: list[Mistake] = []
    for name, node in (pair for tree in trees for pair in tree.items.items()):
        kind = SECTIONS[name].type if name in SECTIONS else None
        wrong: list[Mistake] = []
        if kind is None:
            wrong = [Mistake(node.key_at, word_unknown("section", name, SECTIONS))]
        elif kind.item and is_list_of(node, kind.item):
            items = [*list_under(joined, name), *list_items(node)]
            joined.items[name] = Sequence(node.at, node.key_at, items)
        elif kind.keys and isinstance(node, Mapping):
            below = joined.items.get(name, Mapping(node.at, node.key_at))
            joined.items[name], wrong = _merge_values(kind, below, node, name)
        else:
            wrong = kind.read(node)[1]
        mistakes += wrong
    for name in joined.items.keys() - REPEATABLE:
        mistakes += _find_repeated(list_under(joined, name))
    return joined, mistakes


def read_shipped_tree() -> Mapping:
    """The layer that comes with Headway."""
    trees = [read_tree(name, text)[0] for name, text in read_shipped_texts().items()]
    return join_files(tree for tree in trees if tree)[0]


def lay_over(shipped: Mapping, own: Mapping) -> tuple[Mapping, list[Mistake]]:
    """The team's own layer over the shipped one, and changes to it that cannot be made."""
    book = Mapping(BOOK, BOOK, shipped.items | own.items)
    mistakes: list[Mistake] = []
    for name in shipped.items.keys() & own.items.keys():
        below, above = shipped.items[name], own.items[name]
        if isinstance(below, Sequence) and isinstance(above, Sequence):
            items, wrong = _lay_items_over(name, below.items, above.items)
            mistakes += wrong
            book.items[name] = Sequence(above.at, above.key_at, items)
        else:
            book.items[name], _ = _merge_values(SECTIONS[name].type, below, above, name)
    return book, mistakes


def _lay_items_over(
    section: str, below: list[Node], above: list[Node]
) -> tuple[list[Node], list[Mistake]]:
    """The items of both; one from above replaces the one of its name, or changes it in parts."""
    shipped = {_spell_name(item): item for item in below if _spell_name(item)}
    is_change, apply = (
        (is_phrase_patch, apply_phrase_patch) if section in PHRASED else (is_patch, apply_patch)
    )
    mistakes: list[Mistake] = []
    laid: list[Node] = []
    left = dict(shipped)
    for item in above:
        # A second change of one name is a mistake already.
        under, changed = left.pop(_spell_name(item), None), item
        if isinstance(under, Mapping) and isinstance(item, Mapping) and is_change(item):
            changed, wrong = apply(under, item)
            mistakes += wrong
        laid.append(changed)
    named = {_spell_name(item): item for item in laid if _spell_name(item)}
    if section not in PHRASED:
        return [item for item in below if _spell_name(item) not in named] + laid, mistakes
    # A list of words can be named only by those that stand below it: each stays where it is.
    new = [item for item in laid if _spell_name(item) not in shipped]
    return [named.get(name, item) for name, item in shipped.items()] + new, mistakes


def list_under(book: Node, section: str) -> list[Node]:
    """The items of a section that is a list."""
    node = find_child(book, section)
    return node.items if isinstance(node, Sequence) else []


def find_name(item: Node) -> Scalar | None:
    """What an item of a section is called, even where the rest of it is wrong."""
    names = (find_scalar(item, name) for name in ("id", "issue", "project"))
    return next(filter(None, names), None)


def find_missing_sections(shipped: Mapping, names: Collection[str]) -> Iterator[Mistake]:
    """Each of the files that come with Headway holds the section that it is called after.

    `names` are those that there are: an older Headway has fewer.
    """
    for file in SHIPPED_FILES:
        section = file.removesuffix(".yaml")
        if f"{SHIPPED}{file}" in names and section not in shipped.items:
            yield Mistake(Position(f"{SHIPPED}{file}"), f"lacks the section {section}")


def find_idle_changes(shipped: Mapping, own: Mapping) -> Iterator[Mistake]:
    """A rule can be switched off or changed only if it was shipped; else that does nothing."""
    for section in ("screening", *PHRASED):
        yield from _find_idle_in(section, shipped, own)


def _find_idle_in(section: str, shipped: Mapping, own: Mapping) -> Iterator[Mistake]:
    whole = ("when", "says", "matches", "words")
    known = [name.text for name in map(find_name, list_under(shipped, section)) if name]
    for rule in list_under(own, section):
        name, switch = find_name(rule), find_child(rule, "off")
        is_off = switch is not None and YES_NO.read(switch)[0]
        changes = [each for key in (ADD, WITHOUT) if (each := find_child(rule, key))]
        if (is_off or changes) and name and name.text not in known:
            what = f"no shipped rule has the id {name.text!r}{suggest_spelling(name.text, known)}"
            yield Mistake(name.at, what, "Delete it; it does nothing.")
        given = next((key for key in whole if find_child(rule, key)), "")
        for change in changes if is_off or given else ():
            what = f"changes the shipped rule, which `{given or 'when'}` replaces and `off` drops"
            yield Mistake(change.key_at, what, "Keep one of them.")


def _merge_values(
    kind: Kind | None, below: Node, above: Node, path: str
) -> tuple[Node, list[Mistake]]:
    """A value over another, and what both of them say, which is a mistake within one layer."""
    if kind is PHRASES:
        return Sequence(above.at, above.key_at, [*list_items(below), *list_items(above)]), []
    keys = kind.keys if kind and kind.is_layered else ()
    if not keys or not isinstance(below, Mapping) or not isinstance(above, Mapping):
        what = f"{path} stands in two places"
        return above, [Mistake(above.key_at, what, "Delete one of them.", below.key_at)]
    kinds = {key.name: key.type for key in keys}
    merged = Mapping(below.at, below.key_at, below.items | above.items)
    mistakes = []
    for name in [name for name in above.items if name in below.items]:
        inner = f"{path}: {name}"
        both = below.items[name], above.items[name]
        merged.items[name], wrong = _merge_values(kinds.get(name), *both, inner)
        mistakes += wrong
    return merged, mistakes


def _find_repeated(items: Iterable[Node]) -> Iterator[Mistake]:
    seen: dict[str, Node] = {}
    for item in items:
        name = find_name(item)
        before = seen.setdefault(_spell_name(item), item)
        if name and before is not item:
            what = f"{name.text!r} stands in the rule book twice"
            yield Mistake(name.at, what, "Delete one of them, or rename it.", before.at)


def _spell_name(item: Node) -> str:
    """What an item is called, in one spelling; nothing where it has no name."""
    name = find_name(item)
    return name.text.upper() if name else ""
