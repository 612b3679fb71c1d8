"""Conditions, compiled once: a closure per rule that says whether an issue meets it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

import re2
from msgspec import Struct
from msgspec.structs import replace

from models.conditions import All, Comparison, Condition, Not, Operator, Some
from models.rulebook import RuleBook
from translators.rules.fields import LETTERS, IssueView
from translators.rules.weights import BAR, index_weights
from translators.words import UNSPACED, find_forms, fold_value

Matcher = Callable[[IssueView], bool]
Form = tuple[str, str]
"""What is searched for in spaced text, and the word of the rule that it is a form of."""


@lru_cache(10_000)
def compile_condition(condition: Condition) -> Matcher:
    """A closure that says whether an issue meets the condition; under half a microsecond a line.

    The same one for the same condition, so that two rule books can share its verdicts.
    Raises BadPatternError where a pattern is not one that RE2 understands.
    """
    match condition:
        case All(parts=parts):
            return _combine_matchers(tuple(map(compile_condition, parts)), decisive=False)
        case Some(parts=parts):
            return _combine_matchers(tuple(_compile_alternatives(parts)), decisive=True)
        case Not(part=part):
            matcher = compile_condition(part)
            return lambda issue: not matcher(issue)
        case Comparison():
            return compile_comparison(condition)


def find_comparisons(condition: Condition) -> Iterable[Comparison]:
    """Every comparison of a condition, those under a `not` too, in the order of the rule book."""
    match condition:
        case All(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from find_comparisons(part)
        case Not(part=part):
            yield from find_comparisons(part)
        case Comparison():
            yield condition


def list_comparisons(book: RuleBook) -> list[Comparison]:
    """Every line of every condition of a rule book, those under an `unless` and a `not` too."""
    screening = [condition for rule in book.screening for condition in (rule.when, rule.unless)]
    claims = [condition for rule in book.capabilities for condition in (rule.when, rule.items)]
    conditions = [*screening, *claims]
    return [line for each in conditions if each for line in find_comparisons(each)]


def find_asserted(condition: Condition) -> Iterable[Comparison]:
    """The comparisons that bring a match about: without those under a `not`."""
    match condition:
        case All(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from find_asserted(part)
        case Comparison():
            yield condition


@lru_cache(10_000)
def compile_comparison(comparison: Comparison) -> Matcher:
    """A closure for one line of a condition. Raises BadPatternError."""
    field = comparison.field
    match comparison.operator:
        case Operator.EQUALS:
            wanted = frozenset(map(fold_value, comparison.values))
            return lambda issue: not wanted.isdisjoint(issue.fold_values(field))
        case Operator.HAS:
            return _compile_has(field, tuple(comparison.values))
        case Operator.MATCHES:
            search = compile_pattern(comparison.values)
            return lambda issue: any(search(value) for value in issue.read_values(field))
        case Operator.WEIGHS:
            find_weights = index_weights(comparison.values).find_weights
            return lambda issue: any(
                sum(each.weight for each in find_weights(text)) >= BAR
                for text in issue.read_values(field)
            )
        case Operator.EMPTY:
            return lambda issue: not any(issue.read_values(field))
        case Operator.SET:
            return lambda issue: any(issue.read_values(field))


PATTERN_MEMORY = 256 * 1024
"""A pattern that needs more takes long to be made ready: a hundred times any letter does."""


class BadPatternError(ValueError):
    """A pattern is not one that RE2 understands."""


def compile_pattern(values: Sequence[str]) -> Callable[[str], object]:
    """Searches a text for any of these patterns, in linear time. Raises BadPatternError."""
    if len(values) > 1:
        several = [compile_pattern([value]) for value in values]
        return lambda text: any(search(text) for search in several)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_MEMORY
    try:
        pattern = re2.compile(values[0], options)
    except re2.error as error:
        message = error.args[0] if error.args else ""
        text = message.decode() if isinstance(message, bytes) else message
        raise BadPatternError(text) from None
    search: Callable[[str], object] = pattern.search
    return search


def _compile_alternatives(parts: Sequence[Condition]) -> Iterable[Matcher]:
    """Matchers of the alternatives; those that need a word of one field are asked if it has any."""
    needing: dict[str, list[tuple[Comparison, Condition]]] = defaultdict(list)
    for part in _merge_alternatives(parts):
        needed = _find_needed_words(part)
        if needed is None:
            yield compile_condition(part)
        else:
            needing[needed.field].append((needed, part))
    for field, found in needing.items():
        if len(found) == 1:
            yield compile_condition(found[0][1])
        else:
            values = tuple(value for needed, _ in found for value in needed.values)
            several = tuple(_compile_late(part) for _, part in found)
            first = _compile_has(field, values)
            yield _combine_matchers(
                (first, _combine_matchers(several, decisive=True)), decisive=False
            )


def _compile_late(condition: Condition) -> Matcher:
    """A closure that is compiled when it is first asked: on a small backlog few ever are.

    Not where there is a pattern, which has to be one from the beginning.
    """
    if any(each.operator is Operator.MATCHES for each in find_comparisons(condition)):
        return compile_condition(condition)
    compiled: list[Matcher] = []

    def match_late(issue: IssueView) -> bool:
        if not compiled:
            compiled.append(compile_condition(condition))
        return compiled[0](issue)

    return match_late


def _find_needed_words(part: Condition) -> Comparison | None:
    """The words without one of which a condition is not met, if it says so."""
    parts = part.parts if isinstance(part, All) else (part,)
    lines = (each for each in parts if isinstance(each, Comparison))
    return next((line for line in lines if line.operator is Operator.HAS), None)


def _merge_alternatives(parts: Sequence[Condition]) -> Iterable[Condition]:
    """The same alternatives, those that compare one field in one way put into one comparison."""
    merged: dict[tuple[str, Operator], Comparison] = {}
    for part in parts:
        if isinstance(part, Comparison) and part.operator in (Operator.EQUALS, Operator.HAS):
            first = merged.setdefault((part.field, part.operator), part)
            if first is not part:
                values = (*first.values, *part.values)
                merged[part.field, part.operator] = replace(first, values=values)
        else:
            yield part
    yield from merged.values()


def _combine_matchers(matchers: tuple[Matcher, ...], *, decisive: bool) -> Matcher:
    """A closure whose verdict is `decisive` as soon as one matcher's is, else the opposite."""

    def match_parts(issue: IssueView) -> bool:
        for matcher in matchers:  # a generator costs more than what it runs over
            if matcher(issue) is decisive:
                return decisive
        return not decisive

    return match_parts


