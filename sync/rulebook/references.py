"""Checks what no rule can tell alone: ids that others name, circles, comparisons not allowed."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from models.rulebook import Then
from sync.rulebook.conditions import find_comparisons
from sync.rulebook.layers import find_name, list_under
from sync.rulebook.mistakes import Mistake, Position
from sync.rulebook.yaml_tree import Mapping, Node, find_child, find_scalar, find_scalars
from translators.rules.fields import field_name
from translators.spelling import suggest_spelling

Steps = dict[str, list[str]]
BEATS, USE = ("beats",), ("withdrawn", "use")
"""Where a capability names others."""
TEXTS = frozenset({"summary", "description", "key"})
"""Fields by which no capability claims an item without an epic."""
OTHERS_THAT_LEAVE_OUT = {"pin", "security-level"}
"""What leaves epics out beside screening rules, as assertions call it."""


def check_references(book: Mapping, *, is_whole: bool) -> Iterator[Mistake]:
    """What is wrong between the parts of a book.

    Only where it `is_whole`, every file of it read, can a name be called unknown.
    """
    allowed = {field_name(name.text) for name in find_scalars(book, "patterns_allowed")}
    if is_whole:
        yield from _find_unknown_ids(book)
    yield from _find_circles(book, BEATS, "beats", "Take one of them out.")
    yield from _find_circles(book, USE, "is replaced by", "Name another.")
    for at, key, field, word, hides in _list_comparisons(book):
        if is_whole and word == "matches" and field not in allowed:
            remedy = f"Use `has:`, or add {field!r} to patterns_allowed."
            yield Mistake(at, f"`matches` is not allowed for {field!r}", remedy)
        if key == "items" and field in TEXTS:
            remedy = "Name components, labels, projects, types or a field of your Jira."
            yield Mistake(at, f"`items` is not told by {field!r}: it is too uncertain", remedy)
        if hides and field == "description":
            what = "a description is too uncertain to hide by"
            yield Mistake(at, what, "Use `then: hold`, or another field.")


def _find_unknown_ids(book: Mapping) -> Iterator[Mistake]:
    capabilities, pins = list_under(book, "capabilities"), list_under(book, "pins")
    known = {name.text for name in map(find_name, capabilities) if name}
    naming: list[tuple[Node, tuple[str, ...]]] = [
        (rule, path) for rule in capabilities for path in (BEATS, USE)
    ]
    naming += [(pin, ("capability",)) for pin in pins]
    assertions = list_under(book, "assertions")
    naming += [(each, (key,)) for each in assertions for key in ("capability", "counts_toward")]
    for rule, path in naming:
        for name in find_scalars(rule, *path):
            if name.text not in known:
                hint = suggest_spelling(name.text, known, 60)
                yield Mistake(name.at, f"no capability has the id {name.text!r}{hint}")
    screening = {name.text for name in map(find_name, list_under(book, "screening")) if name}
    deciding = screening | OTHERS_THAT_LEAVE_OUT
    for name in (name for each in assertions for name in find_scalars(each, "by")):
        if name.text not in deciding:
            hint = suggest_spelling(name.text, deciding, 60)
            yield Mistake(name.at, f"no screening rule has the id {name.text!r}{hint}")


def _find_circles(
    book: Mapping, path: tuple[str, ...], verb: str, remedy: str
) -> Iterator[Mistake]:
    """Capabilities that beat or replace themselves in the end, told at every step."""
    steps = [
        (name.text, step)
        for rule in list_under(book, "capabilities")
        for step in find_scalars(rule, *path)
        if (name := find_name(rule))
    ]
    ways: Steps = {}
    for start, step in steps:
        ways.setdefault(start, []).append(step.text)
    for start, step in steps if _has_circle(ways) else ():
        if way := _find_way(ways, step.text, start):
            what = f"goes round in a circle: {f' {verb} '.join([start, *way])}"
            yield Mistake(step.at, what, remedy)


def _has_circle(steps: Steps) -> bool:
    try:
        TopologicalSorter(steps).prepare()
    except CycleError:
        return True
    return False


def _find_way(steps: Steps, start: str, goal: str) -> list[str]:
    """The shortest way from start to goal, both ends included; nothing where there is none."""
    came_from = {start: ""}
    queue = [start]
    for here in queue:
        for following in steps.get(here, ()):
            if following not in came_from:
                came_from[following] = here
                queue.append(following)
    way = [goal] if goal in came_from else []
    while way and came_from[way[0]]:
        way.insert(0, came_from[way[0]])
    return way


def _list_comparisons(book: Mapping) -> Iterator[tuple[Position, str, str, str, bool]]:
    """The comparisons of all conditions: where, under which key, of which field, how, and
    whether they hide.
    """
    for section in ("screening", "capabilities"):
        for rule in list_under(book, section):
            then = find_scalar(rule, "then")
            hides = section == "screening" and (then is None or then.text == Then.HIDE)
            for key in ("when", "unless", "items"):
                for at, field, word in find_comparisons(find_child(rule, key)):
                    yield at, key, field, word, hides
