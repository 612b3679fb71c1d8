"""The promise linter: finds what could be read as a promise, a date or an internal detail.

A last net, not a style guide: whatever it finds keeps a row from being published, until it is
worded otherwise or, where it only asks, a person's waiver lets exactly these words through.
Patterns are RE2, so no text, however hostile, takes more than linear time.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from models.rulebook import RuleBook, Tier, Wordlists
from translators.promises.classes import ClassFinder, Sought, find_spans
from translators.promises.hints import HintFinder
from translators.promises.languages import guess_languages
from translators.promises.marks import NAMES, find_disguises, find_issue_keys
from translators.promises.names import NameFinder
from translators.promises.phrases import compile_phrases, expand_terms
from translators.promises.readings import Form, part_joined_words, read_plainly, read_words
from translators.promises.spans import Spans

_KEPT_TEXTS = 8192
_LONGEST_WORD = 40
_PROMISE = "P"
"""Of classes that begin so, one is told where one phrase lies within another."""
_AROUND = " \t\n.;:!?"


class Violation(Struct, frozen=True):
    """What is wrong in one text: the class, plain words, the words themselves and their place.

    `rule` is the class's code, `instead` says how to word it; `start` and `end` count the
    characters of the text. `column` is the text's own name, in a row. Of what `is_weighed` no word
    tells anything alone.
    """

    rule: str
    what: str
    span: str
    column: str = ""
    tier: Tier = Tier.BLOCK
    instead: str = ""
    start: int = 0
    end: int = 0
    is_weighed: bool = False


class PromiseFinder:
    """What the promise linter finds by some lists, before a waiver lets any of it through."""

    def __init__(self, lists: Wordlists) -> None:
        terms = expand_terms(lists.terms)
        self._allowed = compile_phrases(lists.allow, terms)
        self._classes = ClassFinder(lists.classes, terms)
        self._names = NameFinder(lists.never)
        weighed = [each for each in lists.classes if each.weighs]
        self._hints = HintFinder(weighed)
        self._hinted = [
            Sought(each.kind, each.tier, each.what, each.instead, "", each.heard)
            for each in weighed
        ]
        self._known: dict[tuple[str, str | None], tuple[Violation, ...]] = {}

    def find_promises(self, text: str, language: str | None = None) -> tuple[Violation, ...]:
        """Every place in a text that must not be published, from its beginning to its end.

        Of a text whose language is known, phrases of others that only ask are not looked for.
        Cached by text: most rows read as they did in the run before.
        """
        known = self._known.get((text, language))
        if known is None:
            known = tuple(self._search(text, language))
            if len(self._known) >= _KEPT_TEXTS:
                self._known.clear()
            self._known[text, language] = known
        return known

    def _search(self, text: str, language: str | None) -> Iterator[Violation]:
        plain = read_plainly(text)
        words = read_words(plain)
        found = [*find_disguises(text, plain), *find_issue_keys(plain)]
        found += ((NAMES[field], at, to) for field, at, to in self._names.find_names(text, words))
        found += self._classes.find_broken(plain, words, language)
        if joined := part_joined_words(plain):
            found += self._classes.find_times(joined, read_words(joined))
        is_foreign = language is not None and language not in guess_languages(words.text)
        hints = [] if is_foreign else list(self._hints.find_hints(words))
        if not found and not hints:
            return
        allowed = Spans(find_spans(self._allowed, words) if self._allowed else ())
        violations = list(_tell_each(text, found, allowed))
        violations += self._tell_hints(text, words, violations, allowed) if hints else ()
        yield from sorted(violations, key=lambda each: each.start) if hints else violations

    def _tell_hints(
        self, text: str, words: Form, told: Iterable[Violation], allowed: Spans
    ) -> list[Violation]:
        """Sentences whose words weigh enough, but for those of which a phrase tells more."""
        known = Spans((each.start, each.end) for each in told)
        return [
            replace(_tell(self._hinted[hint.number], text, *hint.span), is_weighed=True)
            for hint in self._hints.find_hints(words, allowed)
            if not known.touch(*hint.sentence)
        ]


class Linter:
    """The promise linter of one rule book; `on` is the day by which waivers run out."""

    def __init__(self, lists: Wordlists, on: date | None = None) -> None:
        self._waivers = [each for each in lists.waivers if on is None or each.until >= on]
        self.find_promises = _build_finder(replace(lists, waivers=())).find_promises

    def lint_text(self, text: str, capability_id: str | None = None) -> tuple[Violation, ...]:
        """Each kind of what is wrong once, without what a waiver lets through."""
        first: dict[tuple[str, str], Violation] = {}
        for violation in self.find_unwaived(text, capability_id):
            first.setdefault((violation.rule, violation.what), violation)
        return tuple(first.values())

    def lint_code(self, code: str) -> tuple[Violation, ...]:
        """What is wrong in an id or another code, which never changes: what is certain of words."""
        found = self.lint_text(code.replace("_", " ").replace("-", " "))
        return tuple(each for each in found if not each.is_weighed)

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


def compile_linter(book: RuleBook, on: date | None = None) -> Linter:
    """The promise linter of a rule book, made once for the same lists.

    Waivers have all run out by the day `on` that end before it; without a day none has.
    """
    return build_linter(book.linting, on)


@lru_cache(maxsize=8)
def build_linter(lists: Wordlists, on: date | None = None) -> Linter:
    """The promise linter that goes by these lists, made once for the same."""
    return Linter(lists, on)


@lru_cache(maxsize=8)
def _build_finder(lists: Wordlists) -> PromiseFinder:
    """Made once for lists without waivers, which cost nothing and differ from day to day."""
    return PromiseFinder(lists)


def _tell_each(
    text: str, found: Iterable[tuple[Sought, int, int]], allowed: Spans
) -> Iterator[Violation]:
    """What was found, from the beginning to the end, each place once, without what is allowed."""
    told: dict[tuple[str, Tier], int] = defaultdict(int)
    for sought, start, end in sorted(found, key=lambda each: (each[1], -each[2])):
        is_allowed = not sought.is_heard and allowed.touch(start, end)
        kind = sought.kind if sought.kind[0] != _PROMISE else _PROMISE
        if is_allowed or end <= told[kind, sought.tier]:
            continue
        for tier in {Tier.ASK, sought.tier}:
            told[kind, tier] = max(told[kind, tier], end)
        yield _tell(sought, text, start, end)


def _tell(sought: Sought, text: str, start: int, end: int) -> Violation:
    """What is told of a place: whole words, without the ends of sentences around them."""
    first, last = max(start - _LONGEST_WORD, 0), min(end + _LONGEST_WORD, len(text))
    while start > first and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < last and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
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
