"""Holds rules against their own examples: issue keys, or only the fields that matter."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, StatusCategory
from models.conditions import Comparison, Condition, Line, Operator
from models.rulebook import CapabilityRule, Example, ScreeningRule
from translators.rules.condition_trace import (
    Trace,
    find_met_lines,
    find_met_values,
    format_comparison,
    trace_condition,
)
from translators.rules.conditions import compile_condition, find_asserted
from translators.rules.fields import IssueView, name_category

Rule = CapabilityRule | ScreeningRule
FindIssue = Callable[[str], Issue | None]
"""The issue of a key, None where there is none."""
CATEGORY = "status category"
MOST_LINES = 3
"""Lines of a rule that are told for one example."""
LONGEST_LINE = 60

_NOTHING = Issue(
    site="",
    id=0,
    key="",
    project_id=0,
    project="",
    type_id="",
    type="",
    hierarchy_level=HierarchyLevel.EPIC,
    status="",
    status_category=StatusCategory.UNDEFINED,
    updated_at=datetime(1970, 1, 1, tzinfo=UTC),
)


class FieldsView(IssueView):
    """An issue of which only some fields are known; all others are empty."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(_NOTHING)
        self._fields = fields

    def read_values(self, field: str) -> tuple[str, ...]:
        """The values that are given."""
        return self._fields.get(field, ())


def view_fields(values: Mapping[str, tuple[str, ...]]) -> FieldsView:
    """An issue of which the mirror's own values of some fields are known: a category's code."""
    if CATEGORY not in values:
        return FieldsView(values)
    return FieldsView({**values, CATEGORY: name_category(values[CATEGORY][0])})


def find_false_examples(rule: Rule, find_issue: FindIssue) -> Iterator[tuple[Example, str]]:
    """The examples that do not come out as they say, each with what it does instead.

    An example by a key that no issue has says nothing and is passed over.
    """
    unless = rule.unless if isinstance(rule, ScreeningRule) else None
    spared = compile_condition(unless) if unless else None
    for example in rule.examples:
        view = _view_example(example, find_issue)
        if view is None:
            continue
        when = _find_tested(rule, example, find_issue)
        if when is None:
            return
        is_met = compile_condition(when)(view)
        is_spared = is_met and spared is not None and spared(view)
        if (is_met and not is_spared) is not example.matches:
            verdict = _word_verdict(example, is_spared=is_spared)
            yield example, f"{verdict}: {_explain_verdict(example, when, unless, view)}"


class ExampleCount(Struct, frozen=True):
    """How the examples of some rules come out; `unread` are keys that no issue has.

    `untested` are rules without any example, `unexercised` the values that no example of their own
    rule that must match meets, each with the line that it is in and its rule.
    """

    examples: int
    rules: int
    failed: int
    unread: int
    untested: tuple[str, ...]
    unexercised: tuple[tuple[Line, str, str], ...]

    @property
    def passed(self) -> int:
        """The examples that come out as they say."""
        return self.examples - self.failed - self.unread


def count_examples(rules: Iterable[Rule], find_issue: FindIssue, failed: int) -> ExampleCount:
    """The examples of these rules, of which so many `failed`, and what no example speaks of."""
    rules = [rule for rule in rules if has_condition(rule)]
    return ExampleCount(
        examples=sum(len(rule.examples) for rule in rules),
        rules=sum(bool(rule.examples) for rule in rules),
        failed=failed,
        unread=sum(len(list(find_unknown_examples(rule, find_issue))) for rule in rules),
        untested=tuple(rule.id for rule in rules if not rule.examples),
        unexercised=tuple(found for rule in rules for found in _find_unexercised(rule, find_issue)),
    )


