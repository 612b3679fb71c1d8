"""The tree of a rule book's file: every value knows its line and column; all scalars are text."""

from msgspec import Struct, field

from sync.rulebook.mistakes import Position


class Scalar(Struct):
    """A text. `key_at` is where the key stands that a value is under; in a list, its own place."""

    at: Position
    key_at: Position
    text: str


class Sequence(Struct):
    """A list."""

    at: Position
    key_at: Position
    items: list["Node"] = field(default_factory=list)


class Mapping(Struct):
    """Keys and values in order."""

    at: Position
    key_at: Position
    items: dict[str, "Node"] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


def list_items(node: Node) -> list[Node]:
    """The items of a list; a value alone is a list of one."""
    return node.items if isinstance(node, Sequence) else [node]


def find_child(node: Node | None, *path: str) -> Node | None:
    """The value under a path of keys; None where there is none."""
    for key in path:
        node = node.items.get(key) if isinstance(node, Mapping) else None
    return node


def find_scalars(node: Node, *path: str) -> list[Scalar]:
    """The texts under a path of keys: one, those of a list, or none."""
    found = find_child(node, *path)
    return [item for item in list_items(found) if isinstance(item, Scalar)] if found else []


def find_scalar(node: Node, *path: str) -> Scalar | None:
    """The text under a path of keys; None where there is none."""
    found = find_child(node, *path)
    return found if isinstance(found, Scalar) else None
