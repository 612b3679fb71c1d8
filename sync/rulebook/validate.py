"""Checks the sections of one file against their shapes, every mistake at its own place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from sync.rulebook.diagnostics import Diagnostics, did_you_mean
from sync.rulebook.schema import SECTIONS
from sync.rulebook.yaml_faults import Mark
from sync.rulebook.yaml_tree import Mapping, Node, Sequence, find, find_key, read_tree, to_plain

_BLOCK = "must be a block of keys and values"


@dataclass(frozen=True)
class Part:
    """One section, or one item of a list section: the checked shape, where it came from.

    `shape` is None where the part has mistakes; what it is called may still be readable.
    """

    section: str
    shape: Any
    node: Node
    diagnostics: Diagnostics


def read_parts(text: str, diagnostics: Diagnostics) -> Iterator[Part]:
    """The parts of a file; what is wrong goes to the desk. Nothing comes of an unreadable file."""
    top = read_tree(text, diagnostics.refuse)
    if top is None:
        diagnostics.readable = False
        return
    for section, node in top.items.items():
        if section not in SECTIONS:
            diagnostics.add_error(top.keys[section], _unknown("section", section, list(SECTIONS)))
        elif section != "version" and get_origin(SECTIONS[section]) is list:
            yield from _listed(section, node, diagnostics)
        else:
            shape = _checked(SECTIONS[section], node, diagnostics)
            if section != "version":
                yield Part(section, shape, node, diagnostics)


def _listed(section: str, node: Node, diagnostics: Diagnostics) -> Iterator[Part]:
    """Each item on its own, so that one bad rule hides no mistake of its neighbours."""
    if not isinstance(node, Sequence):
        diagnostics.add_error(node.at, f"{section} must be a list, each item behind a dash")
        return
    (shape,) = get_args(SECTIONS[section])
    for item in node.items:
        yield Part(section, _checked(shape, item, diagnostics), item, diagnostics)


def _checked(shape: Any, node: Node, diagnostics: Diagnostics) -> Any:
    value = to_plain(node)
    try:
        return TypeAdapter(shape).validate_python(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = _path(detail["loc"], value)
            diagnostics.add_error(
                _place(detail["type"], node, path), _words(dict(detail), shape, path)
            )
        return None


def _place(kind: str, node: Node, path: tuple[Any, ...]) -> Mark:
    return find_key(node, path) if kind == "extra_forbidden" else find(node, path)


def _path(loc: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """The part of pydantic's location that names our own keys; union branches are its own."""
    path: list[Any] = []
    for step in loc:
        if (isinstance(value, dict) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        ):
            value = value[step]
            path.append(step)
    return tuple(path)


def _words(detail: dict[str, Any], shape: Any, path: tuple[Any, ...]) -> str:
    kind, context, name = detail["type"], detail.get("ctx") or {}, str((detail["loc"] or ("",))[-1])
    if kind == "extra_forbidden":
        return _unknown("key", name, _keys(shape, path[:-1]))
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"must look like {context['pattern']}")
    if kind == "value_error":
        return str(context["error"])
    wording = _WORDS.get(kind)
    words = wording.format(name=name, **context) if wording else str(detail["msg"])
    if kind == "literal_error" and isinstance(detail["input"], str):
        words += did_you_mean(detail["input"], re.findall("'([^']+)'", str(context["expected"])))
    return words


_WORDS = {
    "missing": "{name!r} is missing",
    "literal_error": "must be {expected}",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "is empty",
    "too_short": "is empty",
    "list_type": "must be a list, each item behind a dash",
    "string_type": "must be a text",
    "model_type": _BLOCK,
    "model_attributes_type": _BLOCK,
    "dict_type": _BLOCK,
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
}

_PATTERNS = {
    r"^[a-z][a-z0-9-]{1,62}$": (
        "must be 2 to 63 lower-case letters, digits and dashes, a letter first"
    ),
    r"^[A-Za-z][A-Za-z0-9_]*-[0-9]+$": "must be an issue key such as PAY-431",
}


def _unknown(kind: str, name: str, known: list[str]) -> str:
    hint = did_you_mean(name, known) or (f"; known are {', '.join(known)}" if known else "")
    return f"unknown {kind} {name!r}{hint}"


def _keys(shape: Any, path: tuple[Any, ...]) -> list[str]:
    """The keys that may stand at `path` of a shape; none where the shape has its own keys."""
    for step in path:
        shape = next((inner for model in _models(shape) for inner in _inner(model, step)), None)
    return [
        field.alias or name
        for model in _models(shape)
        for name, field in model.model_fields.items()
    ]


def _inner(model: type[BaseModel], step: Any) -> list[Any]:
    return [
        field.annotation
        for name, field in model.model_fields.items()
        if str(step) == (field.alias or name)
    ]


def _models(shape: Any) -> list[type[BaseModel]]:
    """The models that a type is made of: itself, or what a list, map or union of it holds."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return [shape]
    return [model for inner in get_args(shape) for model in _models(inner)]


def spelled_id(part: Part, key: str) -> str | None:
    """What a part is called, even where the rest of it is wrong."""
    node = part.node.items.get(key) if isinstance(part.node, Mapping) else None
    value = to_plain(node) if node is not None else None
    return value if isinstance(value, str) else None