def _find_unexercised(rule: Rule, find_issue: FindIssue) -> Iterator[tuple[Line, str, str]]:
    views = [
        view
        for example in rule.examples
        if example.matches and (view := _view_example(example, find_issue))
    ]
    for line in (line for each in _list_conditions(rule) for line in find_asserted(each)):
        met = {value for view in views for value in find_met_values(line, view)}
        if line.operator in (Operator.EQUALS, Operator.HAS):
            for value in line.values:
                if value not in met:
                    yield line.at, rule.id, value


def find_unknown_examples(rule: Rule, find_issue: FindIssue) -> Iterator[Example]:
    """The examples by a key that no issue has."""
    for example in rule.examples:
        if example.key is not None and find_issue(example.key) is None:
            yield example


def list_missing_examples(rule: Rule) -> tuple[str, ...]:
    """Of `match` and `no_match`, those under which a rule with a condition has no example."""
    if not has_condition(rule):
        return ()
    kinds = {example.matches for example in rule.examples}
    return tuple(name for name, kind in (("match", True), ("no_match", False)) if kind not in kinds)


def has_condition(rule: Rule) -> bool:
    """Whether a rule claims or screens anything by a condition."""
    return bool(_list_conditions(rule))


def _list_conditions(rule: Rule) -> list[Condition]:
    items = rule.items if isinstance(rule, CapabilityRule) else None
    return [each for each in (rule.when, items) if each is not None]


def _find_tested(rule: Rule, example: Example, find_issue: FindIssue) -> Condition | None:
    """What an example is held against: `items` for the key of an item without an epic, and where
    there is no `when`.
    """
    conditions = _list_conditions(rule)
    issue = find_issue(example.key) if example.key else None
    is_item = issue is not None and issue.is_item_without_epic
    return next(iter(reversed(conditions) if is_item else conditions), None)


def _view_example(example: Example, find_issue: FindIssue) -> IssueView | None:
    if example.key is None:
        return FieldsView(example.fields)
    issue = find_issue(example.key)
    return None if issue is None else IssueView(issue)


def _word_verdict(example: Example, *, is_spared: bool) -> str:
    given = example.key or ", ".join(
        f"{name}: {' / '.join(values)}" for name, values in example.fields.items()
    )
    if not example.matches:
        return f"should not match {given}, and does"
    if is_spared:
        return f"should match {given}, and its `unless` spares that"
    return f"should match {given}, and does not"


def _explain_verdict(
    example: Example, when: Condition, unless: Condition | None, view: IssueView
) -> str:
    """The lines by which it matched or is spared, or those that it does not meet."""
    if not example.matches:
        return _word_lines(find_met_lines(when, view), view) or "every `not` of it holds"
    missed = _list_missed(trace_condition(when, view))
    if missed:
        return "; ".join(
            f"line {each.at.line} `{_shorten(each.asks)}`: {each.found}"
            for each in missed[:MOST_LINES]
        )
    spared = find_met_lines(unless, view) if unless else ()
    return _word_lines(spared, view) or "every `not` of its `unless` holds"


def _word_lines(lines: Sequence[Comparison], view: IssueView) -> str:
    told = []
    for line in lines[:MOST_LINES]:
        values = ", ".join(map(repr, find_met_values(line, view)))
        found = f"found {values}" if values else f"it is {line.operator}"
        told.append(f"line {line.at.line} `{_shorten(format_comparison(line))}` {found}")
    return "; ".join(told)


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 3]}..."


def _list_missed(trace: Trace) -> list[Trace]:
    """The lines for which a condition is not met; what a `not` refuses is one of them."""
    if trace.is_met:
        return []
    if not trace.parts:
        return [trace]
    if trace.asks == "not":
        (inner,) = trace.parts
        met = [each for each in _list_leaves(inner) if each.is_met]
        return [replace(each, asks=f"not: {each.asks}") for each in met] or [trace]
    return [missed for part in trace.parts for missed in _list_missed(part)]


def _list_leaves(trace: Trace) -> list[Trace]:
    if not trace.parts:
        return [trace]
    return [leaf for part in trace.parts for leaf in _list_leaves(part)]
