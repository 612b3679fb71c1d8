"""The promise linter: finds what could be read as a promise, a date or an internal detail.

A last net, not a style guide: whatever it finds keeps a row from being published. Patterns are
RE2, so no text, however hostile, takes more than linear time. Each rule reads a text twice: as
written, and undisguised, where look-alike letters are Latin ones and whatever joins words a space.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import re2
from msgspec import Struct

from translators.promises.allowed_phrases import ALLOWED_PHRASES
from translators.promises.homoglyphs import (
    find_hidden_characters,
    find_homoglyphs,
    latinize_text,
    normalize_signs,
)
from translators.promises.leak_patterns import CASED, LEAKS, NUMBERED_STANDARDS
from translators.promises.promise_patterns import COUNTS, DATES, PROMISES, TIMES, PatternRules


class Violation(Struct, frozen=True):
    """What is wrong in one text: the rule's code, plain words, and the words themselves."""

    rule: str
    what: str
    span: str
    column: str = ""


class _RuleClass:
    """The rules of one class; all are searched for at once, each only in a text that breaks one.

    One pattern of all classes would be too large for RE2, which then logs that and slows down.
    """

    def __init__(self, rules: PatternRules) -> None:
        self._rules = tuple(
            (rule, what, pattern) for rule, what, patterns in rules for pattern in patterns
        )
        self._any = re2.compile("|".join(f"(?:{pattern})" for _, _, pattern in self._rules))

    def find_violations(self, forms: Sequence[str]) -> list[Violation]:
        """What each rule finds in the first form in which it finds anything."""
        if not any(map(self._any.search, forms)):
            return []
        violations = []
        for rule, what, pattern in self._rules:
            match = next(filter(None, map(_compile_pattern(pattern).search, forms)), None)
            if match:
                violations.append(Violation(rule, what, match.group().strip()))
        return violations


_compile_pattern = cache(re2.compile)
_CLASSES = tuple(map(_RuleClass, (DATES, TIMES, PROMISES, COUNTS, LEAKS)))
_CASED = _RuleClass(CASED)
_ALLOWED = re2.compile("|".join(ALLOWED_PHRASES))
_CUT = " \N{WHITE SQUARE} "

_KEY = re.compile(r"(?<![^\W_])([^\W\d_][\w]{0,14}) ?- ?(\d+)")
_SHOUTED_KEY = re.compile(r"(?<![^\W_])([A-Z][A-Z0-9]{1,9}?)[ .:#_/\u00b7-]{0,3}(\d{2,})(?![^\W_])")
_STANDARD = re2.compile(NUMBERED_STANDARDS)


@lru_cache(maxsize=8192)
def lint_text(text: str) -> tuple[Violation, ...]:
    """Everything in a text that must not be published, each kind once, in the order of rules.

    Cached by text: most rows read as they did in the run before.
    """
    plain = normalize_signs(text)
    folded = plain.casefold()
    written, latin = (_ALLOWED.sub(_CUT, form) for form in (folded, latinize_text(folded)))
    violations = [*_find_disguises(text, plain), *_find_issue_keys(plain, written)]
    forms = (written,) if latin == written else (written, latin)
    for rules in _CLASSES:
        violations += rules.find_violations(forms)
    violations += _CASED.find_violations((plain,))
    first = {(violation.rule, violation.what): violation for violation in reversed(violations)}
    return tuple(first.values())[::-1]


def lint_row(texts: Mapping[str, str | None]) -> tuple[Violation, ...]:
    """What is wrong in the texts of one row, column by column; () may be published.

    Nothing is wrong with a text that is missing.
    """
    return tuple(
        Violation(violation.rule, violation.what, violation.span, column)
        for column, text in texts.items()
        if text
        for violation in lint_text(text)
    )


def _find_disguises(text: str, plain: str) -> list[Violation]:
    """Characters that nobody sees, and letters that look like others."""
    violations = []
    if hidden := find_hidden_characters(text):
        violations.append(Violation("L8", "a hidden character", f"U+{ord(hidden[0]):04X}"))
    if letters := find_homoglyphs(plain):
        violations.append(Violation("L8", "letters that look like others", letters))
    return violations


def _find_issue_keys(plain: str, folded: str) -> list[Violation]:
    """What looks like an issue key; names of standards such as iso-27001 are not."""
    matches = (*_KEY.finditer(folded), *_SHOUTED_KEY.finditer(plain))
    keys = dict.fromkeys("-".join(match.groups()).casefold() for match in matches)
    return [
        Violation("L1", "an issue key", key.upper()) for key in keys if not _STANDARD.fullmatch(key)
    ]
