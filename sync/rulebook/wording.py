"""Checks what only a whole rule book can tell of words: phrases, and codes that sales can read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

from models.rulebook import Line, PromiseClass, RuleBook, WordList
from sync.rulebook.mistakes import SHIPPED, Mistake, Position, find_token
from translators.promises.linter import compile_linter
from translators.promises.phrases import check_pattern, check_phrase, expand_terms

_RENAME = "Rename it; if it was published, withdraw it with `use:` the new id."
_MEND = "docs/wording.md says how phrases are written."


def check_wording(book: RuleBook) -> list[Mistake]:
    """What is wrong with the team's own phrases; if nothing is, with its ids and codes.

    An id that is off the list may stay as it is, since ids never change.
    """
    return list(_check_phrases(book)) or list(_check_codes(book))


def _check_phrases(book: RuleBook) -> Iterator[Mistake]:
    lists = book.linting
    for index, term in enumerate(lists.terms):
        for word in term.words if _is_own(term.at) else ():
            yield from _collect(
                book, term.at, word, partial(_check_word, word, lists.terms[:index])
            )
    with suppress(ValueError):
        terms = expand_terms(lists.terms)
        for rule in lists.classes:
            yield from _check_class(book, rule, terms) if _is_own(rule.at) else ()
        for file, text in book.texts.items():
            for phrase in lists.allow if _is_own(Line(file, 1)) else ():
                if phrase in text:
                    check = partial(check_phrase, phrase, terms)
                    yield from _collect(book, Line(file, 1), phrase, check)


def _check_class(book: RuleBook, rule: PromiseClass, terms: Mapping[str, str]) -> Iterator[Mistake]:
    for phrase in (each for _, phrases in rule.says for each in phrases):
        yield from _collect(book, rule.at, phrase, partial(check_phrase, phrase, terms))
    for pattern in rule.matches:
        yield from _collect(book, rule.at, pattern, partial(check_pattern, pattern))


def _check_codes(book: RuleBook) -> Iterator[Mistake]:
    linter = compile_linter(book)
    codes = [(term.code, term.at, "") for term in book.terms if term.kind == "guide"]
    codes += [(rule.id, rule.at, _RENAME) for rule in book.capabilities if not rule.is_taken_off]
    for code, at, remedy in codes:
        for found in linter.lint_text(code.replace("-", " ")) if _is_own(at) else ():
            what = f"{code!r} says {found.span!r}: {found.what}"
            yield Mistake(_find_place(book, at, code), what, remedy)
            break


def _is_own(at: Line) -> bool:
    return not at.file.startswith(SHIPPED)


def _check_word(word: str, terms: Sequence[WordList]) -> None:
    check_phrase(word, expand_terms(terms))


def _collect(book: RuleBook, at: Line, phrase: str, check: Callable[[], None]) -> Iterator[Mistake]:
    try:
        check()
    except ValueError as error:
        yield Mistake(_find_place(book, at, phrase), str(error), _MEND)


def _find_place(book: RuleBook, at: Line, words: str) -> Position:
    return find_token(book.texts[at.file].splitlines(), Position(at.file, at.line), words)
