"""Checks what no rule can tell alone: ids that others name, circles, comparisons not allowed."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import islice

from models.rulebook import Then
from sync.rulebook.layers.layers import find_name, list_under
from sync.rulebook.mistakes import MOST_TOLD, SHIPPED, Mistake, Position
from sync.rulebook.values.conditions import find_comparisons
from sync.rulebook.yaml.tree import Mapping, Node, Scalar, find_child, find_scalar, find_scalars
from translators.rules.fields import field_name
from translators.spelling import suggest_spelling

Steps = dict[str, dict[str, Scalar]]
"""By the name of a capability those that it names, each where it does."""
BEATS, USE = ("beats",), ("withdrawn", "use")
"""Where a capability names others."""
MOST_CIRCLES = 20
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
        yield from islice(_find_unknown_ids(book), MOST_TOLD + 1)
    yield from _find_circles(book, BEATS, "beats", "Take one of them out.")
    yield from _find_circles(book, USE, "is replaced by", "Name another.")
    for at, key, field, word, hides in _list_comparisons(book):
        if is_whole and word == "matches" and field not in allowed:
            remedy = f"Use `has:`, or add {field!r} to patterns_allowed."
            yield Mistake(at, f"`matches` is not allowed for {field!r}", remedy)
        if key == "items" and field in TEXTS:
            remedy = "Name components, labels, projects, types or a field of your Jira."
            yield Mistake(at, f"`items` is not told by {field!r}: it is too uncertain", remedy)
        if word == "weighs" and key == "when" and hides is not False:
            what = "what words weigh is too uncertain to hide or to claim by"
            yield Mistake(at, what, "Use `then: hold`, or `has:`.")
        if hides and field == "description":
            what = "a description is too uncertain to hide by"
            yield Mistake(at, what, "Use `then: hold`, or another field.")


def _find_unknown_ids(book: Mapping) -> Iterator[Mistake]:
    capabilities, pins = list_under(book, "capabilities"), list_under(book, "pins")
    known = dict.fromkeys(sorted(name.text for name in map(find_name, capabilities) if name))
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
    for name in find_scalars(book, "wording", "past_year", "rules"):
        if name.text not in screening and not name.at.file.startswith(SHIPPED):
            hint = suggest_spelling(name.text, screening, 60)
            yield Mistake(name.at, f"no screening rule has the id {name.text!r}{hint}")
    for name in (name for each in assertions for name in find_scalars(each, "by")):
        if name.text not in deciding:
            hint = suggest_spelling(name.text, deciding, 60)
            yield Mistake(name.at, f"no screening rule has the id {name.text!r}{hint}")


def _find_circles(
    book: Mapping, path: tuple[str, ...], verb: str, remedy: str
) -> Iterator[Mistake]:
    """Capabilities that beat or replace themselves in the end, told at every step of a circle.

    Of circles that share a step, and of very many, some.
    """
    steps: Steps = {}
    for rule in list_under(book, "capabilities"):
        if name := find_name(rule):
            below = steps.setdefault(name.text, {})
            below.update({step.text: step for step in find_scalars(rule, *path)})
    for _ in range(MOST_CIRCLES):
        if not (circle := _find_circle(steps)):
            return
        for number, start in enumerate(circle):
            step = steps[start].pop(circle[(number + 1) % len(circle)])
            if number < MOST_TOLD:
                way = f" {verb} ".join([*circle[number:], *circle[:number], start])
                yield Mistake(step.at, f"goes round in a circle: {way}", remedy)


def _find_circle(steps: Steps) -> list[str]:
    """The names on one circle, in the order of its steps; none where there is no circle."""
    try:
        TopologicalSorter(steps).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle[:0:-1]
    return []


def _list_comparisons(book: Mapping) -> Iterator[tuple[Position, str, str, str, bool | None]]:
    """The comparisons of all conditions: where, under which key, of which field, how, and
    whether they hide, which None says of those that claim.
    """
    for section in ("screening", "capabilities"):
        for rule in list_under(book, section):
            then = find_scalar(rule, "then")
            is_hiding = then is None or then.text == Then.HIDE
            hides = is_hiding if section == "screening" else None
            for key in ("when", "unless", "items"):
                for at, field, word in find_comparisons(find_child(rule, key)):
                    yield at, key, field, word, hides
