"""Finds the classes of promises and leaks that a text breaks, all of them in one pass."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from models.rulebook import PromiseClass, Tier
from translators.promises.languages import ANY, guess_languages
from translators.promises.patterns import PatternSet, compile_pattern
from translators.promises.phrases import compile_phrases
from translators.promises.readings import Form


class Sought(Struct, frozen=True):
    """One pattern and what it tells. `is_heard`: even in words that are allowed."""

    kind: str
    tier: Tier
    what: str
    instead: str
    pattern: str
    is_heard: bool
    language: str = ANY


class ClassFinder:
    """Finds the classes of one rule book."""

    def __init__(self, classes: Sequence[PromiseClass], terms: Mapping[str, str]) -> None:
        self._in_words: list[Sought] = []
        self._as_written: list[Sought] = []
        for rule in classes:
            for spoken, phrases in rule.says:
                # What is certain is so in any text, whatever language the rest of it is in.
                language = ANY if rule.tier is Tier.BLOCK else spoken
                self._in_words.append(_seek(rule, compile_phrases(phrases, terms), language))
            if rule.matches:
                pattern = "|".join(f"(?:(?i){each})" for each in rule.matches)
                self._as_written.append(_seek(rule, pattern, ANY))
        self._sets: tuple[PatternSet, PatternSet] | None = None

    def find_broken(
        self, plain: Form, words: Form, language: str | None
    ) -> Iterator[tuple[Sought, int, int]]:
        """Every place in a text, as written and as words, and what it breaks there."""
        if self._sets is None:
            self._sets = _compile(self._in_words), _compile(self._as_written)
        said = [self._in_words[at] for at in self._sets[0].find(words.text)]
        if said:
            spoken = {language, ANY} if language else guess_languages(words.text)
            for each in said:
                if each.language in spoken:
                    yield from ((each, *span) for span in find_spans(each.pattern, words))
        for at in self._sets[1].find(plain.text):
            each = self._as_written[at]
            yield from ((each, *span) for span in find_spans(each.pattern, plain))


def _seek(rule: PromiseClass, pattern: str, language: str) -> Sought:
    return Sought(rule.kind, rule.tier, rule.what, rule.instead, pattern, rule.heard, language)


def _compile(sought: Sequence[Sought]) -> PatternSet:
    return PatternSet([each.pattern for each in sought])


def find_spans(pattern: str, form: Form) -> list[tuple[int, int]]:
    """Where in the text a pattern matches its form."""
    return [
        form.locate(*match.span())
        for match in compile_pattern(pattern).finditer(form.text)
        if match.group().strip()
    ]
