"""Searches a text for what could be read as a promise, a date or an internal detail.

Patterns are RE2, so no text, however hostile, takes more than linear time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec.structs import replace

from models.promises import PromiseClass, Tier, Wordlists
from translators.promises.classes import ClassFinder, Sought, find_spans
from translators.promises.hints import HintFinder
from translators.promises.languages import guess_languages
from translators.promises.marks import NAMES, find_disguises, find_issue_keys
from translators.promises.names import NameFinder
from translators.promises.phrases import compile_phrases, expand_terms
from translators.promises.readings import Form, part_joined_words, read_plainly, read_words
from translators.promises.spans import Spans
from translators.promises.violation import Violation

_KEPT_TEXTS = 8192
_LONGEST_WORD = 40
_PROMISE = "P"
"""Of classes that begin so, one is told where one phrase lies within another."""
_AROUND = " \t\n.;:!?"


class PromiseFinder:
    """What the promise linter finds by some lists, before a waiver lets any of it through."""

    def __init__(self, lists: Wordlists) -> None:
        self._lists = lists
        self._known: dict[tuple[str, str | None], tuple[Violation, ...]] = {}

    def list_passed(self) -> Iterator[str]:
        """The texts that are known to hold nothing, in whatever language."""
        return (text for (text, language), found in self._known.items() if not (found or language))

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

    @cached_property
    def _terms(self) -> Mapping[str, str]:
        return expand_terms(self._lists.terms)

    @cached_property
    def _allowed(self) -> str:
        return compile_phrases(self._lists.allow, self._terms)

    @cached_property
    def _classes(self) -> ClassFinder:
        return ClassFinder(self._lists.classes, self._terms)

    @cached_property
    def _names(self) -> NameFinder:
        return NameFinder(self._lists.never)

    @cached_property
    def _weighed(self) -> list[PromiseClass]:
        return [each for each in self._lists.classes if each.weighs]

    @cached_property
    def _hints(self) -> HintFinder:
        return HintFinder(self._weighed)

    @cached_property
    def _hinted(self) -> list[Sought]:
        return [
            Sought(each.kind, each.tier, each.what, each.instead, "", each.heard)
            for each in self._weighed
        ]

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
