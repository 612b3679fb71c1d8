"""Holds what a team takes for true of its epics and capabilities against what is so."""

from collections.abc import Mapping
from datetime import date

from models.backlog import HierarchyLevel, Issue
from models.capability import Capability
from models.decision import Cause, Decision, Outcome
from models.effort import Level
from models.rulebook import Assertion
from translators.rules.decide import CompiledRules

LEVELS: list[Level] = [level for level in Level if level is not Level.NOT_RATED]
_CAUSES = {"pin": Cause.PIN, "security-level": Cause.SECURITY_LEVEL}


def judge_issue(
    assertion: Assertion,
    issue: Issue | None,
    epic: Issue | None,
    compiled: CompiledRules,
    on: date,
) -> str | None:
    """What is so instead of what is asserted of an issue; None where that is so.

    Of an issue below an `epic`, what counts is the epic's decision, unless it is hidden itself; an
    item without one has a decision of its own where a capability claims it.
    """
    if issue is None:
        return "no issue that Headway has read has or had this key"
    if issue.hierarchy_level is HierarchyLevel.EPIC:
        return _judge_epic(assertion, issue, "it", compiled, on)
    if issue.is_item_without_epic and compiled.claims_item(issue):
        decision = compiled.decide_item(issue)
        return None if _is_decided(assertion, decision) else f"it {_word_decision(decision)}"
    hidden = compiled.explain_hiding(issue)
    if hidden:
        is_by = assertion.by is None or _hides(assertion.by, issue, compiled)
        return None if assertion.left_out and is_by else f"it is hidden by itself: {hidden}"
    if epic is None:
        return "it is in no epic, and no capability claims it by its `items`"
    return _judge_epic(assertion, epic, f"it is in {epic.key}, which", compiled, on)


def _judge_epic(
    assertion: Assertion, epic: Issue, who: str, compiled: CompiledRules, on: date
) -> str | None:
    decision = compiled.decide(epic, on)
    return None if _is_decided(assertion, decision) else f"{who} {_word_decision(decision)}"


def judge_capability(assertion: Assertion, rows: Mapping[str, Capability]) -> str | None:
    """What is so instead of what is asserted of a capability; None where that is so.

    `rows` are all that would be published.
    """
    row = rows.get(assertion.capability or "")
    if row is None:
        return "it is not on the list: nothing that is finished counts toward it"
    if assertion.state is not None and row.state_code != assertion.state:
        return f"its state is {row.state_code}"
    if assertion.at_least is None and assertion.at_most is None:
        return None
    if not row.is_active:
        return "it was taken off the list"
    rank = LEVELS.index(row.effort_code) if row.effort_code in LEVELS else None
    least = LEVELS.index(Level(assertion.at_least)) if assertion.at_least else 0
    most = LEVELS.index(Level(assertion.at_most)) if assertion.at_most else len(LEVELS)
    is_within = rank is not None and least <= rank <= most
    return None if is_within else f"its level is {row.effort_code}"


def word_assertion(assertion: Assertion) -> str:
    """What is asserted, in words."""
    if assertion.issue:
        if assertion.left_out:
            by = f" by {assertion.by!r}" if assertion.by else ""
            return f"{assertion.issue} is to be left out{by}"
        if assertion.counts_toward:
            return f"{assertion.issue} is to count toward {assertion.counts_toward!r}"
        return f"{assertion.issue} is to need a decision"
    bounds = [
        f"at least {assertion.at_least}" if assertion.at_least else "",
        f"at most {assertion.at_most}" if assertion.at_most else "",
        assertion.state or "",
    ]
    return f"{assertion.capability!r} is to be {' and '.join(filter(None, bounds))}"


def _is_decided(assertion: Assertion, decision: Decision) -> bool:
    if assertion.counts_toward:
        return decision.claimed_by == assertion.counts_toward
    if assertion.needs_decision:
        return decision.outcome is Outcome.NEEDS_DECISION
    if decision.outcome is not Outcome.LEFT_OUT:
        return False
    if assertion.by in _CAUSES:
        return decision.reasons[0].cause is _CAUSES[assertion.by]
    return assertion.by is None or any(
        reason.rule == assertion.by and reason.cause is Cause.SCREENING
        for reason in decision.reasons
    )


def _hides(by: str, issue: Issue, compiled: CompiledRules) -> bool:
    if issue.restricted:
        return by == "security-level"
    return any(rule.id == by for rule in compiled.list_hiding_rules(issue))


def _word_decision(decision: Decision) -> str:
    reason = decision.reasons[0]
    because = f"{reason.text} ({reason.at})" if reason.at else reason.text
    match decision.outcome:
        case Outcome.LEFT_OUT:
            return f"is left out: {because}"
        case Outcome.NEEDS_DECISION:
            return f"needs a decision: {because}"
        case _:
            return f"counts toward {decision.claimed_by!r}: {because}"
