"""Advises on an undecided epic: what would settle it, and where it likely belongs."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from models.backlog import Issue
from models.decision import Cause, Decision
from models.snapshot import Snapshot
from translators.rules.decide import CompiledRules
from translators.suggestions.queue import find_private
from translators.suggestions.rule_edit import RuleEdit
from translators.suggestions.rule_edits import Undecided
from translators.suggestions.settling import find_claimants, name_draft, settle_conflict
from translators.suggestions.suggestion import Suggestion

_PIN = "pin it to a capability, or pin it with  hide: true"


class Advice(Struct, frozen=True, kw_only=True):
    """What would settle an epic: in words, and as the smallest edit of the rule book.

    There is no `edit` where none is fit to be offered: then a person pins it. `suggestion` is what
    will likely become of it, `silent` why that is not said, if so.
    """

    to_settle: str
    suggestion: Suggestion | None
    silent: str
    edit: RuleEdit | None


def advise_on_decision(
    epic: Issue, snapshot: Snapshot, compiled: CompiledRules, decisions: Mapping[int, Decision]
) -> Advice:
    """Advice on an epic that needs a decision, among all `decisions` by epic."""
    decision = decisions[epic.id]
    undecided = Undecided(
        snapshot.issues,
        decisions.values(),
        compiled,
        snapshot.as_of.date(),
        private=find_private(snapshot.issues) - {epic.id},
        below=snapshot.titles_below,
    )
    suggestion = undecided.suggest(epic.id)
    return Advice(
        to_settle=_describe_remedy(decision, undecided),
        suggestion=suggestion,
        silent="" if suggestion else undecided.suggestions.explain_silence(epic.id),
        edit=_find_edit(decision, undecided),
    )


def _find_edit(decision: Decision, undecided: Undecided) -> RuleEdit | None:
    """The edit that the queue offers for such an epic."""
    match decision.reasons[0].cause:
        case Cause.CONFLICT:
            return settle_conflict(undecided, find_claimants(decision))
        case Cause.DRAFT:
            return name_draft(undecided, decision.reasons[0].rule or "")
        case _ if decision.epic_id in undecided.lacking:
            return undecided.find_smallest_edit(decision.epic_id)
        case _:
            return None


def _describe_remedy(decision: Decision, undecided: Undecided) -> str:
    if decision.epic_id in undecided.lacking:
        return "add a line to a capability's  when:  that it meets, or pin it"
    first = decision.reasons[0]
    match first.cause:
        case Cause.CONFLICT:
            return _describe_precedence(decision, undecided.decisions.values())
        case Cause.DRAFT:
            return f"name {first.rule} as a customer would, then delete its  draft: true"
        case Cause.SCREENING:
            rules = " and ".join(sorted({each.rule for each in decision.reasons if each.rule}))
            return f"{_PIN}; name what {rules} must never hold in  unless:"
        case _:
            return _PIN


def _describe_precedence(decision: Decision, decisions: Iterable[Decision]) -> str:
    """The line that settles a conflict, and the other conflicts of the same capabilities."""
    claimants = find_claimants(decision)
    also = sorted(
        other.key
        for other in decisions
        if other.rule == decision.rule and find_claimants(other) == claimants
    )
    also.remove(decision.key)
    settles = f"   (decides {' '.join(also)} too)" if also else ""
    return f"add  beats: [{claimants[1]}]  to {claimants[0]}, or the other way round{settles}"
