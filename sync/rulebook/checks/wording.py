"""Checks words that only the whole tells: the team's phrases, and codes that sales can read."""

from collections.abc import Iterator, Mapping

from models.promises import PassedTexts, Wordlists
from sync.rulebook.mistakes import SHIPPED, Mistake
from sync.rulebook.values.scalars import YES_NO
from sync.rulebook.yaml.tree import Mapping as Tree
from sync.rulebook.yaml.tree import Node, Sequence, find_child, find_scalar
from translators.promises.linter import build_linter

_RENAME = "Rename it; if it was published, withdraw it with `use:` the new id."


def check_phrases(lists: Wordlists, texts: Mapping[str, str]) -> Iterator[Mistake]:
    """What is wrong with the team's own phrases; `texts` are the files they stand in."""
    own = [text for file, text in texts.items() if not file.startswith(SHIPPED)]
    places = [*(each.at for each in lists.terms), *(each.at for each in lists.classes)]
    listed = any(not at.file.startswith(SHIPPED) for at in places)
    if listed or any(phrase in text for text in own for phrase in lists.allow):
        from sync.rulebook.checks.own_phrases import check_own_phrases  # noqa: PLC0415 - slow, and rare

        yield from check_own_phrases(lists, texts)


def check_codes(own: Tree, lists: Wordlists, passed: PassedTexts) -> Iterator[Mistake]:
    """Ids and codes of the team's own tree that promise something: sales can read them too.

    An id that is off the list may stay as it is, since ids never change.
    """
    codes = [
        (code, _RENAME)
        for rule in list_items_under(own, "capabilities")
        if (code := find_scalar(rule, "id")) and not is_taken_off(rule)
    ]
    codes += [
        (code, "")
        for paragraph in list_items_under(own, "wording", "guide")
        if (code := find_scalar(paragraph, "code"))
    ]
    if not codes:
        return
    linter = build_linter(lists, passed=passed)
    for code, remedy in codes:
        for found in linter.lint_code(code.text)[:1]:
            what = f"{code.text!r} says {found.span!r}: {found.what}"
            yield Mistake(code.at, what, remedy)


def is_taken_off(capability: Node) -> bool:
    """Whether a capability publishes none of its texts any more."""
    redact = find_scalar(capability, "redact")
    return bool(find_child(capability, "withdrawn") or (redact and YES_NO.read(redact)[0]))


def list_items_under(tree: Tree, *path: str) -> list[Node]:
    """The items of a list further down; none where there is no list."""
    node = find_child(tree, *path)
    return node.items if isinstance(node, Sequence) else []
