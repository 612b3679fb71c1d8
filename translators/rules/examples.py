"""Holds rules against their own examples: issue keys, or only the fields that matter."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from models.backlog import HierarchyLevel, Issue, StatusCategory
from models.rulebook import CapabilityRule, Example, ScreeningRule
from translators.rules.conditions import compile_condition
from translators.rules.fields import IssueView

Rule = CapabilityRule | ScreeningRule
FindIssue = Callable[[str], Issue | None]
"""The issue of a key, None where there is none."""

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


class ExampleView(IssueView):
    """An issue of which only the fields of an example are known; all others are empty."""

    __slots__ = ("_fields",)

    def __init__(self, example: Example) -> None:
        super().__init__(_NOTHING)
        self._fields = example.fields

    def read_values(self, field: str) -> tuple[str, ...]:
        """The values that the example gives."""
        return self._fields.get(field, ())


def find_false_examples(rule: Rule, find_issue: FindIssue) -> Iterator[tuple[Example, str]]:
    """The examples that do not come out as they say, each with what it does instead.

    An example by a key that no issue has says nothing and is passed over.
    """
    if rule.when is None:
        return
    when = compile_condition(rule.when)
    unless = rule.unless if isinstance(rule, ScreeningRule) else None
    spared = compile_condition(unless) if unless else None
    for example in rule.examples:
        view = _view_example(example, find_issue)
        if view is None:
            continue
        is_met = when(view)
        is_spared = is_met and spared is not None and spared(view)
        if (is_met and not is_spared) is not example.matches:
            yield example, _word_verdict(example, is_spared=is_spared)


def find_unknown_examples(rule: Rule, find_issue: FindIssue) -> Iterator[Example]:
    """The examples by a key that no issue has."""
    for example in rule.examples:
        if example.key is not None and find_issue(example.key) is None:
            yield example


def list_missing_examples(rule: Rule) -> tuple[str, ...]:
    """Of `match` and `no_match`, those under which a rule with a condition has no example."""
    if rule.when is None:
        return ()
    kinds = {example.matches for example in rule.examples}
    return tuple(name for name, kind in (("match", True), ("no_match", False)) if kind not in kinds)


def _view_example(example: Example, find_issue: FindIssue) -> IssueView | None:
    if example.key is None:
        return ExampleView(example)
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
