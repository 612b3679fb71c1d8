"""Checks the ids that capabilities and pins name: all exist, and none lead round in a circle."""

from collections.abc import Iterator, Mapping, Sequence

from sync.rulebook.diagnostics import did_you_mean
from sync.rulebook.sections import SectionStore
from sync.rulebook.validate import Part, spelled_id
from sync.rulebook.yaml_faults import Mark
from sync.rulebook.yaml_tree import Mapping as Block
from sync.rulebook.yaml_tree import Scalar, child
from sync.rulebook.yaml_tree import Sequence as Listed


def check_references(sections: SectionStore, known: Sequence[str] | None) -> None:
    """Mistakes go to the desks. `known` are all ids, or None where not all files can be read."""
    capabilities, pins = sections.every("capabilities"), sections.every("pins")
    for part, path in (
        *((part, ("beats",)) for part in capabilities),
        *((part, ("withdrawn", "use")) for part in capabilities),
        *((part, ("capability",)) for part in pins),
    ):
        for at, wanted in _named(part, path):
            if known is not None and wanted not in known:
                what = f"no capability has the id {wanted!r}{did_you_mean(wanted, known, 60)}"
                part.diagnostics.add_error(at, what)
    _check_circles(capabilities, ("beats",), "beats", "Take one of them out.")
    _check_circles(capabilities, ("withdrawn", "use"), "is replaced by", "Name another.")


def _check_circles(
    capabilities: Sequence[Part], path: tuple[str, ...], verb: str, remedy: str
) -> None:
    steps = {
        spelled_id(part, "id") or "": [wanted for _, wanted in _named(part, path)]
        for part in capabilities
    }
    for part in capabilities:
        start = spelled_id(part, "id") or ""
        for at, wanted in _named(part, path):
            way = _way(steps, wanted, start)
            if way:
                what = f"goes round in a circle: {f' {verb} '.join([start, *way])}"
                part.diagnostics.add_error(at, what, remedy)


def _named(part: Part, path: tuple[str, ...]) -> Iterator[tuple[Mark, str]]:
    """The texts at a path of a part, each with its place."""
    node = part.node
    for step in path:
        inner = child(node, step) if isinstance(node, Block) else None
        if inner is None:
            return
        node = inner
    for item in node.items if isinstance(node, Listed) else [node]:
        if isinstance(item, Scalar):
            yield item.at, item.text


def _way(steps: Mapping[str, Sequence[str]], start: str, goal: str) -> tuple[str, ...]:
    """The shortest way from start to goal, both ends included; () where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        for following in steps.get(way[-1], ()):
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()
