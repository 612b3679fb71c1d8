"""The promise linter: finds what could be read as a promise, a date or an internal detail.

A last net, not a style guide: whatever it finds keeps a row from being published. Patterns are
RE2, so no text, however hostile, takes more than linear time. Each rule reads a text twice: as
written, and undisguised, where look-alike letters are Latin ones and whatever joins words a space.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

import re2
from msgspec import Struct

from translators.promises.allowed_phrases import INNOCENT
from translators.promises.homoglyphs import (
    find_as_written,
    find_disguise,
    hidden_characters,
    undisguise,
)
from translators.promises.leak_patterns import CASED, LEAKS, NUMBERED_STANDARDS
from translators.promises.promise_patterns import COUNTS, DATES, PROMISES, TIMES


class Offence(Struct, frozen=True):
    """What is wrong in one text: the rule's code, plain words, and the words themselves."""

    rule: str
    what: str
    span: str
    column: str = ""


class Verdict(Struct, frozen=True):
    """The verdict on one row: it passes, or everything that is wrong with it."""

    offences: tuple[Offence, ...]

    @property
    def passes(self) -> bool:
        """Whether every text of the row may be published."""
        return not self.offences


_RULES = tuple(
    (rule, what, re2.compile(pattern))
    for rule, what, pattern in (*DATES, *TIMES, *PROMISES, *COUNTS, *LEAKS)
)
_CASED = tuple((rule, what, re2.compile(pattern)) for rule, what, pattern in CASED)
_INNOCENT = re2.compile("|".join(INNOCENT))
_CUT = " \N{WHITE SQUARE} "

_KEY = re.compile(r"(?<![^\W_])([^\W\d_][\w]{0,14}) ?- ?(\d+)")
_SHOUTED = re.compile(r"(?<![^\W_])([A-Z][A-Z0-9]{1,9}?)[ .:#_/\u00b7-]{0,3}(\d{2,})(?![^\W_])")
_STANDARD = re2.compile(NUMBERED_STANDARDS)


@lru_cache(maxsize=8192)
def lint_text(text: str) -> tuple[Offence, ...]:
    """Everything in a text that must not be published, in the order of the rules.

    Remembered by text: most rows read as they did in the run before.
    """
    plain = find_as_written(text)
    folded = plain.casefold()
    forms = tuple(_INNOCENT.sub(_CUT, form) for form in (folded, undisguise(folded)))
    offences = [*_dressed(text, plain), *_keys(plain, forms[0])]
    for rule, what, pattern in _RULES:
        if found := pattern.search(forms[0]) or pattern.search(forms[1]):
            offences.append(Offence(rule, what, found.group().strip()))
    for rule, what, pattern in _CASED:
        if found := pattern.search(plain):
            offences.append(Offence(rule, what, found.group()))
    return tuple({(each.rule, each.what): each for each in reversed(offences)}.values())[::-1]


def judge_texts(texts: Mapping[str, str | None]) -> Verdict:
    """The verdict on one row, column by column; a missing text offends nobody."""
    return Verdict(
        tuple(
            Offence(found.rule, found.what, found.span, column)
            for column, text in texts.items()
            if text
            for found in lint_text(text)
        )
    )


def _dressed(text: str, plain: str) -> list[Offence]:
    """Characters that nobody sees, and letters that look like others."""
    offences = []
    if hidden := hidden_characters(text):
        offences.append(Offence("L8", "a hidden character", f"U+{ord(hidden[0]):04X}"))
    if dressed := find_disguise(plain):
        offences.append(Offence("L8", "letters that look like others", dressed))
    return offences


def _keys(plain: str, folded: str) -> list[Offence]:
    """What looks like an issue key; names of standards such as iso-27001 are not."""
    found = [match.groups() for match in _KEY.finditer(folded)]
    found += [match.groups() for match in _SHOUTED.finditer(plain)]
    keys = dict.fromkeys(f"{prefix}-{number}".casefold() for prefix, number in found)
    return [
        Offence("L1", "an issue key", key.upper()) for key in keys if not _STANDARD.fullmatch(key)
    ]
