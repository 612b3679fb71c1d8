"""Finds what no phrase tells: hidden characters, letters in disguise, issue keys."""

import re
from collections.abc import Iterator

from models.promises import Tier
from translators.promises.classes import Sought
from translators.promises.leak_patterns import NO_KEY, NUMBERED_STANDARDS, PERIODS
from translators.promises.patterns import LatePattern
from translators.promises.readings import Form, find_hidden_characters, find_homoglyphs

_KEY = re.compile(r"(?<![^\W_])([^\W\d_][^\W_]{0,14}) ?- ?(\d+)(?![\w.,]*\d)")
_SHOUTED_KEY = re.compile(r"(?<![^\W_])([A-Z][A-Z0-9]{1,9}?)[ .:#_/\u00b7-]{0,3}(\d{2,})(?![^\W_])")
_SPACED_KEY = re.compile(
    r"(?<![^\W_])(?:[A-Z][ .]{1,2}){2,9}(?:[-\u2013#] ?\d(?:[ .]?\d)*|\d(?:[ .]\d)+)(?![^\W_])"
)
"""A key with its letters and figures set apart."""
_DIGIT = re.compile(r"\d")
_SPELLED = re.compile(
    r"(?<![^\W_])(?!\d(?:[. ]\d)+)[^\W_](?P<sign>[^\w,;/&]{1,2}|_)"
    r"[^\W_](?:(?P=sign)[^\W_]){2,}(?![^\W_])"
)
"""Four letters or figures and more, each alone; digits with spaces or dots are figures."""
_WITHIN = LatePattern(
    r"\pL[*`\\^~{}|\x{2022}\x{2026}\x{2200}-\x{2BFF}\x{1F000}-\x{1FAFF}]+\pL|\pN[*`\\]+\pN"
)
"""Signs that part nothing where they stand between two letters."""
_LONGEST_SENTENCE = 400
_SENTENCE_END = re.compile(r"[.!?;:\u2026]\s+")
_OTHER_THINGS = LatePattern(f"{NUMBERED_STANDARDS}|{PERIODS}")
_NO_KEY = LatePattern(NO_KEY)


def find_disguises(text: str, plain: Form) -> Iterator[tuple[Sought, int, int]]:
    """Characters that nobody sees, and letters that look like others."""
    for at in find_hidden_characters(text):
        yield _HIDDEN, at, at + 1
    if span := find_homoglyphs(plain):
        yield _DISGUISED, *span
    yield from ((_SPELLED_OUT, *match.span()) for match in _SPELLED.finditer(text))
    if match := _WITHIN.search(text):
        yield _SIGN_WITHIN, match.start() + 1, match.end() - 1
    if len(text) > _LONGEST_SENTENCE:
        yield from _find_endless(text)


def _find_endless(text: str) -> Iterator[tuple[Sought, int, int]]:
    """Sentences that nobody reads to their end."""
    start = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        if end - start > _LONGEST_SENTENCE:
            yield _ENDLESS, start, end
        start = end


def find_issue_keys(plain: Form) -> Iterator[tuple[Sought, int, int]]:
    """What looks like an issue key; names of standards such as iso-27001 are not.

    Only one in capitals, with a dash, is certain.
    """
    if not _DIGIT.search(plain.text):
        return
    yield from ((_ISSUE_KEY, *plain.locate(*m.span())) for m in _SPACED_KEY.finditer(plain.text))
    for pattern in (_KEY, _SHOUTED_KEY):
        for match in pattern.finditer(plain.text):
            project, number = match.groups()
            key = f"{project}-{number}".casefold()
            is_certain = pattern is _KEY and project.isupper() and len(project) > 1
            is_clear = is_certain or (len(number) > 1 and (project.isascii() or project.isupper()))
            is_name = _OTHER_THINGS.fullmatch(key) or _NO_KEY.fullmatch(project.casefold())
            if is_clear and not is_name:
                yield _ISSUE_KEY if is_certain else _LIKE_A_KEY, *plain.locate(*match.span())


def _built_in(
    kind: str, what: str, instead: str, *, heard: bool, tier: Tier = Tier.BLOCK
) -> Sought:
    return Sought(kind, tier, what, instead, "", heard)


_HIDDEN = _built_in("L8", "a hidden character", "Type the words anew.", heard=True)
_DISGUISED = _built_in("L8", "letters that look like others", "Type the words anew.", heard=True)
_SPELLED_OUT = _built_in(
    "L8", "letters spelled out", "Write whole words.", heard=True, tier=Tier.ASK
)
_SIGN_WITHIN = _built_in(
    "L8", "a sign within a word", "Write plain words.", heard=True, tier=Tier.ASK
)
_ENDLESS = _built_in(
    "Q1", "a sentence without end", "Part it into sentences.", heard=True, tier=Tier.ASK
)
_ISSUE_KEY = _built_in("L1", "an issue key", "Leave it out.", heard=False)
_LIKE_A_KEY = _built_in("L1", "an issue key", "Leave it out.", heard=False, tier=Tier.ASK)
NAMES = {
    "people": _built_in("L2", "a person", "Leave out who.", heard=True),
    "customers": _built_in(
        "L3", "a customer", "Say for what kind of customer it is, or leave it out.", heard=True
    ),
    "code_names": _built_in(
        "L6", "an internal name", "Call it what customers call it.", heard=True
    ),
    "environments": _built_in("L6", "an internal place", "Leave out where it runs.", heard=True),
}
