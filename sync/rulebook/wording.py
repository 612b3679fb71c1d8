"""Checks words that only the whole tells: the team's phrases, and codes that sales can read."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import partial

from models.rulebook import Line, PromiseClass, WordList, Wordlists
from sync.rulebook.mistakes import SHIPPED, Mistake, Position, find_token
from sync.rulebook.scalars import YES_NO
from sync.rulebook.yaml_tree import Mapping as Tree
from sync.rulebook.yaml_tree import Node, Sequence, find_child, find_scalar
from translators.promises.linter import build_linter
from translators.promises.phrases import check_pattern, check_phrase, expand_terms

_RENAME = "Rename it; if it was published, withdraw it with `use:` the new id."
_MEND = "docs/wording.md says how phrases are written."


def check_phrases(lists: Wordlists, texts: Mapping[str, str]) -> Iterator[Mistake]:
    """What is wrong with the team's own phrases; `texts` are the files they stand in."""
    for index, term in enumerate(lists.terms):
        for word in term.words if _is_own(term.at.file) else ():
            check = partial(_check_word, word, lists.terms[:index])
            yield from _collect(texts, term.at, word, check)
    with suppress(ValueError):  # a list of words that is wrong has been told
        terms = expand_terms(lists.terms)
        for rule in lists.classes:
            yield from _check_class(texts, rule, terms) if _is_own(rule.at.file) else ()
        for file, text in texts.items():
            for phrase in lists.allow if _is_own(file) else ():
                if phrase in text:
                    check = partial(check_phrase, phrase, terms)
                    yield from _collect(texts, Line(file, 1), phrase, check)


def check_codes(own: Tree, lists: Wordlists) -> Iterator[Mistake]:
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
    linter = build_linter(lists)
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


def _check_class(
    texts: Mapping[str, str], rule: PromiseClass, terms: Mapping[str, str]
) -> Iterator[Mistake]:
    for phrase in (each for _, phrases in rule.says for each in phrases):
        yield from _collect(texts, rule.at, phrase, partial(check_phrase, phrase, terms))
    for pattern in rule.matches:
        yield from _collect(texts, rule.at, pattern, partial(check_pattern, pattern))


def _is_own(file: str) -> bool:
    return not file.startswith(SHIPPED)


def _check_word(word: str, terms: Collection[WordList]) -> None:
    check_phrase(word, expand_terms(terms))


def _collect(
    texts: Mapping[str, str], at: Line, phrase: str, check: Callable[[], None]
) -> Iterator[Mistake]:
    try:
        check()
    except ValueError as error:
        place = find_token(texts[at.file].splitlines(), Position(at.file, at.line), phrase)
        yield Mistake(place, str(error), _MEND)
