"""What kinds of values a key can have: how each is read, described in words, and as JSON Schema."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from sync.rulebook.mistakes import SHIPPED, Mistake
from sync.rulebook.yaml.tree import Mapping, Node, Scalar, Sequence, list_items
from translators.spelling import suggest_spelling

Read = tuple[Any, list[Mistake]]
"""A value and what is wrong with it. With mistakes, the value means nothing."""
Schema = dict[str, Any]
"""A part of a JSON Schema, draft 7."""
Check = Callable[[Node, Any], Iterable[Mistake]]
"""Finds what is wrong between values that are right each for itself."""
REQUIRED = object()
"""The default of a key that has none."""
MOST_KEPT = 1_000
"""How many blocks of a kind are kept; those that come with Headway are some hundred."""


class Key(NamedTuple):
    """One key of a block: what it is called, takes and means, and what holds without it.

    `field` is what it is called in the value that is made of the block, where that is another name.
    """

    name: str
    type: "Kind"
    meaning: str
    default: Any = REQUIRED
    field: str = ""


class Kind(Struct, frozen=True):
    """A kind of value: its `words` follow "must be". A list has an `item`, a block has `keys`.

    `parse` makes a value of one text, where that is all that it can be. Of a block that
    `is_layered`, each file gives some keys, and the default of all is in config/.
    """

    words: str
    json_schema: Schema
    read: Callable[[Node], Read]
    item: "Kind | None" = None
    keys: tuple[Key, ...] = ()
    is_layered: bool = False
    parse: Callable[[str], Any] | None = None


def _find_nothing(_node: Node, _values: Any) -> Iterable[Mistake]:
    return ()


def list_of(item: Kind, check: Check = _find_nothing, json_schema: Schema | None = None) -> Kind:
    """A list; of texts, one alone is a list of one.

    `json_schema` is what `check` asks, as far as JSON Schema can say it.
    """
    title = {"title": item.words.removeprefix("a ").capitalize()} if item.keys else {}
    listed = {"type": "array", "items": title | item.json_schema} | (json_schema or {})
    words = f"a list, each {item.words}"

    def read(node: Node) -> Read:
        if not is_list_of(node, item):
            return (), [Mistake(node.at, f"must be {words}", "Put each behind a dash.")]
        inner = list_items(node)
        values = _parse_all(item, inner)
        if values is not None:
            return values, list(check(node, values))
        values, mistakes = read_all(map(item.read, inner))
        return values, mistakes or list(check(node, values))

    schema = listed if item.keys else any_of(listed, item.json_schema)
    return Kind(words, schema, read, item=item)


def _parse_all(item: Kind, nodes: Collection[Node]) -> tuple[Any, ...] | None:
    """The values of a list of texts that are all right, as most are; one by one takes longer."""
    texts = [node.text for node in nodes if isinstance(node, Scalar)]
    if item.parse is None or len(texts) < len(nodes):
        return None
    try:
        return tuple(map(item.parse, texts))
    except ValueError:
        return None


def block_of(
    name: str,
    *keys: Key,
    build: Callable[..., Any] = dict,
    check: Check = _find_nothing,
    json_schema: Schema | None = None,
    is_layered: bool = False,
    keeps_line: bool = False,
) -> Kind:
    """A block of keys; `build` makes its value of theirs, and of its line where it `keeps_line`.

    `json_schema` is what `check` asks, as far as JSON Schema can say it.
    """

    def read(node: Node) -> Read:
        given, mistakes = read_keys(keys, node)
        mistakes = mistakes or list(check(node, given))
        if mistakes:
            return None, mistakes
        values = {key.field or key.name: given.get(key.name, key.default) for key in keys}
        return build(**values, **({"at": node.key_at.as_line} if keeps_line else {})), []

    schema = describe_keys(keys, is_layered=is_layered) | (json_schema or {})
    return Kind(f"a {name}", schema, _keep_shipped(read), keys=keys, is_layered=is_layered)


def _keep_shipped(read: Callable[[Node], Read]) -> Callable[[Node], Read]:
    """Read a block that comes with Headway once: each book has the same, of a tree that is kept."""
    kept: dict[int, tuple[Node, Read]] = {}

    def read_once(node: Node) -> Read:
        if not node.at.file.startswith(SHIPPED):
            return read(node)
        known, found = kept.get(id(node), (None, None))
        if known is node and found:
            return found
        if len(kept) >= MOST_KEPT:
            kept.clear()
        done = read(node)
        kept[id(node)] = node, done
        return done

    return read_once


def scalar_of(words: str, parse: Callable[[str], Any], json_schema: Schema) -> Kind:
    """One text, and what is made of it; `parse` raises ValueError, saying what is wrong."""

    def read(node: Node) -> Read:
        if not isinstance(node, Scalar):
            return None, [Mistake(node.at, f"must be {words}")]
        try:
            return parse(node.text), []
        except ValueError as error:
            return None, [Mistake(node.at, str(error))]

    return Kind(words, json_schema, read, parse=parse)


def text_or_block(text: Kind, block: Kind) -> Kind:
    """A text, or a block."""
    words = f"{text.words}, or {block.words}"

    def read(node: Node) -> Read:
        if not isinstance(node, Scalar):
            return block.read(node)
        value, wrong = text.read(node)
        return value, [Mistake(node.at, f"must be {words}")] if wrong else []

    return Kind(words, any_of(text.json_schema, block.json_schema), read)


def exactly_one(what: str, *groups: tuple[str, ...]) -> dict[str, Any]:
    """The check of a block, and its JSON Schema, that it gives exactly one group of keys."""
    names = {name for group in groups for name in group}
    missing = any_of({"const": False}, {"pattern": "^([Ff]alse|FALSE|[Nn]o|NO)$", "type": "string"})

    def check(node: Node, given: dict[str, Any]) -> Iterator[Mistake]:
        if {name for name in names if given.get(name)} not in map(set, groups):
            yield Mistake(node.at, what)

    schemas = [
        {"required": [*group], "properties": dict.fromkeys(sorted(names - {*group}), missing)}
        for group in groups
    ]
    return {"check": check, "json_schema": {"anyOf": schemas}}


def is_list_of(node: Node, item: Kind) -> bool:
    """Whether these are items of a kind: a list, or one text alone."""
    return isinstance(node, Sequence) or (isinstance(node, Scalar) and not item.keys)


def read_all(reads: Iterable[Read]) -> tuple[tuple[Any, ...], list[Mistake]]:
    """The values of all, and the mistakes of all."""
    done = list(reads)
    return tuple(value for value, _ in done), [wrong for _, more in done for wrong in more]


def read_keys(keys: Collection[Key], node: Node) -> tuple[dict[str, Any], list[Mistake]]:
    """The values of the keys that a block gives and that are right."""
    if not isinstance(node, Mapping):
        return {}, [Mistake(node.at, "must be a block of keys and values")]
    known = {key.name: key for key in keys}
    values: dict[str, Any] = {}
    mistakes = []
    for name, inner in node.items.items():
        if name not in known:
            mistakes.append(Mistake(inner.key_at, word_unknown("key", name, known)))
            continue
        values[name], wrong = known[name].type.read(inner)
        mistakes += wrong
    missing = [key for key in keys if key.default is REQUIRED and key.name not in node.items]
    mistakes += (Mistake(node.at, f"{key.name!r} is missing") for key in missing)
    return values, mistakes


def word_unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The words for a name that is not among the known ones."""
    hint = suggest_spelling(name, known) or f"; known are {', '.join(known)}"
    return f"unknown {kind} {name!r}{hint}"


def describe_keys(keys: Collection[Key], *, is_layered: bool) -> Schema:
    """A block of these keys and no others, as JSON Schema."""
    properties: Schema = {}
    for key in keys:
        title = key.name.replace("_", " ").capitalize()
        told = describe_kind(key.meaning) | {"title": title}
        properties[key.name] = told | key.type.json_schema
        if isinstance(key.default, str | bool):
            is_code = isinstance(key.default, str)
            properties[key.name]["default"] = str(key.default) if is_code else key.default
    required = [key.name for key in keys if key.default is REQUIRED and not is_layered]
    closed = {"type": "object", "properties": properties, "additionalProperties": False}
    return closed | ({"required": required} if required else {})


def describe_kind(meaning: str) -> Schema:
    """What an editor shows of a key: plain in a list of offers, laid out where one points."""
    told = {"description": meaning}
    return told | ({"markdownDescription": meaning} if "`" in meaning else {})


def any_of(*schemas: Schema) -> Schema:
    """What fits at least one of the schemas."""
    return {"anyOf": list(schemas)}
