"""Conditions: compiled once to closures, and traced by a slower reading of the same tree."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import re2
from msgspec import Struct
from msgspec.structs import replace

from models.rulebook import All, Comparison, Condition, Line, Not, Operator, Some
from translators.rules.fields import UNSPACED, IssueView, fold_text, space_words

Test = Callable[[IssueView], bool]


class Trace(Struct, frozen=True):
    """How one line of a condition fared: whether it holds, what it asks, and what the issue has."""

    holds: bool
    at: Line
    asks: str
    found: str
    parts: tuple["Trace", ...] = ()


def compile_condition(condition: Condition) -> Test:
    """A closure that says whether an issue meets the condition; under half a microsecond a line."""
    match condition:
        case All(parts=parts):
            return _every(tuple(compile_condition(part) for part in parts))
        case Some(parts=parts):
            return _some(tuple(compile_condition(part) for part in _merged(parts)))
        case Not(part=part):
            test = compile_condition(part)
            return lambda subject: not test(subject)
        case Comparison():
            return _comparing(condition)


def _merged(parts: Sequence[Condition]) -> Iterable[Condition]:
    """The same alternatives, those that compare one field in one way put into one comparison."""
    merged: dict[tuple[str, Operator], Comparison] = {}
    for part in parts:
        if isinstance(part, Comparison) and part.operator in (Operator.EQUALS, Operator.HAS):
            known = merged.setdefault((part.field, part.operator), part)
            if known is not part:
                values = (*known.values, *part.values)
                merged[part.field, part.operator] = replace(known, values=values)
        else:
            yield part
    yield from merged.values()


def _every(tests: tuple[Test, ...]) -> Test:
    def holds(subject: IssueView) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than what it runs over
            if not test(subject):
                return False
        return True

    return holds


def _some(tests: tuple[Test, ...]) -> Test:
    def holds(subject: IssueView) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than what it runs over
            if test(subject):
                return True
        return False

    return holds


def trace_condition(condition: Condition, subject: IssueView) -> Trace:
    """The same verdict with its reasons, line by line."""
    match condition:
        case All(parts=parts, at=at):
            traces = tuple(trace_condition(part, subject) for part in parts)
            return _grouped(all(t.holds for t in traces), at, "all of these", traces)
        case Some(parts=parts, at=at):
            traces = tuple(trace_condition(part, subject) for part in parts)
            return _grouped(any(t.holds for t in traces), at, "any of these", traces)
        case Not(part=part, at=at):
            inner = trace_condition(part, subject)
            return Trace(not inner.holds, at, "not", "", (inner,))
        case Comparison():
            return _traced(condition, subject)


def matched_words(comparison: Comparison, subject: IssueView) -> tuple[str, ...]:
    """Which of a line's own values the issue meets, as the rule writes them."""
    field = comparison.field
    match comparison.operator:
        case Operator.EQUALS:
            has = subject.values(field)
            return tuple(word for word in comparison.values if fold_text(word).strip() in has)
        case Operator.HAS:
            text = subject.text(field)
            return tuple(word for word in comparison.values if _sought(word) in text)
        case Operator.MATCHES:
            raw = subject.raw(field)
            return tuple(p for p in comparison.values if any(map(compile_pattern((p,)), raw)))
        case _:
            return ()


def winning_lines(condition: Condition, subject: IssueView) -> tuple[Comparison, ...]:
    """The comparisons that made a condition hold, without those under a `not`."""
    return _verdict(condition, subject)[1]


def _verdict(condition: Condition, subject: IssueView) -> tuple[bool, tuple[Comparison, ...]]:
    match condition:
        case All(parts=parts) | Some(parts=parts):
            verdicts = [_verdict(part, subject) for part in parts]
            held = [lines for holds, lines in verdicts if holds]
            holds = len(held) == len(parts) if isinstance(condition, All) else bool(held)
            return holds, tuple(line for lines in held for line in lines)
        case Not(part=part):
            return not _verdict(part, subject)[0], ()
        case Comparison():
            holds = compile_condition(condition)(subject)
            return holds, (condition,) if holds else ()


