"""What sales would read of a rule book and must not: promises in texts, issue keys as ids."""

from collections.abc import Container, Iterator
from datetime import date

from models.errors import Problem, RuleBookError
from models.rulebook import CapabilityRule, RuleBook
from sync.rulebook.checks.wording import is_taken_off
from sync.rulebook.layers.layers import list_under
from sync.rulebook.mistakes import SHIPPED, Position
from sync.rulebook.values.scalars import find_project
from sync.rulebook.yaml.reading import read_tree
from sync.rulebook.yaml.tree import (
    Mapping,
    Node,
    Scalar,
    find_child,
    find_scalar,
    find_scalars,
    list_items,
)
from translators.promises.linter import compile_linter
from translators.promises.violation import Violation

AREA, SUMMARY = "To be named", "To be written in a sentence or two."
"""What stands in a draft until a person writes it."""

PUBLISHED = ("name", "area", "summary", "today", "aliases")
"""The keys of a capability whose texts sales reads."""


def find_promises(
    book: RuleBook, on: date | None = None
) -> Iterator[tuple[Position, str, Violation]]:
    """What the linter refuses in the team's own texts: where, under which key, and why.

    What is off the list publishes none of its texts, and what nobody wrote yet is told as that.
    Waivers that ended before `on` are none.
    """
    linter = compile_linter(book, on)
    for file, text in sorted(book.texts.items()):
        tree = None if file.startswith(SHIPPED) else read_tree(file, text)[0]
        for capability_id, name, scalar in _list_texts(tree) if tree else ():
            if scalar.text not in (AREA, SUMMARY):
                for violation in linter.lint_text(scalar.text, capability_id):
                    yield scalar.at, name, violation


def find_unwritten(rule: CapabilityRule) -> tuple[str, ...]:
    """The keys of a capability whose text is still a draft's."""
    texts = {"area": (rule.area, AREA), "summary": (rule.summary, SUMMARY)}
    return tuple(key for key, (text, unwritten) in texts.items() if text == unwritten)


def check_no_id_is_a_key(book: RuleBook, projects: Container[str]) -> None:
    """RuleBookError naming each capability on the list whose id could be an issue of `projects`.

    `windows-11` is an id like any other where no project has the key WINDOWS.
    """
    problems = [
        Problem(
            str(rule.at),
            f"the id {rule.id!r} is an issue key of the project {find_project(rule.id)}, "
            "and sales must never see one",
            "Rename it; if it was published, withdraw it with `use:` the new id.",
        )
        for rule in book.capabilities
        if find_project(rule.id) in projects and not rule.is_taken_off
    ]
    if problems:
        raise RuleBookError(problems)


def list_published_texts(book: RuleBook) -> Iterator[str]:
    """The team's own texts that sales reads or would read."""
    for file, text in book.texts.items():
        tree = None if file.startswith(SHIPPED) else read_tree(file, text)[0]
        yield from (scalar.text for _, _, scalar in _list_texts(tree)) if tree else ()


def _list_texts(tree: Mapping) -> Iterator[tuple[str | None, str, Scalar]]:
    for capability in list_under(tree, "capabilities"):
        if is_taken_off(capability):
            continue
        capability_id = name.text if (name := find_scalar(capability, "id")) else None
        for key in PUBLISHED:
            yield from ((capability_id, key, each) for each in find_scalars(capability, key))
    wording = find_child(tree, "wording")
    for key, scalar in _list_words(wording) if wording else ():
        yield None, key, scalar


def _list_words(node: Node) -> Iterator[tuple[str, Scalar]]:
    """The labels and meanings of the vocabulary, however deep they stand."""
    if isinstance(node, Mapping):
        for name, inner in node.items.items():
            if isinstance(inner, Scalar):
                if name in ("label", "meaning"):
                    yield name, inner
            else:
                yield from _list_words(inner)
    elif not isinstance(node, Scalar):
        for item in list_items(node):
            yield from _list_words(item)