def _compile_has(field: str, values: tuple[str, ...]) -> Matcher:
    """Whether any of the words is there."""
    index = index_words(values)
    words, firsts = frozenset(index.words), frozenset(index.phrases)
    heads, endings = frozenset(index.beginnings), frozenset(index.endings)
    searched = tuple(form for form, _ in index.searched)
    plain = tuple(filter(str.isascii, searched))

    def match_text(issue: IssueView) -> bool:
        present = issue.split_words(field)
        if not words.isdisjoint(present):
            return True
        text = issue.space_text(field)
        if not firsts.isdisjoint(present) and _has_any(text, index.phrases, firsts & present):
            return True
        if (
            heads
            and not heads.isdisjoint(cut := issue.cut_heads(field))
            and _has_any(text, index.beginnings, heads & cut)
        ):
            return True
        if (
            endings
            and not endings.isdisjoint(cut := issue.cut_endings(field))
            and _has_any(text, index.endings, endings & cut)
        ):
            return True
        for form in plain if text.isascii() else searched:  # noqa: SIM110 - a generator costs more
            if form in text:
                return True
        return False

    return match_text


def _has_any(text: str, forms: Mapping[str, Sequence[Form]], keys: Iterable[str]) -> bool:
    for key in keys:
        for form, _ in forms[key]:
            if form in text:
                return True
    return False


class WordIndex(Struct, frozen=True):
    """The forms of a line's words, by what they are looked up by, each with its word as written.

    A single word by itself, a phrase by its first word, the beginning or ending of a word by its
    first or last letters. Only what is too short for that, or of a script that is written without
    spaces, must be searched for.
    """

    words: Mapping[str, Sequence[Form]]
    phrases: Mapping[str, Sequence[Form]]
    beginnings: Mapping[str, Sequence[Form]]
    endings: Mapping[str, Sequence[Form]]
    searched: Sequence[Form]

    def find_values(self, issue: IssueView, field: str) -> frozenset[str]:
        """The words, as written, that a field of an issue has."""
        text, present = issue.space_text(field), issue.split_words(field)
        lookups = (
            (self.words, present),
            (self.phrases, present),
            (self.beginnings, issue.cut_heads(field)),
            (self.endings, issue.cut_endings(field)),
        )
        found = list(self.searched)
        for forms, keys in lookups:
            for key in keys & forms.keys():
                found += forms[key]
        return frozenset(value for form, value in found if form in text)


@lru_cache(10_000)
def index_words(values: tuple[str, ...]) -> WordIndex:
    """The words of a line, made ready to be looked up."""
    kinds: dict[str, dict[str, list[Form]]] = {kind: defaultdict(list) for kind in _KINDS}
    for value in values:
        if value.isascii() and value.isalpha() and value.islower():  # as most are
            kinds["words"][value].append((f" {value} ", value))
            continue
        for form in find_forms(value):
            kind, key = _find_key(form)
            kinds[kind][key].append((form, value))
    return WordIndex(
        words=kinds["words"],
        phrases=kinds["phrases"],
        beginnings=kinds["beginnings"],
        endings=kinds["endings"],
        searched=kinds["searched"][""],
    )


_KINDS = ("words", "phrases", "beginnings", "endings", "searched")


def _find_key(form: str) -> tuple[str, str]:
    begins, ends = form[0] == " ", form[-1] == " "
    first, _, more = form.strip().partition(" ")
    if begins and more:
        return "phrases", first
    if begins and ends:
        return "words", first
    if not more and len(first) >= LETTERS and (first.isascii() or not UNSPACED.search(first)):
        if begins:
            return "beginnings", first[:LETTERS]
        if ends:
            return "endings", first[-LETTERS:]
    return "searched", ""