def comparisons_of(condition: Condition) -> Iterable[Comparison]:
    """Every comparison of a condition."""
    match condition:
        case All(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from comparisons_of(part)
        case Not(part=part):
            yield from comparisons_of(part)
        case Comparison():
            yield condition


@lru_cache(10_000)
def _sought(word: str) -> str:
    """What to search for in spaced text: `invoic*` is the start of a word.

    Scripts written without spaces have no word ends, so there a word is found anywhere.
    """
    text = space_words(word)
    if UNSPACED.match(text, 1):
        text = text.lstrip()
    if UNSPACED.match(text.rstrip()[-1:]):
        text = text.rstrip()
    return text.rstrip() if word.rstrip().endswith("*") else text


class BadPatternError(ValueError):
    """A pattern is not one that RE2 understands."""


def compile_pattern(values: Sequence[str]) -> Callable[[str], object]:
    """Searches a text for any of these patterns, in linear time. Raises BadPatternError."""
    options = re2.Options()
    options.log_errors = False
    try:
        joined = values[0] if len(values) == 1 else "|".join(f"(?:{value})" for value in values)
        found = re2.compile(joined, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        raise BadPatternError(said.decode() if isinstance(said, bytes) else said) from None
    search: Callable[[str], object] = found.search
    return search


@lru_cache(10_000)
def _comparing(comparison: Comparison) -> Test:
    field = comparison.field
    match comparison.operator:
        case Operator.EQUALS:
            wanted = frozenset(fold_text(value).strip() for value in comparison.values)
            return lambda subject: not wanted.isdisjoint(subject.values(field))
        case Operator.HAS:
            return _having(field, comparison.values)
        case Operator.MATCHES:
            find = compile_pattern(comparison.values)
            return lambda subject: any(find(value) for value in subject.raw(field))
        case Operator.EMPTY:
            return lambda subject: not any(subject.raw(field))
        case Operator.SET:
            return lambda subject: any(subject.raw(field))


def _having(field: str, values: Sequence[str]) -> Test:
    """Single words are looked up, phrases and beginnings searched for."""
    sought = [_sought(value) for value in values]
    words = frozenset(text.strip() for text in sought if _is_one_word(text))
    phrases = tuple(text for text in sought if not _is_one_word(text))

    def holds(subject: IssueView) -> bool:
        if not words.isdisjoint(subject.words(field)):
            return True
        text = subject.text(field)
        for phrase in phrases:  # noqa: SIM110 - a generator costs more than what it runs over
            if phrase in text:
                return True
        return False

    return holds


def _is_one_word(text: str) -> bool:
    return text.startswith(" ") and text.endswith(" ") and len(text.split()) == 1


def _traced(comparison: Comparison, subject: IssueView) -> Trace:
    holds = _comparing(comparison)(subject)
    asks = word_condition(comparison)
    values = ", ".join(value[:60] for value in subject.raw(comparison.field)) or "(empty)"
    if holds and comparison.operator in (Operator.HAS, Operator.EQUALS):
        met = ", ".join(matched_words(comparison, subject))
        return Trace(True, comparison.at, asks, f"matched {met}")
    return Trace(holds, comparison.at, asks, f"issue has {values}")


def word_condition(comparison: Comparison) -> str:
    """A line as the rule book writes it, its values without their brackets."""
    values = ", ".join(comparison.values)
    match comparison.operator:
        case Operator.EQUALS:
            return f"{comparison.field}: {values}"
        case Operator.EMPTY | Operator.SET:
            return f"{comparison.field} is: {comparison.operator}"
        case operator:
            return f"{comparison.field} {operator}: {values}"


def _grouped(holds: bool, at: Line, asks: str, parts: tuple[Trace, ...]) -> Trace:
    number = sum(part.holds for part in parts)
    return Trace(holds, at, asks, f"{number} of {len(parts)} hold", parts)
