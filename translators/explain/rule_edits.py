"""Finds the smallest edit of a rule that would decide an epic, and which others it would affect."""

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.decision import Decision, Outcome
from models.rulebook import All, CapabilityRule, Comparison, Condition, Line, Operator, Some
from translators.explain.search import find_stems
from translators.rules.condition_trace import format_yaml
from translators.rules.conditions import compile_condition, find_asserted
from translators.rules.fields import IssueView
from translators.words import fold_value

WIDENED = {"component": Operator.EQUALS, "labels": Operator.EQUALS, "summary": Operator.HAS}
"""The lines an edit may widen, the surest first: a title says less than a component."""


class RuleEdit(Struct, frozen=True, kw_only=True):
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


def find_smallest_edit(
    epic: Issue,
    rule: CapabilityRule,
    words: Iterable[str],
    *,
    issues: Iterable[Issue],
    decisions: Iterable[Decision],
    unclaimed: Collection[int],
) -> RuleEdit | None:
    """The edit of `rule` that maps `epic` and affects the fewest others, or None if none does.

    A line gets one value of the epic's more: a component, a label, or one of `words`. `unclaimed`
    are the epics that a claim would decide.
    """
    if rule.when is None:
        return None
    views = {issue.id: IssueView(issue) for issue in issues if issue.id != epic.id}
    others = [(other, views[other.epic_id]) for other in decisions if other.epic_id in views]
    before = compile_condition(rule.when)
    edits = []
    for line, widened in _widen_lines(rule.when, epic, tuple(words)):
        after = compile_condition(_replace_line(rule.when, line, widened))
        if after(IssueView(epic)):
            new = [other for other, view in others if after(view) and not before(view)]
            edit = _build_edit(rule, line, widened, new, unclaimed)
            edits.append((len(edit.disputes), list(WIDENED).index(line.field), edit.after, edit))
    return min(edits, key=lambda ranked: ranked[:-1])[-1] if edits else None


def _build_edit(
    rule: CapabilityRule,
    line: Comparison,
    widened: Comparison,
    new: Iterable[Decision],
    unclaimed: Collection[int],
) -> RuleEdit:
    return RuleEdit(
        capability_id=rule.id,
        at=line.at,
        before=format_yaml(line),
        after=format_yaml(widened),
        decides=tuple(sorted(other.key for other in new if other.epic_id in unclaimed)),
        disputes=tuple(sorted(other.key for other in new if _is_anothers(other, rule.id))),
    )


def _is_anothers(decision: Decision, capability_id: str) -> bool:
    mapped = decision.outcome in (Outcome.PUBLISHED, Outcome.WAITING)
    return mapped and decision.claimed_by != capability_id


def _widen_lines(
    condition: Condition, epic: Issue, words: tuple[str, ...]
) -> Iterator[tuple[Comparison, Comparison]]:
    """Every line that one value of the epic's would widen, before and after."""
    title = find_stems(epic.summary)
    offered = {
        "component": epic.components,
        "labels": epic.labels,
        "summary": tuple(word for word in words if word in title.values()),
    }
    for line in find_asserted(condition):
        if WIDENED.get(line.field) is not line.operator:
            continue
        present = {fold_value(value) for value in line.values}
        for value in offered[line.field]:
            if fold_value(value) not in present:
                yield line, replace(line, values=(*line.values, value))


def _replace_line(condition: Condition, line: Comparison, widened: Comparison) -> Condition:
    match condition:
        case All(parts=parts) | Some(parts=parts):
            return replace(condition, parts=tuple(_replace_line(p, line, widened) for p in parts))
        case Comparison():
            return widened if condition is line else condition
        case _:
            return condition
