"""Adds a value of an epic's to a line of a capability's condition, so that a rule claims it."""

from collections.abc import Callable, Iterator, Mapping

from sync.rulebook.edit.edits import Place, find_item
from sync.rulebook.edit.folder import OpenedFolder
from sync.rulebook.edit.lines import CannotEditError
from sync.rulebook.edit.spans import Path, Span
from sync.rulebook.edit.surgery import add_to_list, add_value, set_key
from sync.rulebook.values.conditions import split_key
from translators.rules.fields import field_name
from translators.words import fold_value

WAYS = {"component": "component", "labels": "labels", "summary": "summary has"}
"""The keys of lines that may be widened, by field; the surest first."""
Attempt = tuple[str, Callable[[str], str]]


def list_widenings(
    opened: OpenedFolder, capability: str, values: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[dict[str, str], str]]:
    """Every edit that adds one of an epic's `values`, by field: the texts, and what was added.

    Lines that are there come first, then a new alternative below `any:`, or a first condition.
    """
    place = find_item(opened.texts, capability)
    for said, edit in [*_widen_lines(place, values), *_add_lines(place, values)]:
        try:
            changed = edit(opened.texts[place.file])
        except CannotEditError:
            continue
        yield opened.texts | {place.file: changed}, said


def _widen_lines(place: Place, values: Mapping[str, tuple[str, ...]]) -> Iterator[Attempt]:
    when = place.span.find_pair("when")
    lines = list(_find_lines(when.value, (*place.path, "when"))) if when else []
    for field, key in WAYS.items():
        for path, name, span in lines:
            present = {fold_value(text) for text in _list_texts(span)}
            for value in values.get(field, ()) if name == key else ():
                if fold_value(value) not in present:
                    yield f"{key}: {value}", _bind_value(path, value)


def _add_lines(place: Place, values: Mapping[str, tuple[str, ...]]) -> Iterator[Attempt]:
    when = place.span.find_pair("when")
    group = when.value.find_pair("any") if when and len(when.value.pairs) == 1 else None
    for field, key in WAYS.items():
        for value in values.get(field, ()):
            if when is None:
                yield f"{key}: {value}", _bind_first(place.path, key, value)
            elif group and group.value.kind == "list":
                yield f"{key}: {value}", _bind_line((*place.path, "when", "any"), key, value)


def _bind_value(path: Path, value: str) -> Callable[[str], str]:
    return lambda text: add_value(text, path, value)


def _bind_first(path: Path, key: str, value: str) -> Callable[[str], str]:
    return lambda text: set_key(text, path, "when", {key: value})


def _bind_line(path: Path, key: str, value: str) -> Callable[[str], str]:
    return lambda text: add_to_list(text, path, {key: value})


def _find_lines(span: Span, path: Path) -> Iterator[tuple[Path, str, Span]]:
    """The lines that compare, but for those under `not`: where, under which key, and the values."""
    for number, item in enumerate(span.items):
        yield from _find_lines(item, (*path, number))
    for pair in span.pairs:
        inner = (*path, pair.key)
        if pair.key in ("any", "all"):
            yield from _find_lines(pair.value, inner)
        elif pair.key != "not":
            name, word = split_key(pair.key)
            yield inner, f"{field_name(name)} {word}".strip(), pair.value


def _list_texts(span: Span) -> list[str]:
    return [item.text for item in span.items] if span.kind == "list" else [span.text]
