"""Answers what a screening rule does. Never published."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from models.conditions import Line
from models.decision import Cause, Decision
from models.rulebook import ScreeningRule, Then

_DOES = {
    Then.HIDE: "leaves out what it matches",
    Then.HOLD: "has a person decide what it matches",
    Then.HOLD_UNCLAIMED: "has a person decide what it matches and no capability claims",
}


class RuleExplanation(Struct, frozen=True, kw_only=True):
    """What a screening rule does, where it stands, and the epics that it decides, by outcome."""

    rule: str
    reason: str
    at: Line
    owner: str | None
    does: str
    decides: dict[str, tuple[str, ...]]


def explain_rule(rule: ScreeningRule, decisions: Iterable[Decision]) -> RuleExplanation:
    """The account of a screening rule; `decisions` are about all epics."""
    decides: dict[str, list[str]] = defaultdict(list)
    for decision in decisions:
        if any(r.rule == rule.id and r.cause is Cause.SCREENING for r in decision.reasons):
            decides[decision.outcome.replace("_", " ")].append(decision.key)
    return RuleExplanation(
        rule=rule.id,
        reason=rule.reason,
        at=rule.at,
        owner=rule.owner,
        does=_DOES[rule.then],
        decides={outcome: tuple(sorted(keys)) for outcome, keys in sorted(decides.items())},
    )
