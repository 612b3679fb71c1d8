"""Advises on an undecided epic: what would settle it, and where it likely belongs."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from models.backlog import Issue
from models.decision import Cause, Decision, Outcome
from models.rulebook import Then
from models.snapshot import Snapshot
from translators.explain.rule_edits import RuleEdit, find_smallest_edit
from translators.explain.similarity import LikelyCapability, find_likely_capabilities
from translators.rules.decide import CompiledRules


class Advice(Struct, frozen=True, kw_only=True):
    """What would settle an epic: in words, and as the smallest edit of the likeliest rule.

    There is no `edit` where more than a claim is missing, or where no line could be widened.
    """

    to_settle: str
    likely: tuple[LikelyCapability, ...]
    edit: RuleEdit | None


def advise_on_decision(
    epic: Issue, snapshot: Snapshot, compiled: CompiledRules, decisions: Mapping[int, Decision]
) -> Advice:
    """Advice on an epic that needs a decision, among all `decisions` by epic."""
    decision = decisions[epic.id]
    rules = {rule.id: rule for rule in compiled.book.capabilities}
    likely: tuple[LikelyCapability, ...] = ()
    if decision.reasons[0].cause not in (Cause.DRAFT, Cause.PIN):
        likely = find_likely_capabilities(epic, snapshot.issues, decisions.values(), rules.values())
    edit = None
    if likely and _lacks_a_claim(decision, compiled):
        edit = find_smallest_edit(
            epic,
            rules[likely[0].capability_id],
            likely[0].words,
            issues=snapshot.issues,
            decisions=decisions.values(),
            unclaimed={
                each.epic_id for each in decisions.values() if _lacks_a_claim(each, compiled)
            },
        )
    to_settle = _describe_remedy(decision, decisions.values(), compiled)
    return Advice(to_settle=to_settle, likely=likely, edit=edit)


def _lacks_a_claim(decision: Decision, compiled: CompiledRules) -> bool:
    weak = {rule.id for rule in compiled.book.screening if rule.then is Then.HOLD_UNCLAIMED}
    return decision.outcome is Outcome.NEEDS_DECISION and all(
        reason.cause is Cause.NO_RULE or (reason.cause is Cause.SCREENING and reason.rule in weak)
        for reason in decision.reasons
    )


def _describe_remedy(
    decision: Decision, decisions: Iterable[Decision], compiled: CompiledRules
) -> str:
    if _lacks_a_claim(decision, compiled):
        return "add a line to a capability's  when:  that it meets, or pin it"
    first = decision.reasons[0]
    match first.cause:
        case Cause.CONFLICT:
            return _describe_precedence(decision, decisions)
        case Cause.DRAFT:
            return f"name {first.rule} as a customer would, then delete its  draft: true"
        case _:
            return "pin it to a capability, or pin it with  hide: true"


def _describe_precedence(decision: Decision, decisions: Iterable[Decision]) -> str:
    """The line that settles a conflict, and the other conflicts of the same capabilities."""
    claimants = _find_claimants(decision)
    also = sorted(
        other.key
        for other in decisions
        if other.rule == decision.rule and _find_claimants(other) == claimants
    )
    also.remove(decision.key)
    settles = f"   (decides {' '.join(also)} too)" if also else ""
    return f"add  beats: [{claimants[1]}]  to {claimants[0]}, or the other way round{settles}"


def _find_claimants(decision: Decision) -> list[str]:
    return [each.rule for each in decision.reasons if each.cause is Cause.CAPABILITY and each.rule]
