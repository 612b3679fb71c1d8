"""Screening: leaves out technical debt and regulatory work, and holds what a person must see."""

from collections.abc import Sequence

from msgspec import Struct

from models.backlog import Issue
from models.rulebook import ScreeningRule, Then
from translators.rules.conditions import Test, compile_condition
from translators.rules.fields import IssueView

_STRENGTH = (Then.HIDE, Then.HOLD, Then.HOLD_UNCLAIMED)


class _Compiled(Struct, frozen=True):
    rule: ScreeningRule
    when: Test
    unless: Test | None


class CompiledScreening:
    """All screening rules, compiled. Their order never matters."""

    def __init__(self, rules: Sequence[ScreeningRule]) -> None:
        self._rules = tuple(
            _Compiled(
                rule,
                compile_condition(rule.when),
                compile_condition(rule.unless) if rule.unless else None,
            )
            for rule in sorted(rules, key=lambda rule: (_STRENGTH.index(rule.then), rule.id))
        )
        self._hiding = tuple(rule for rule in self._rules if rule.rule.then is Then.HIDE)

    def matches(self, subject: IssueView) -> tuple[ScreeningRule, ...]:
        """Every rule that matches, the strongest first; an `unless` that holds means no match."""
        return tuple(compiled.rule for compiled in self._rules if _matches(compiled, subject))

    def hiding_rule(self, issue: Issue) -> ScreeningRule | None:
        """The first rule that hides an issue outright; holds do not hide."""
        subject = IssueView(issue)
        return next((rule.rule for rule in self._hiding if _matches(rule, subject)), None)


def _matches(compiled: _Compiled, subject: IssueView) -> bool:
    if not compiled.when(subject):
        return False
    return compiled.unless is None or not compiled.unless(subject)
