"""Checks the team's own phrases for the promise linter; few rule books have any."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import partial

from models.conditions import Line
from models.promises import PromiseClass, WordList, Wordlists
from sync.rulebook.mistakes import SHIPPED, Mistake, Position, find_token
from translators.promises.phrases import check_pattern, check_phrase, expand_terms

_MEND = "docs/wording.md says how phrases are written."


def check_own_phrases(lists: Wordlists, texts: Mapping[str, str]) -> Iterator[Mistake]:
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
