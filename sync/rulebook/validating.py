"""Checks the sections of one file against their shapes, every mistake at its own place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from rapidfuzz import process

from sync.rulebook.desk import Desk
from sync.rulebook.shapes import SECTIONS
from sync.rulebook.yaml_tree import Mistake, Node, Sequence, find, plain, read_tree

_BLOCK = "must be a block of keys and values"


@dataclass(frozen=True)
class Part:
    """One section, or one item of a list section: the checked shape, where it came from."""

    section: str
    shape: Any
    node: Node
    desk: Desk


def read_parts(text: str, desk: Desk) -> Iterator[Part]:
    """The good parts of a file; what is wrong goes to the desk."""
    try:
        top = read_tree(text)
    except Mistake as mistake:
        desk.complain(mistake.at, mistake.what, mistake.remedy)
        return
    for section, node in top.items.items():
        if section not in SECTIONS:
            desk.complain(top.keys[section], _unknown(section, list(SECTIONS)))
            continue
        shape = _checked(section, node, desk)
        if shape is None or section == "version":
            continue
        if isinstance(node, Sequence) and section != "patterns_allowed":
            for item, item_node in zip(shape, node.items, strict=True):
                yield Part(section, item, item_node, desk)
        else:
            yield Part(section, shape, node, desk)


def _checked(section: str, node: Node, desk: Desk) -> Any:
    try:
        return TypeAdapter(SECTIONS[section]).validate_python(plain(node))
    except ValidationError as error:
        seen = set()
        for detail in error.errors():
            path = _path(detail["loc"], plain(node))
            at = find(node, path)
            what = _words(dict(detail), section)
            if (at, what) not in seen:
                seen.add((at, what))
                desk.complain(at, what)
        return None


def _path(loc: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """The part of pydantic's location that names our own keys; union branches are its own."""
    path: list[Any] = []
    for step in loc:
        if (isinstance(value, Mapping) and (step in value)) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        ):
            value = value[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def _words(detail: dict[str, Any], section: str) -> str:
    kind, context, name = detail["type"], detail.get("ctx") or {}, str(detail["loc"][-1])
    if kind == "extra_forbidden":
        return _unknown(name, _keys(section))
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"must look like {context['pattern']}")
    wording = _WORDS.get(kind)
    return wording.format(name=name, **context) if wording else str(detail["msg"])


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
    "int_type": "must be a whole number",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
}

_PATTERNS = {
    r"^[a-z][a-z0-9-]{1,62}$": "must be a short name of lower-case letters, digits and dashes",
    r"^[A-Za-z][A-Za-z0-9_]*-[0-9]+$": "must be an issue key such as PAY-431",
    r"^\d{4}-\d{2}-\d{2}$": 'must be a date such as "2027-03-31"',
}


def _unknown(name: str, known: list[str]) -> str:
    close = process.extractOne(name, known, score_cutoff=60)
    hint = f" (did you mean {close[0]!r}?)" if close else f"; known are {', '.join(known)}"
    return f"unknown key {name!r}{hint}"


def _keys(section: str) -> list[str]:
    shape = SECTIONS[section]
    inner = getattr(shape, "__args__", (shape,))[0]
    return list(inner.model_fields) if issubclass(inner, BaseModel) else []
