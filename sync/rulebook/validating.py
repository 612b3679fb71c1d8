"""Checks the sections of one file against their shapes, every mistake at its own place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from rapidfuzz import process

from sync.rulebook.desk import Desk
from sync.rulebook.shapes import SECTIONS
from sync.rulebook.yaml_tree import Mistake, Node, Sequence, find, plain, read_tree


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
        if isinstance(value, Mapping) and (step in value):
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def _words(detail: dict[str, Any], section: str) -> str:
    kind, context, name = detail["type"], detail.get("ctx") or {}, str(detail["loc"][-1])
    match kind:
        case "extra_forbidden":
            return _unknown(name, _keys(section))
        case "missing":
            return f"{name!r} is missing"
        case "literal_error":
            return f"must be {context['expected']}"
        case "string_too_long":
            return f"is longer than {context['max_length']} characters"
        case "string_too_short" | "too_short":
            return "is empty"
        case "string_pattern_mismatch":
            return _PATTERNS.get(context["pattern"], f"must look like {context['pattern']}")
        case "list_type":
            return "must be a list, each item behind a dash"
        case "string_type":
            return "must be a text"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "must be a block of keys and values"
        case "int_parsing" | "int_type":
            return "must be a whole number"
        case "greater_than" | "greater_than_equal":
            return "is too small"
        case "bool_parsing" | "bool_type":
            return "must be true or false"
        case _:
            return str(detail["msg"])


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
