"""Mapping: which capability claims an epic; two claims are a conflict unless one beats."""

from collections.abc import Sequence

from msgspec import Struct

from models.rulebook import CapabilityRule
from translators.conditions import Test, compile_condition
from translators.subjects import Subject


class _Compiled(Struct, frozen=True):
    rule: CapabilityRule
    when: Test


class Atlas:
    """All capabilities, compiled. Their order never matters."""

    def __init__(self, rules: Sequence[CapabilityRule]) -> None:
        self.by_id = {rule.id: rule for rule in rules}
        self._rules = tuple(
            _Compiled(rule, compile_condition(rule.when))
            for rule in sorted(rules, key=lambda rule: rule.id)
            if rule.when is not None
        )

    def claims(self, subject: Subject) -> tuple[CapabilityRule, ...]:
        """The capabilities that claim an epic and that no other claimant beats."""
        claimants = [compiled.rule for compiled in self._rules if compiled.when(subject)]
        beaten = {loser for rule in claimants for loser in rule.beats}
        return tuple(rule for rule in claimants if rule.id not in beaten)
