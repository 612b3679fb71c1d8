"""The promise linter: finds what could be read as a promise, a date or an internal detail.

A last net, not a style guide: whatever it finds keeps a row from being published, until it is
worded otherwise or, where it only asks, a person's waiver lets exactly these words through.
Patterns are RE2, so no text, however hostile, takes more than linear time.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

import re2
from msgspec import Struct
from msgspec.structs import replace

from models.rulebook import Names, PromiseClass, RuleBook, Tier, Waiver, Wordlists
from translators.promises.leak_patterns import NO_KEY, NUMBERED_STANDARDS
from translators.promises.phrases import (
    NAME_ENDING,
    compile_name,
    compile_person,
    compile_phrases,
)
from translators.promises.readings import (
    Form,
    find_hidden_characters,
    find_homoglyphs,
    read_plainly,
    read_words,
)

LANGUAGES = ("en", "de", "fr", "es")
_KEY = re.compile(r"(?<![^\W_])([^\W\d_]\w{0,14}) ?- ?(\d+)(?![\w.,]*\d)")
_SHOUTED_KEY = re.compile(r"(?<![^\W_])([A-Z][A-Z0-9]{1,9}?)[ .:#_/\u00b7-]{0,3}(\d{2,})(?![^\W_])")
_STANDARD, _NO_KEY = re2.compile(NUMBERED_STANDARDS), re2.compile(NO_KEY)
_KEPT_TEXTS = 8192


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
    """What is sought in one form of a text. `is_heard`: even in words that are allowed."""

    kind: str
    tier: Tier
    what: str
    instead: str
    search: Callable[[Form], Iterable[tuple[int, int]]]
    is_heard: bool
    in_words: bool


class Linter:
    """The promise linter of one rule book; `on` is the day by which waivers run out."""

    def __init__(self, lists: Wordlists, on: date | None = None) -> None:
        self._lists = lists
        self._terms = dict(lists.terms)
        self._waivers = [each for each in lists.waivers if on is None or each.until >= on]
        allowed = compile_phrases(lists.allow, self._terms)
        self._allowed = re2.compile(allowed) if allowed else None
        self._sought: dict[str | None, tuple[Sought, ...]] = {}
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
        for violation in self.find_promises(text):
            if not self._find_waiver(text, violation, capability_id):
                first.setdefault((violation.rule, violation.what), violation)
        return tuple(first.values())

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

    def _find_waiver(
        self, text: str, violation: Violation, capability_id: str | None
    ) -> Waiver | None:
        """What lets a place of a text through: a waiver whose words stand around or on it."""
        for waiver in self._waivers if violation.tier is Tier.ASK else ():
            if waiver.capability in (None, capability_id):
                at = text.find(waiver.says)
                while at >= 0:
                    if at <= violation.start and violation.end <= at + len(waiver.says):
                        return waiver
                    at = text.find(waiver.says, at + 1)
        return None

    def _search(self, text: str, language: str | None) -> Iterator[Violation]:
        plain = read_plainly(text)
        words = read_words(plain)
        found = [*_find_disguises(text, plain), *_find_issue_keys(plain)]
        for sought in self._compile_classes(language):
            spans = sought.search(words if sought.in_words else plain)
            found += ((sought, *span) for span in spans)
        if not found:
            return
        allowed = list(_find_spans(self._allowed, words)) if self._allowed else []
        ends: dict[str, int] = defaultdict(int)
        for sought, start, end in sorted(found, key=lambda each: (each[1], -each[2])):
            is_allowed = any(start < last and first < end for first, last in allowed)
            if (sought.is_heard or not is_allowed) and end > ends[sought.what]:
                ends[sought.what] = end
                yield Violation(
                    sought.kind,
                    sought.what,
                    text[start:end].strip(),
                    tier=sought.tier,
                    instead=sought.instead,
                    start=start,
                    end=end,
                )

    def _compile_classes(self, language: str | None) -> tuple[Sought, ...]:
        if language not in self._sought:
            sought = [
                each
                for rule in self._lists.classes
                for each in _compile_class(rule, self._terms, language)
            ]
            self._sought[language] = (*sought, *_compile_names(self._lists.never))
        return self._sought[language]


def compile_linter(book: RuleBook, on: date | None = None) -> Linter:
    """The promise linter of a rule book, made once for the same lists.

    Waivers have all run out by the day `on` that end before it; without a day none has.
    """
    return _make_linter(book.linting, on)


@lru_cache(maxsize=8)
def _make_linter(lists: Wordlists, on: date | None) -> Linter:
    return Linter(lists, on)


def _compile_class(
    rule: PromiseClass, terms: Mapping[str, Sequence[str]], language: str | None
) -> Iterator[Sought]:
    phrases = [
        phrase
        for spoken, phrases in rule.says
        for phrase in phrases
        if language is None or spoken in ("any", language)
    ]
    if phrases:
        yield _seek(rule, compile_phrases(phrases, terms), in_words=True)
    if rule.matches:
        yield _seek(rule, "|".join(f"(?:(?i){each})" for each in rule.matches), in_words=False)


def _seek(rule: PromiseClass, pattern: str, *, in_words: bool) -> Sought:
    search = _search_for(re2.compile(pattern))
    return Sought(rule.kind, rule.tier, rule.what, rule.instead, search, rule.heard, in_words)


def _search_for(compiled: "re2._Regexp") -> Callable[[Form], Iterable[tuple[int, int]]]:
    return lambda form: _find_spans(compiled, form)


def _find_spans(compiled: "re2._Regexp", form: Form) -> Iterable[tuple[int, int]]:
    """Where in the text a pattern matches its form."""
    if not compiled.search(form.text):
        return ()
    return [
        form.locate(*match.span()) for match in compiled.finditer(form.text) if match.group().strip()
    ]


_NAMES = {
    "people": ("L2", "a person", "Leave out who."),
    "customers": ("L3", "a customer", "Say for what kind of customer it is, or leave it out."),
    "code_names": ("L6", "an internal name", "Call it what customers call it."),
    "environments": ("L6", "an internal place", "Leave out where it runs."),
}


def _compile_names(never: Names) -> Iterator[Sought]:
    """A name of one word is found as it is written or in capitals: `Target` is no target."""
    for field, (kind, what, instead) in _NAMES.items():
        spell = compile_person if field == "people" else _spell_once
        by_form: dict[bool, list[str]] = {True: [], False: []}
        for name in getattr(never, field):
            for spelled in filter(None, spell(name)):
                is_word = spelled.isalpha() and name[:1].isupper()
                by_form[not is_word] += [name, name.upper()] if is_word else [spelled]
        for in_words, names in by_form.items():
            if names:
                ending = rf"(?:{NAME_ENDING}|(?i:{NAME_ENDING}))"
                pattern = rf"(?:^|[^\pL\pN])(?:{'|'.join(names)}){ending}(?:$|[^\pL\pN])"
                search = _search_for(re2.compile(pattern))
                yield Sought(kind, Tier.BLOCK, what, instead, search, True, in_words)


def _spell_once(name: str) -> tuple[str, ...]:
    return (compile_name(name),)


def _find_disguises(text: str, plain: Form) -> Iterator[tuple[Sought, int, int]]:
    """Characters that nobody sees, and letters that look like others."""
    for at in find_hidden_characters(text):
        yield _HIDDEN, at, at + 1
    if span := find_homoglyphs(plain):
        yield _DISGUISED, *span


def _find_issue_keys(plain: Form) -> Iterator[tuple[Sought, int, int]]:
    """What looks like an issue key; names of standards such as iso-27001 are not."""
    for pattern, form in ((_KEY, plain), (_SHOUTED_KEY, plain)):
        for match in pattern.finditer(form.text):
            project, number = (each.casefold() for each in match.groups())
            is_name = not project.isascii() and not match.group(1).isupper()
            key = f"{project}-{number}"
            if not (is_name or _STANDARD.fullmatch(key) or _NO_KEY.fullmatch(project)):
                yield _ISSUE_KEY, *form.locate(*match.span())


def _find_nothing(_form: Form) -> Iterable[tuple[int, int]]:
    return ()


def _built_in(kind: str, what: str, instead: str, *, heard: bool) -> Sought:
    return Sought(kind, Tier.BLOCK, what, instead, _find_nothing, heard, False)


_HIDDEN = _built_in("L8", "a hidden character", "Type the words anew.", heard=True)
_DISGUISED = _built_in("L8", "letters that look like others", "Type the words anew.", heard=True)
_ISSUE_KEY = _built_in("L1", "an issue key", "Leave it out.", heard=False)
