"""Screening: leaves out technical debt and regulatory work, and holds what a person must see."""

from collections.abc import Sequence

from msgspec import Struct

from models.backlog import Issue
from models.rulebook import ScreeningRule, Then
from translators.rules.conditions import Matcher, compile_condition
from translators.rules.fields import IssueView

_STRENGTH = (Then.HIDE, Then.HOLD, Then.HOLD_UNCLAIMED)


class _CompiledRule(Struct, frozen=True):
    rule: ScreeningRule
    when: Matcher
    unless: Matcher | None

    def is_met(self, issue: IssueView) -> bool:
        if not issue.meets(self.when):
            return False
        return self.unless is None or not issue.meets(self.unless)


class CompiledScreening:
    """All screening rules, compiled. Their order never matters."""

    def __init__(self, rules: Sequence[ScreeningRule]) -> None:
        self._compiled = tuple(
            _CompiledRule(
                rule,
                compile_condition(rule.when),
                compile_condition(rule.unless) if rule.unless else None,
            )
            for rule in sorted(rules, key=lambda rule: (_STRENGTH.index(rule.then), rule.id))
        )
        self._hiding = tuple(each for each in self._compiled if each.rule.then is Then.HIDE)

    def find_matches(self, issue: IssueView) -> tuple[ScreeningRule, ...]:
        """Every rule that matches, the strongest first; an `unless` that is met means no match."""
        return tuple(compiled.rule for compiled in self._compiled if compiled.is_met(issue))

    def find_hiding_rule(self, issue: Issue) -> ScreeningRule | None:
        """The first rule that hides an issue outright; one that holds it does not hide it."""
        view = IssueView(issue)
        return next((compiled.rule for compiled in self._hiding if compiled.is_met(view)), None)

    def hides(self, issue: IssueView) -> bool:
        """Whether any rule hides an issue outright."""
        return any(compiled.is_met(issue) for compiled in self._hiding)
