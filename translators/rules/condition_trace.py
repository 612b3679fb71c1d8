"""Why an issue meets a condition or not: a slower reading of the tree that the closures are of."""

import re
from collections.abc import Callable

from msgspec import Struct

from models.conditions import All, Comparison, Condition, Line, Not, Operator, Some
from translators.rules.conditions import compile_comparison, index_words
from translators.rules.fields import IssueView
from translators.rules.weights import BAR, Weight, index_weights
from translators.words import fold_value

LONGEST_VALUE = 60

_PLAIN = re.compile(r"[A-Za-z](?:[\w./+-]| (?! |$))*", re.ASCII)
"""Letters, digits and what never means anything to YAML, with single spaces between them."""
_NO_TEXTS = frozenset("true false yes no on off null y n".split())


class Trace(Struct, frozen=True):
    """How one line of a condition fared: whether it is met, what it asks, what the issue has."""

    is_met: bool
    at: Line
    asks: str
    found: str
    parts: tuple["Trace", ...] = ()


def trace_condition(condition: Condition, issue: IssueView) -> Trace:
    """The verdict of the compiled condition with its reasons, line by line."""
    match condition:
        case All(parts=parts, at=at):
            traces = tuple(trace_condition(part, issue) for part in parts)
            return _group_traces(all(t.is_met for t in traces), at, "all of these", traces)
        case Some(parts=parts, at=at):
            traces = tuple(trace_condition(part, issue) for part in parts)
            return _group_traces(any(t.is_met for t in traces), at, "any of these", traces)
        case Not(part=part, at=at):
            inner = trace_condition(part, issue)
            return Trace(not inner.is_met, at, "not", "", (inner,))
        case Comparison():
            return _trace_comparison(condition, issue)


def find_met_lines(condition: Condition, issue: IssueView) -> tuple[Comparison, ...]:
    """The comparisons by which an issue meets a condition, without those under a `not`."""
    return _evaluate_condition(condition, issue)[1]


def find_met_values(comparison: Comparison, issue: IssueView) -> tuple[str, ...]:
    """Which of a line's own words the issue meets, as the rule writes them; () for patterns.

    Of words that are weighed, those that speak for it, the heaviest first.
    """
    field, values = comparison.field, comparison.values
    match comparison.operator:
        case Operator.EQUALS:
            folded = issue.fold_values(field)
            return tuple(value for value in values if fold_value(value) in folded)
        case Operator.HAS:
            found = index_words(tuple(values)).find_values(issue, field)
            return tuple(value for value in values if value in found)
        case Operator.WEIGHS:
            weights = sorted(find_weights(comparison, issue), key=lambda each: -each.weight)
            return tuple(each.word for each in weights if each.weight > 0)
        case _:
            return ()


def find_weights(comparison: Comparison, issue: IssueView) -> tuple[Weight, ...]:
    """The words of a line that are weighed, and that the issue has."""
    weighed = index_weights(comparison.values)
    texts = issue.read_values(comparison.field)
    return tuple(weight for text in texts for weight in weighed.find_weights(text))


def format_comparison(comparison: Comparison) -> str:
    """A line as the rule book writes it, its values without their brackets.

    Of one that weighs words, which are thousands, what they must come to.
    """
    if comparison.operator is Operator.WEIGHS:
        return f"{comparison.field} weighs {BAR} or more"
    return _write_line(comparison, ", ".join(comparison.values), str)


def format_yaml(comparison: Comparison) -> str:
    """A line as it can be pasted into a rule book: YAML that says exactly this."""
    values = [_quote(value) for value in comparison.values]
    listed = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
    return _write_line(comparison, listed, _quote)


def _write_line(comparison: Comparison, values: str, write_key: Callable[[str], str]) -> str:
    field = comparison.field
    match comparison.operator:
        case Operator.EQUALS:
            return f"{write_key(field)}: {values}"
        case Operator.EMPTY | Operator.SET:
            return f"{write_key(f'{field} is')}: {comparison.operator}"
        case operator:
            return f"{write_key(f'{field} {operator}')}: {values}"


def _quote(text: str) -> str:
    """Plain where YAML reads it as the text that it is, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NO_TEXTS:
        return text
    return f'"{"".join(map(_escape, text))}"'


def _escape(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08x}"


def _evaluate_condition(
    condition: Condition, issue: IssueView
) -> tuple[bool, tuple[Comparison, ...]]:
    match condition:
        case All(parts=parts) | Some(parts=parts):
            verdicts = [_evaluate_condition(part, issue) for part in parts]
            met = [lines for is_met, lines in verdicts if is_met]
            is_met = len(met) == len(parts) if isinstance(condition, All) else bool(met)
            return is_met, tuple(line for lines in met for line in lines)
        case Not(part=part):
            return not _evaluate_condition(part, issue)[0], ()
        case Comparison():
            is_met = compile_comparison(condition)(issue)
            return is_met, (condition,) if is_met else ()


def _trace_comparison(comparison: Comparison, issue: IssueView) -> Trace:
    is_met = compile_comparison(comparison)(issue)
    asks = format_comparison(comparison)
    if comparison.operator is Operator.WEIGHS:
        return Trace(is_met, comparison.at, asks, _word_weights(find_weights(comparison, issue)))
    if is_met and comparison.operator in (Operator.HAS, Operator.EQUALS):
        met = ", ".join(find_met_values(comparison, issue))
        return Trace(True, comparison.at, asks, f"matched {met}")
    values = [value[:LONGEST_VALUE] for value in issue.read_values(comparison.field)]
    return Trace(is_met, comparison.at, asks, f"issue has {', '.join(values) or '(empty)'}")


def _word_weights(weights: tuple[Weight, ...]) -> str:
    if not weights:
        return "none of its words is weighed"
    listed = ", ".join(f"{each.word} {each.weight:+}" for each in weights if each.weight)
    return f"comes to {sum(each.weight for each in weights)}: {listed}"


def _group_traces(is_met: bool, at: Line, asks: str, parts: tuple[Trace, ...]) -> Trace:
    number = sum(part.is_met for part in parts)
    return Trace(is_met, at, asks, f"{number} of {len(parts)} met", parts)
