"""Puts the trees of a rule book's files together: those of one layer, then one layer over another.

The layers are what comes with Headway and, over it, what the team wrote: a rule over the one of its
id, and blocks such as `effort` key by key. Nothing is made of the trees yet, and every value keeps
its place.
"""

from collections.abc import Iterable, Iterator

from sync.rulebook.build import ADD, WITHOUT
from sync.rulebook.files import SHIPPED_FILES, read_shipped_texts
from sync.rulebook.kinds import Kind, is_list_of, word_unknown
from sync.rulebook.mistakes import SHIPPED, Mistake, Position
from sync.rulebook.patches import apply_patch, is_patch
from sync.rulebook.scalars import YES_NO
from sync.rulebook.schema import SECTIONS
from sync.rulebook.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    find_child,
    find_scalar,
    list_items,
    read_tree,
)
from translators.spelling import suggest_spelling

BOOK = Position("")
"""Where a tree of several files stands."""
REPEATABLE = {"assertions"}
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
            items, mistakes = _lay_items_over(below.items, above.items)
            book.items[name] = Sequence(above.at, above.key_at, items)
        else:
            book.items[name], _ = _merge_values(SECTIONS[name].type, below, above, name)
    return book, mistakes


def _lay_items_over(below: list[Node], above: list[Node]) -> tuple[list[Node], list[Mistake]]:
    """The items of both; one from above replaces the one of its name, or changes it in parts."""
    shipped = {_spell_name(item): item for item in below if _spell_name(item)}
    replaced = {_spell_name(item) for item in above} - {""}
    items = [item for item in below if _spell_name(item) not in replaced]
    mistakes: list[Mistake] = []
    for item in above:
        under = shipped.pop(_spell_name(item), None)  # a second change of it is a mistake already
        if isinstance(under, Mapping) and isinstance(item, Mapping) and is_patch(item):
            changed, wrong = apply_patch(under, item)
            items.append(changed)
            mistakes += wrong
        else:
            items.append(item)
    return items, mistakes


def list_under(book: Node, section: str) -> list[Node]:
    """The items of a section that is a list."""
    node = find_child(book, section)
    return node.items if isinstance(node, Sequence) else []


def find_name(item: Node) -> Scalar | None:
    """What an item of a section is called, even where the rest of it is wrong."""
    names = (find_scalar(item, name) for name in ("id", "issue", "project"))
    return next(filter(None, names), None)


def find_missing_sections(shipped: Mapping) -> Iterator[Mistake]:
    """Each of the files that come with Headway holds the section that it is called after."""
    for file in SHIPPED_FILES:
        section = file.removesuffix(".yaml")
        if section not in shipped.items:
            yield Mistake(Position(f"{SHIPPED}{file}"), f"lacks the section {section}")


def find_idle_changes(shipped: Mapping, own: Mapping) -> Iterator[Mistake]:
    """A rule can be switched off or changed only if it was shipped; else that does nothing."""
    known = [name.text for name in map(find_name, list_under(shipped, "screening")) if name]
    for rule in list_under(own, "screening"):
        name, switch = find_name(rule), find_child(rule, "off")
        is_off = switch is not None and YES_NO.read(switch)[0]
        changes = [each for key in (ADD, WITHOUT) if (each := find_child(rule, key))]
        if (is_off or changes) and name and name.text not in known:
            what = f"no shipped rule has the id {name.text!r}{suggest_spelling(name.text, known)}"
            yield Mistake(name.at, what, "Delete it; it does nothing.")
        for change in changes if is_off or find_child(rule, "when") else ():
            what = "changes the shipped rule, which `when` replaces and `off` drops"
            yield Mistake(change.key_at, what, "Keep one of them.")


def _merge_values(
    kind: Kind | None, below: Node, above: Node, path: str
) -> tuple[Node, list[Mistake]]:
    """A value over another, and what both of them say, which is a mistake within one layer."""
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
