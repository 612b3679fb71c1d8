"""Checks what only a whole rule book can tell of words: phrases, and codes that sales can read."""

from collections.abc import Callable, Iterator
from functools import partial

from models.rulebook import Line, RuleBook
from sync.rulebook.mistakes import SHIPPED, Mistake, Position
from translators.promises.linter import compile_linter
from translators.promises.phrases import check_pattern, check_phrase, expand_terms

_RENAME = "Rename it; if it was published, withdraw it with `use:` the new id."


def check_wording(book: RuleBook) -> list[Mistake]:
    """What is wrong with the team's own phrases; if nothing is, with its ids and codes.

    An id that is off the list may stay as it is, since ids never change.
    """
    return list(_check_phrases(book)) or list(_check_codes(book))


def _check_phrases(book: RuleBook) -> Iterator[Mistake]:
    terms = expand_terms(dict(book.linting.terms))
    for rule in book.linting.classes:
        if not rule.at.file.startswith(SHIPPED):
            for phrase in (each for _, phrases in rule.says for each in phrases):
                yield from _collect(rule.at, partial(check_phrase, phrase, terms))
            for pattern in rule.matches:
                yield from _collect(rule.at, partial(check_pattern, pattern))
    own = any(not name.startswith(SHIPPED) and "allow" in text for name, text in book.texts.items())
    for phrase in book.linting.allow if own else ():
        yield from _collect(Line("", 0), partial(check_phrase, phrase, terms))


def _check_codes(book: RuleBook) -> Iterator[Mistake]:
    linter = compile_linter(book)
    codes = [(term.code, term.at, "") for term in book.terms if term.kind == "guide"]
    codes += [(rule.id, rule.at, _RENAME) for rule in book.capabilities if not rule.is_taken_off]
    for code, at, remedy in codes:
        for found in linter.lint_text(code.replace("-", " "))[:1]:
            what = f"{code!r} says {found.span!r}: {found.what}"
            yield Mistake(Position(at.file, at.line), what, remedy)


def _collect(at: Line, check: Callable[[], None]) -> Iterator[Mistake]:
    try:
        check()
    except ValueError as error:
        yield Mistake(Position(at.file, at.line), str(error))
