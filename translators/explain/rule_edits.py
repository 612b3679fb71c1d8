"""Finds the smallest edit of a rule that would decide an epic, and whom else it would touch."""

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.decision import Decision, Outcome
from models.rulebook import All, CapabilityRule, Comparison, Condition, Line, Operator, Some
from translators.explain.search import find_stems
from translators.rules.condition_trace import format_comparison
from translators.rules.conditions import compile_condition
from translators.rules.fields import IssueView, fold_text

WIDENED = {"component": Operator.EQUALS, "labels": Operator.EQUALS, "summary": Operator.HAS}
"""The lines an edit may widen, the surest first: a title says less than a component."""


class Edit(Struct, frozen=True, kw_only=True):
    """One line of a rule, before and after.

    `decides` are the other epics that only lack a claim and that it would map too, `disputes` those
    of another capability that it would claim as well.
    """

    capability_id: str
    at: Line
    before: str
    after: str
    decides: tuple[str, ...]
    disputes: tuple[str, ...]


def smallest_edit(
    epic: Issue,
    rule: CapabilityRule,
    words: Iterable[str],
    *,
    issues: Iterable[Issue],
    decisions: Iterable[Decision],
    unclaimed: Collection[int],
) -> Edit | None:
    """The edit of `rule` that maps `epic` and touches the fewest others, or None if none does.

    A line gets one value of the epic's more: a component, a label, or one of `words`. `unclaimed`
    are the epics that a claim would decide.
    """
    if rule.when is None:
        return None
    by_id = {issue.id: IssueView(issue) for issue in issues}
    others = [
        (each, by_id[each.epic_id])
        for each in decisions
        if each.epic_id in by_id.keys() - {epic.id}
    ]
    before = compile_condition(rule.when)
    found = []
    for lines in _widened(rule.when, epic, tuple(words)):
        after = compile_condition(_swapped(rule.when, lines))
        if after(IssueView(epic)):
            new = [each for each, subject in others if after(subject) and not before(subject)]
            found.append((list(WIDENED).index(lines[0].field), _edit(rule, lines, new, unclaimed)))
    found.sort(key=lambda pair: (len(pair[1].disputes), pair[0], pair[1].after))
    return found[0][1] if found else None


def _edit(
    rule: CapabilityRule,
    lines: tuple[Comparison, Comparison],
    new: Iterable[Decision],
    unclaimed: Collection[int],
) -> Edit:
    line, widened = lines
    return Edit(
        capability_id=rule.id,
        at=line.at,
        before=format_comparison(line),
        after=format_comparison(widened),
        decides=tuple(sorted(each.key for each in new if each.epic_id in unclaimed)),
        disputes=tuple(sorted(each.key for each in new if _is_anothers(each, rule.id))),
    )


def _is_anothers(decision: Decision, capability_id: str) -> bool:
    mapped = decision.outcome in (Outcome.PUBLISHED, Outcome.WAITING)
    return mapped and decision.claimed_by != capability_id


def _widened(
    condition: Condition, epic: Issue, words: tuple[str, ...]
) -> Iterator[tuple[Comparison, Comparison]]:
    """Every line that one value of the epic's would widen, before and after."""
    title = find_stems(epic.summary)
    offered = {
        "component": epic.components,
        "labels": epic.labels,
        "summary": tuple(word for word in words if word in title.values()),
    }
    for line in _asserted(condition):
        if WIDENED.get(line.field) is not line.operator:
            continue
        has = {fold_text(value).strip() for value in line.values}
        for value in offered[line.field]:
            if fold_text(value).strip() not in has:
                yield line, replace(line, values=(*line.values, value))


def _asserted(condition: Condition) -> Iterator[Comparison]:
    """The comparisons of a condition, without those under a `not`."""
    match condition:
        case All(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from _asserted(part)
        case Comparison():
            yield condition


def _swapped(condition: Condition, lines: tuple[Comparison, Comparison]) -> Condition:
    match condition:
        case All(parts=parts) | Some(parts=parts):
            return replace(condition, parts=tuple(_swapped(part, lines) for part in parts))
        case Comparison():
            return lines[1] if condition is lines[0] else condition
        case _:
            return condition
