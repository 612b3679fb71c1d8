"""The parts of all files by section: the team's own laid over the shipped ones."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from sync.rulebook.diagnostics import did_you_mean
from sync.rulebook.validate import Part, spelled_id
from sync.rulebook.yaml_tree import Mapping, Node, find, find_key

_CALLED = {"screening": "id", "capabilities": "id", "pins": "issue"}
"""What tells the items of a list section apart."""


class SectionStore:
    """All parts by section. Own items replace shipped ones of the same id."""

    def __init__(self) -> None:
        self._shipped: dict[str, list[Part]] = {}
        self._own: dict[str, list[Part]] = {}

    def add(self, part: Part, *, shipped: bool) -> None:
        """Take in one part."""
        (self._shipped if shipped else self._own).setdefault(part.section, []).append(part)

    def every(self, section: str) -> list[Part]:
        """The parts of a section, shipped ones first, those with mistakes too."""
        return [*self._shipped.get(section, []), *self._own.get(section, [])]

    def ids(self, section: str) -> list[str]:
        """What the items of a section are called, those with mistakes too."""
        names = (spelled_id(part, _CALLED[section]) for part in self.every(section))
        return [name for name in names if name is not None]

    def unique(self, section: str) -> list[Part]:
        """The items of a list section in force; a name given twice is a mistake."""
        chosen: dict[str, Part] = {}
        for parts in (self._shipped, self._own):
            seen: dict[str, Part] = {}
            for part in parts.get(section, []):
                name = spelled_id(part, _CALLED[section])
                if name is None:
                    continue
                before = seen.setdefault(name.upper() if section == "pins" else name, part)
                if before is not part:
                    first = before.diagnostics.place(before.node.at)
                    what = f"{name!r} stands in the rule book twice, first at {first}"
                    at = find(part.node, (_CALLED[section],))
                    part.diagnostics.add_error(at, what, "Delete one of them, or rename it.")
            chosen |= seen
        return good(chosen.values())

    def check_switched_off(self) -> None:
        """A rule can be switched off only if it was shipped; anything else does nothing."""
        shipped = [
            name for part in self._shipped.get("screening", []) if (name := spelled_id(part, "id"))
        ]
        for part in self._own.get("screening", []):
            if part.shape is not None and part.shape.off and part.shape.id not in shipped:
                hint = did_you_mean(part.shape.id, shipped)
                what = f"no shipped rule has the id {part.shape.id!r}{hint}"
                part.diagnostics.add_error(
                    find(part.node, ("id",)), what, "Delete it; it does nothing."
                )

    def merged(self, section: str, shape: type[Any]) -> tuple[Any, list[Part]]:
        """A map section laid over its shipped form, key by key, two levels deep."""
        values: dict[str, Any] = {}
        for parts in (self._shipped, self._own):
            given: dict[tuple[str, ...], Part] = {}
            for part in parts.get(section, []):
                if part.shape is None:
                    continue
                for path in _given(part):
                    _take_once(section, path, part, given)
                for key in part.shape.model_fields_set:
                    values[key] = _laid_over(values.get(key), getattr(part.shape, key))
        return shape.model_construct(**(shape().__dict__ | values)), good(self.every(section))


def good(parts: Iterable[Part]) -> list[Part]:
    """The parts without mistakes."""
    return [part for part in parts if part.shape is not None]


def part_with(parts: list[Part], path: tuple[str, ...]) -> Part:
    """The last part that has a value at `path`: that is the one in force."""
    for part in reversed(parts):
        node: Node | None = part.node
        for step in path:
            node = node.items.get(step) if isinstance(node, Mapping) else None
        if node is not None:
            return part
    return parts[-1]


def _given(part: Part) -> list[tuple[str, ...]]:
    """The keys a part gives, two levels deep where the value is a map of its own keys."""
    paths: list[tuple[str, ...]] = []
    for key in sorted(part.shape.model_fields_set):
        value = getattr(part.shape, key)
        paths += [(key, inner) for inner in value] if isinstance(value, dict) else [(key,)]
    return paths


def _take_once(
    section: str, path: tuple[str, ...], part: Part, given: dict[tuple[str, ...], Part]
) -> None:
    before = given.setdefault(path, part)
    if before is not part:
        first = before.diagnostics.place(find_key(before.node, path))
        what = f"{section}: {' '.join(path)} stands in two places, first at {first}"
        part.diagnostics.add_error(find_key(part.node, path), what, "Delete one of them.")


def _laid_over(known: Any, value: Any) -> Any:
    if isinstance(known, dict) and isinstance(value, dict):
        return known | value
    if isinstance(known, BaseModel) and type(known) is type(value):
        return known.model_copy(update={k: getattr(value, k) for k in value.model_fields_set})
    return value
