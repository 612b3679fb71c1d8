"""Mapping: which capability claims an epic; two claims are a conflict unless one beats.

What is off the list competes with nothing on it; alone, it leaves its epics to the one that its
`use` names.
"""

from collections.abc import Sequence

from models.rulebook import CapabilityRule
from translators.rules.conditions import compile_condition
from translators.rules.fields import IssueView


class CompiledMapping:
    """All capabilities, compiled. Their order never matters."""

    def __init__(self, rules: Sequence[CapabilityRule]) -> None:
        self.by_id = {rule.id: rule for rule in rules}
        self._compiled = tuple(
            (rule, compile_condition(rule.when))
            for rule in sorted(rules, key=lambda rule: rule.id)
            if rule.when is not None
        )
        self._items = tuple(
            (rule, compile_condition(rule.items))
            for rule in sorted(rules, key=lambda rule: rule.id)
            if rule.items is not None
        )

    @property
    def claims_items(self) -> bool:
        """Whether any capability claims items that have no epic."""
        return bool(self._items)

    def find_item_claimants(self, issue: IssueView) -> tuple[CapabilityRule, ...]:
        """The same of an item without an epic, by what capabilities say of `items`."""
        return self._settle(
            _prefer_listed([rule for rule, matcher in self._items if matcher(issue)])
        )

    def find_claimants(self, issue: IssueView) -> tuple[CapabilityRule, ...]:
        """The capabilities that claim an epic and that no other claimant beats, by id."""
        return self._settle(self._find_matches(issue))

    def _settle(self, claimants: list[CapabilityRule]) -> tuple[CapabilityRule, ...]:
        beaten = {loser for rule in claimants for loser in rule.beats}
        left = tuple(rule for rule in claimants if rule.id not in beaten)
        if len(left) < 2 or not left[0].is_taken_off:
            return left
        first_by_use = {self.find_replacement(rule).id: rule for rule in reversed(left)}
        listed = [rule for use, rule in first_by_use.items() if not self.by_id[use].is_taken_off]
        return tuple(sorted(listed, key=lambda rule: rule.id)) or left[:1]

    def find_beaten(self, issue: IssueView) -> tuple[tuple[CapabilityRule, CapabilityRule], ...]:
        """The claimants that another beats, each with the first one that does."""
        claimants = self._find_matches(issue)
        winners = {loser: rule for rule in reversed(claimants) for loser in rule.beats}
        return tuple((rule, winners[rule.id]) for rule in claimants if rule.id in winners)

    def _find_matches(self, issue: IssueView) -> list[CapabilityRule]:
        """Whatever matches, by id; what is off the list only where nothing else does."""
        return _prefer_listed([rule for rule, matcher in self._compiled if matcher(issue)])

    def find_replacement(self, rule: CapabilityRule) -> CapabilityRule:
        """The capability to read instead of one that is off the list; itself if there is none."""
        while rule.withdrawn is not None and rule.withdrawn.use in self.by_id:
            rule = self.by_id[rule.withdrawn.use]
        return rule


def _prefer_listed(claimants: list[CapabilityRule]) -> list[CapabilityRule]:
    return [rule for rule in claimants if not rule.is_taken_off] or claimants
