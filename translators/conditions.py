"""Conditions: compiled once to closures, and traced by a slower reading of the same tree."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

import re2
from msgspec import Struct

from models.backlog import Issue
from models.rulebook import All, Comparison, Condition, Line, Not, Operator, Some

ALIASES: Mapping[str, str] = {
    "label": "labels",
    "components": "component",
    "issue type": "type",
    "issuetype": "type",
    "fix versions": "fix version",
    "title": "summary",
}
"""Other spellings of fields that every Jira has."""

BUILT_IN: Mapping[str, Callable[[Issue], tuple[str, ...]]] = {
    "project": lambda issue: (issue.project,),
    "type": lambda issue: (issue.type,),
    "labels": lambda issue: issue.labels,
    "component": lambda issue: issue.components,
    "fix version": lambda issue: tuple(version.name for version in issue.fix_versions),
    "status": lambda issue: (issue.status,),
    "status category": lambda issue: (str(issue.status_category),),
    "resolution": lambda issue: (issue.resolution,) if issue.resolution else (),
    "summary": lambda issue: (issue.summary,) if issue.summary else (),
    "description": lambda issue: (issue.description,) if issue.description else (),
    "key": lambda issue: (issue.key, *issue.former_keys),
}
"""Fields that every Jira has; any other name is a custom field's."""

Test = Callable[["Subject"], bool]


def field_name(name: str) -> str:
    """The one spelling under which a field is known."""
    folded = name.strip().casefold()
    return ALIASES.get(folded, folded)


def folded(text: str) -> str:
    """Text for comparing: compatible forms made one, case gone."""
    return unicodedata.normalize("NFKC", text).casefold()


class Subject:
    """An issue as conditions see it: each field folded once, however many rules ask for it."""

    __slots__ = ("_folded", "_spaced", "issue")

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self._folded: dict[str, tuple[str, ...]] = {}
        self._spaced: dict[str, tuple[str, ...]] = {}

    def raw(self, field: str) -> tuple[str, ...]:
        """The field's values as Jira has them; () where it has none."""
        read = BUILT_IN.get(field)
        return read(self.issue) if read else self.issue.extra.get(field, ())

    def values(self, field: str) -> tuple[str, ...]:
        """The field's values, folded."""
        known = self._folded.get(field)
        if known is None:
            known = self._folded[field] = tuple(folded(value) for value in self.raw(field))
        return known

    def texts(self, field: str) -> tuple[str, ...]:
        """The field's values as spaced words."""
        known = self._spaced.get(field)
        if known is None:
            known = self._spaced[field] = tuple(spaced(value) for value in self.raw(field))
        return known


class Trace(Struct, frozen=True):
    """How one line of a condition fared: whether it holds, what it asks, and what the issue has."""

    holds: bool
    at: Line
    asks: str
    found: str
    parts: tuple["Trace", ...] = ()


def compile_condition(condition: Condition) -> Test:
    """A closure that says whether an issue meets the condition; about a microsecond a line."""
    match condition:
        case All(parts=parts):
            tests = tuple(compile_condition(part) for part in parts)
            return lambda subject: all(test(subject) for test in tests)
        case Some(parts=parts):
            tests = tuple(compile_condition(part) for part in parts)
            return lambda subject: any(test(subject) for test in tests)
        case Not(part=part):
            test = compile_condition(part)
            return lambda subject: not test(subject)
        case Comparison():
            return _comparing(condition)


def trace(condition: Condition, subject: Subject) -> Trace:
    """The same verdict with its reasons, line by line."""
    match condition:
        case All(parts=parts, at=at):
            traces = tuple(trace(part, subject) for part in parts)
            return _grouped(all(t.holds for t in traces), at, "all of these", traces)
        case Some(parts=parts, at=at):
            traces = tuple(trace(part, subject) for part in parts)
            return _grouped(any(t.holds for t in traces), at, "any of these", traces)
        case Not(part=part, at=at):
            inner = trace(part, subject)
            return Trace(not inner.holds, at, "not", "", (inner,))
        case Comparison():
            return _traced(condition, subject)


def matched_words(comparison: Comparison, subject: Subject) -> tuple[str, ...]:
    """Which of a line's own values the issue meets, as the rule writes them."""
    return tuple(
        value
        for value in comparison.values
        if _comparing(Comparison(comparison.field, comparison.operator, (value,), comparison.at))(
            subject
        )
    )


def winning_lines(condition: Condition, subject: Subject) -> tuple[Comparison, ...]:
    """The comparisons that made a condition hold, without those under a `not`."""
    match condition:
        case All(parts=parts) | Some(parts=parts):
            held = (part for part in parts if compile_condition(part)(subject))
            return tuple(line for part in held for line in winning_lines(part, subject))
        case Comparison():
            return (condition,) if compile_condition(condition)(subject) else ()
        case Not():
            return ()


def fields_of(condition: Condition) -> Iterable[Comparison]:
    """Every comparison of a condition."""
    match condition:
        case All(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from fields_of(part)
        case Not(part=part):
            yield from fields_of(part)
        case Comparison():
            yield condition


def spaced(text: str) -> str:
    """Text as words between single spaces, with one at either end; punctuation is a space.

    So a whole word or phrase is found by a plain search, in linear time, whatever the text.
    """
    return f" {_BETWEEN_WORDS.sub(' ', folded(text)).strip()} "


_BETWEEN_WORDS = re.compile(r"[\W_]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def _sought(word: str) -> str:
    """What to search for in spaced text: `invoic*` is the start of a word.

    Scripts written without spaces have no word ends, so there a word is found anywhere.
    """
    text = spaced(word)
    if _UNSPACED.search(text):
        return text.strip()
    return text.rstrip() if word.strip().endswith("*") else text


def _comparing(comparison: Comparison) -> Test:
    field = comparison.field
    match comparison.operator:
        case Operator.EQUALS:
            wanted = frozenset(folded(value.strip()) for value in comparison.values)
            return lambda subject: not wanted.isdisjoint(subject.values(field))
        case Operator.HAS:
            words = tuple(_sought(value) for value in comparison.values)
            return lambda subject: any(
                word in text for text in subject.texts(field) for word in words
            )
        case Operator.MATCHES:
            find = re2.compile("|".join(f"(?:{value})" for value in comparison.values)).search
            return lambda subject: any(find(value) for value in subject.raw(field))
        case Operator.EMPTY:
            return lambda subject: not any(subject.raw(field))
        case Operator.SET:
            return lambda subject: any(subject.raw(field))


def _traced(comparison: Comparison, subject: Subject) -> Trace:
    holds = _comparing(comparison)(subject)
    asks = _wording(comparison)
    values = ", ".join(value[:60] for value in subject.raw(comparison.field)) or "(empty)"
    if holds and comparison.operator in (Operator.HAS, Operator.EQUALS):
        met = ", ".join(matched_words(comparison, subject))
        return Trace(True, comparison.at, asks, f"matched {met}")
    return Trace(holds, comparison.at, asks, f"issue has {values}")


def _wording(comparison: Comparison) -> str:
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
