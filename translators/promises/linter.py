"""The promise linter: finds what could be read as a promise, a date or an internal detail.

A last net, not a style guide: whatever it finds keeps a row from being published, until it is
worded otherwise or, where it only asks, a person's waiver lets exactly these words through.
Patterns are RE2, so no text, however hostile, takes more than linear time.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

import re2
from msgspec import Struct
from msgspec.structs import replace

from models.rulebook import PromiseClass, RuleBook, Tier, Wordlists
from translators.promises.languages import ANY, guess_languages
from translators.promises.leak_patterns import NO_KEY, NUMBERED_STANDARDS
from translators.promises.names import NameFinder
from translators.promises.patterns import compile_pattern, compile_set
from translators.promises.phrases import compile_phrases, expand_terms
from translators.promises.readings import (
    Form,
    find_hidden_characters,
    find_homoglyphs,
    read_plainly,
    read_words,
)
from translators.promises.spans import Spans

_KEY = re.compile(r"(?<![^\W_])([^\W\d_][^\W_]{0,14}) ?- ?(\d+)(?![\w.,]*\d)")
_SHOUTED_KEY = re.compile(r"(?<![^\W_])([A-Z][A-Z0-9]{1,9}?)[ .:#_/\u00b7-]{0,3}(\d{2,})(?![^\W_])")
_DIGIT = re.compile(r"\d")
_STANDARD, _NO_KEY = re2.compile(NUMBERED_STANDARDS), re2.compile(NO_KEY)
_KEPT_TEXTS = 8192
_PROMISE = "P"
"""Of classes that begin so, one is told where one phrase lies within another."""
_AROUND = " \t\n.;:!?"


class Violation(Struct, frozen=True):
    """What is wrong in one text: the class, plain words, the words themselves and their place.

    `rule` is the class's code, `instead` says how to word it; `start` and `end` count the
    characters of the text. `column` is the text's own name, in a row.
    """

    rule: str
    what: str
    span: str
    column: str = ""
    tier: Tier = Tier.BLOCK
    instead: str = ""
    start: int = 0
    end: int = 0


class Sought(Struct, frozen=True):
    """One pattern and what it tells. `is_heard`: even in words that are allowed."""

    kind: str
    tier: Tier
    what: str
    instead: str
    pattern: str
    is_heard: bool


class Linter:
    """The promise linter of one rule book; `on` is the day by which waivers run out."""

    def __init__(self, lists: Wordlists, on: date | None = None) -> None:
        self._lists = lists
        self._terms = expand_terms(lists.terms)
        self._waivers = [each for each in lists.waivers if on is None or each.until >= on]
        self._allowed = compile_phrases(lists.allow, self._terms)
        self._groups = _group_classes(lists, self._terms)
        self._names = NameFinder(lists.never)
        self._known: dict[tuple[str, str | None], tuple[Violation, ...]] = {}

    def find_promises(self, text: str, language: str | None = None) -> tuple[Violation, ...]:
        """Every place in a text that must not be published, from its beginning to its end.

        Of a text whose language is known, phrases of others are not looked for. Cached by text:
        most rows read as they did in the run before.
        """
        known = self._known.get((text, language))
        if known is None:
            known = tuple(self._search(text, language))
            if len(self._known) >= _KEPT_TEXTS:
                self._known.clear()
            self._known[text, language] = known
        return known

    def lint_text(self, text: str, capability_id: str | None = None) -> tuple[Violation, ...]:
        """Each kind of what is wrong once, without what a waiver lets through."""
        first: dict[tuple[str, str], Violation] = {}
        for violation in self.find_unwaived(text, capability_id):
            first.setdefault((violation.rule, violation.what), violation)
        return tuple(first.values())

    def find_unwaived(self, text: str, capability_id: str | None = None) -> Iterator[Violation]:
        """Every place as `find_promises` finds it, without what a waiver lets through."""
        found = self.find_promises(text)
        waived = self._find_waived(text, capability_id) if found and self._waivers else None
        for violation in found:
            is_open = violation.tier is Tier.ASK
            if not (is_open and waived and waived.cover(violation.start, violation.end)):
                yield violation

    def lint_row(
        self, texts: Mapping[str, str | None], capability_id: str | None = None
    ) -> tuple[Violation, ...]:
        """What is wrong in the texts of one row, column by column; () may be published.

        Nothing is wrong with a text that is missing.
        """
        return tuple(
            replace(violation, column=column)
            for column, text in texts.items()
            if text
            for violation in self.lint_text(text, capability_id)
        )

    def _find_waived(self, text: str, capability_id: str | None) -> Spans:
        """The parts of a text that a person lets through."""
        waivers = [each for each in self._waivers if each.capability in (None, capability_id)]
        return Spans(
            match.span() for each in waivers for match in re.finditer(re.escape(each.says), text)
        )

    def _search(self, text: str, language: str | None) -> Iterator[Violation]:
        plain = read_plainly(text)
        words = read_words(plain)
        found = [*_find_disguises(text, plain), *_find_issue_keys(plain)]
        found += ((_NAMES[field], at, to) for field, at, to in self._names.find_names(text, words))
        tongues = {language, ANY} if language else guess_languages(words.text)
        for group in self._groups:
            if group.language in tongues:
                form = words if group.in_words else plain
                for sought in group.find_broken(form):
                    found += ((sought, *span) for span in _find_spans(sought.pattern, form))
        if not found:
            return
        allowed = Spans(_find_spans(self._allowed, words) if self._allowed else ())
        told: dict[tuple[str, Tier], int] = defaultdict(int)
        for sought, start, end in sorted(found, key=lambda each: (each[1], -each[2])):
            is_allowed = not sought.is_heard and allowed.touch(start, end)
            kind = sought.kind if sought.kind[0] != _PROMISE else _PROMISE
            if is_allowed or end <= told[kind, sought.tier]:
                continue
            for tier in {Tier.ASK, sought.tier}:
                told[kind, tier] = max(told[kind, tier], end)
            yield _tell(sought, text, start, end)


def compile_linter(book: RuleBook, on: date | None = None) -> Linter:
    """The promise linter of a rule book, made once for the same lists.

    Waivers have all run out by the day `on` that end before it; without a day none has.
    """
    return build_linter(book.linting, on)


@lru_cache(maxsize=8)
def build_linter(lists: Wordlists, on: date | None = None) -> Linter:
    """The promise linter that goes by these lists, made once for the same."""
    return Linter(lists, on)


def _group_classes(lists: Wordlists, terms: Mapping[str, str]) -> tuple["_Group", ...]:
    """What is sought in texts of one language, or of all: what blocks is, whatever its words."""
    groups: dict[tuple[str, bool], list[Sought]] = defaultdict(list)
    for rule in lists.classes:
        for spoken, phrases in rule.says:
            language = ANY if rule.tier is Tier.BLOCK else spoken
            groups[language, True].append(_seek(rule, compile_phrases(phrases, terms)))
        if rule.matches:
            pattern = "|".join(f"(?:(?i){each})" for each in rule.matches)
            groups[ANY, False].append(_seek(rule, pattern))
    return tuple(_Group(*key, sought) for key, sought in groups.items())


class _Group:
    """What is sought in one form of a text at once; single classes only where one is there."""

    def __init__(self, language: str, in_words: bool, sought: Sequence[Sought]) -> None:
        self.language, self.in_words = language, in_words
        self._sought = sought
        self._set: re2.Set | None = None

    def find_broken(self, form: Form) -> Iterator[Sought]:
        """Those of the classes that a text breaks."""
        if self._set is None:
            self._set = compile_set([each.pattern for each in self._sought])
        return map(self._sought.__getitem__, self._set.Match(form.text) or ())


def _seek(rule: PromiseClass, pattern: str) -> Sought:
    return Sought(rule.kind, rule.tier, rule.what, rule.instead, pattern, rule.heard)


def _find_spans(pattern: str, form: Form) -> list[tuple[int, int]]:
    """Where in the text a pattern matches its form."""
    return [
        form.locate(*match.span())
        for match in compile_pattern(pattern).finditer(form.text)
        if match.group().strip()
    ]


def _tell(sought: Sought, text: str, start: int, end: int) -> Violation:
    """What is told of a place: without the ends of sentences around it, unless that is all."""
    if bare := text[start:end].strip(_AROUND):
        start = text.index(bare, start)
        end = start + len(bare)
    return Violation(
        sought.kind,
        sought.what,
        text[start:end],
        tier=sought.tier,
        instead=sought.instead,
        start=start,
        end=end,
    )


def _find_disguises(text: str, plain: Form) -> Iterator[tuple[Sought, int, int]]:
    """Characters that nobody sees, and letters that look like others."""
    for at in find_hidden_characters(text):
        yield _HIDDEN, at, at + 1
    if span := find_homoglyphs(plain):
        yield _DISGUISED, *span


def _find_issue_keys(plain: Form) -> Iterator[tuple[Sought, int, int]]:
    """What looks like an issue key; names of standards such as iso-27001 are not.

    Only one in capitals, with a dash, is certain.
    """
    for pattern in (_KEY, _SHOUTED_KEY) if _DIGIT.search(plain.text) else ():
        for match in pattern.finditer(plain.text):
            project, number = match.groups()
            key = f"{project}-{number}".casefold()
            is_certain = pattern is _KEY and project.isupper() and len(project) > 1
            is_clear = is_certain or (len(number) > 1 and (project.isascii() or project.isupper()))
            is_name = _STANDARD.fullmatch(key) or _NO_KEY.fullmatch(project.casefold())
            if is_clear and not is_name:
                yield _ISSUE_KEY if is_certain else _LIKE_A_KEY, *plain.locate(*match.span())


def _built_in(
    kind: str, what: str, instead: str, *, heard: bool, tier: Tier = Tier.BLOCK
) -> Sought:
    return Sought(kind, tier, what, instead, "", heard)


_HIDDEN = _built_in("L8", "a hidden character", "Type the words anew.", heard=True)
_DISGUISED = _built_in("L8", "letters that look like others", "Type the words anew.", heard=True)
_ISSUE_KEY = _built_in("L1", "an issue key", "Leave it out.", heard=False)
_LIKE_A_KEY = _built_in("L1", "an issue key", "Leave it out.", heard=False, tier=Tier.ASK)
_NAMES = {
    "people": _built_in("L2", "a person", "Leave out who.", heard=True),
    "customers": _built_in(
        "L3", "a customer", "Say for what kind of customer it is, or leave it out.", heard=True
    ),
    "code_names": _built_in(
        "L6", "an internal name", "Call it what customers call it.", heard=True
    ),
    "environments": _built_in("L6", "an internal place", "Leave out where it runs.", heard=True),
}
