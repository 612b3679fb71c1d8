"""Advises on an undecided epic: what would settle it, and where it likely belongs."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from models.backlog import Issue
from models.decision import Cause, Decision, Outcome
from models.rulebook import Then
from models.snapshot import Snapshot
from translators.explain.rule_edits import Edit, smallest_edit
from translators.explain.similarity import LikelyCapability, likely_capabilities
from translators.rules.decide import CompiledRules


class Advice(Struct, frozen=True, kw_only=True):
    """What would settle an epic: in words, and as the smallest edit of the likeliest rule.

    There is no `edit` where more than a claim is missing, or where no line could be widened.
    """

    to_settle: str
    likely: tuple[LikelyCapability, ...]
    edit: Edit | None


def advise_on_decision(
    epic: Issue, snapshot: Snapshot, compiled: CompiledRules, decisions: Mapping[int, Decision]
) -> Advice:
    """Advice on an epic that needs a decision, among all `decisions` by epic."""
    decision = decisions[epic.id]
    rules = {rule.id: rule for rule in compiled.book.capabilities}
    likely: tuple[LikelyCapability, ...] = ()
    if decision.reasons[0].cause not in (Cause.DRAFT, Cause.PIN):
        likely = likely_capabilities(epic, snapshot.issues, decisions.values(), rules.values())
    edit = None
    if likely and _lacks_a_claim(decision, compiled):
        rule, words = rules[likely[0].capability_id], likely[0].words
        unclaimed = {each.epic_id for each in decisions.values() if _lacks_a_claim(each, compiled)}
        edit = smallest_edit(
            epic,
            rule,
            words,
            issues=snapshot.issues,
            decisions=decisions.values(),
            unclaimed=unclaimed,
        )
    return Advice(
        to_settle=_to_settle(decision, decisions.values(), compiled), likely=likely, edit=edit
    )


def _lacks_a_claim(decision: Decision, compiled: CompiledRules) -> bool:
    weak = {rule.id for rule in compiled.book.screening if rule.then is Then.HOLD_UNCLAIMED}
    return decision.outcome is Outcome.NEEDS_DECISION and all(
        reason.cause is Cause.NO_RULE or (reason.cause is Cause.SCREENING and reason.rule in weak)
        for reason in decision.reasons
    )


def _to_settle(decision: Decision, decisions: Iterable[Decision], compiled: CompiledRules) -> str:
    if _lacks_a_claim(decision, compiled):
        return "add a line to a capability's  when:  that it meets, or pin it"
    rules = _claimants(decision)
    match decision.reasons[0].cause:
        case Cause.CONFLICT:
            also = sorted(
                other.key
                for other in decisions
                if other.heading == decision.heading and _claimants(other) == rules
            )
            also.remove(decision.key)
            settles = f"   (decides {' '.join(also)} too)" if also else ""
            return f"add  beats: [{rules[1]}]  to {rules[0]}, or the other way round{settles}"
        case Cause.DRAFT:
            draft = decision.reasons[0].rule
            return f"name {draft} as a customer would, then delete its  draft: true"
        case _:
            return "pin it to a capability, or pin it with  hide: true"


def _claimants(decision: Decision) -> list[str]:
    found = (reason.rule for reason in decision.reasons if reason.cause is Cause.CAPABILITY)
    return [rule for rule in found if rule]
