"""Finds the classes of promises and leaks that a text breaks, all of them in one pass."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from models.promises import PromiseClass, Tier
from translators.promises.languages import ANY, guess_languages
from translators.promises.patterns import PatternSet, compile_pattern
from translators.promises.phrases import compile_phrases
from translators.promises.readings import Form


class Sought(Struct, frozen=True):
    """One pattern and what it tells. `is_heard`: even in words that are allowed.

    Of two that say the same of a place, the one of the first `rank` is told.
    """

    kind: str
    tier: Tier
    what: str
    instead: str
    pattern: str
    is_heard: bool
    rank: int = 0


_TIMES = {"P1", "P2"}
_SPACE = " "
_AS_WRITTEN = ""
"""Stands for a language where a text is not read as words."""


class ClassFinder:
    """Finds the classes of one rule book."""

    def __init__(self, classes: Sequence[PromiseClass], terms: Mapping[str, str]) -> None:
        self._sought: dict[str, list[Sought]] = defaultdict(list)
        self._sets: dict[str, PatternSet] = {}
        for rule in classes:
            for spoken, phrases in rule.says:
                # What is certain is so in any text, whatever language the rest of it is in.
                language = ANY if rule.tier is Tier.BLOCK else spoken
                self._seek(language, rule, compile_phrases(phrases, terms))
            if rule.matches:
                pattern = "|".join(f"(?:(?i){each})" for each in rule.matches)
                self._seek(_AS_WRITTEN, rule, pattern)

    def find_broken(
        self, plain: Form, words: Form, language: str | None
    ) -> Iterator[tuple[Sought, int, int]]:
        """Every place in a text, as written and as words, and what it breaks there."""
        spoken = {language, ANY} if language else guess_languages(words.text)
        said = [each for name in spoken for each in self._find(name, words)]
        for each in sorted(said, key=lambda each: each.rank):
            yield from ((each, *span) for span in find_spans(each.pattern, words))
        for each in self._find(_AS_WRITTEN, plain):
            yield from ((each, *span) for span in find_spans(each.pattern, plain))

    def find_times(self, joined: Form, words: Form) -> Iterator[tuple[Sought, int, int]]:
        """Dates and times that stand in joined words, over two of them and more."""
        for name, form in ((ANY, words), (_AS_WRITTEN, joined)):
            for each in self._find(name, form):
                if each.kind in _TIMES:
                    yield from ((each, *span) for span in find_spans(each.pattern, form, _SPACE))

    def _seek(self, language: str, rule: PromiseClass, pattern: str) -> None:
        rank = sum(map(len, self._sought.values()))
        told = (rule.kind, rule.tier, rule.what, rule.instead)
        self._sought[language].append(Sought(*told, pattern, rule.heard, rank))

    def _find(self, language: str, form: Form) -> list[Sought]:
        """Which patterns of a language a text holds.

        Each language has a set of its own, made when a text needs it: one set of all takes twice as
        long to search, and most texts are in one language.
        """
        sought = self._sought.get(language, [])
        if language not in self._sets:
            self._sets[language] = PatternSet([each.pattern for each in sought])
        return [sought[at] for at in self._sets[language].find(form.text)]


def find_spans(pattern: str, form: Form, holding: str = "") -> list[tuple[int, int]]:
    """Where in the text a pattern matches its form by words that hold what is asked."""
    return [
        form.locate(*match.span())
        for match in compile_pattern(pattern).finditer(form.text)
        if (words := match.group().strip()) and holding in words
    ]
