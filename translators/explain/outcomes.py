"""Says in a few words what became of an issue, be it there or gone."""

from collections.abc import Mapping

from models.backlog import HierarchyLevel, Issue
from models.decision import Decision, Outcome
from translators.plan.translate import Translation
from translators.rules.decide import CompiledRules

_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PUBLISHED: "counts toward {name}",
    Outcome.WAITING: "will count toward {name}: nothing behind it is finished yet",
    Outcome.LEFT_OUT: "left out: {heading}",
    Outcome.NEEDS_DECISION: "needs a decision: {heading}",
}

GONE = "is not in Jira any more"


def describe_outcome(
    issue: Issue,
    epic: Issue | None,
    decision: Decision | None,
    translation: Translation,
    compiled: CompiledRules,
    *,
    is_credited: bool,
) -> str:
    """Counts toward Invoicing, left out: regulatory, is not in Jira any more, and the like.

    `epic` is its epic, or itself if it is one; `decision` is about that, None where it is gone.
    """
    outcome = _describe_decided(issue, epic, decision, compiled, translation)
    if issue.missing_since is None or issue.hierarchy_level is HierarchyLevel.EPIC:
        return outcome
    return f"{outcome}; it {GONE}" if is_credited else f"{GONE}, and counts nowhere"


def _describe_decided(
    issue: Issue,
    epic: Issue | None,
    decision: Decision | None,
    compiled: CompiledRules,
    translation: Translation,
) -> str:
    """In a few words what became of an issue: counts toward Invoicing, left out: regulatory."""
    is_epic = issue.hierarchy_level is HierarchyLevel.EPIC
    is_child = not is_epic and not (decision and decision.is_item)
    if is_child and (decision or issue.epic_id) and compiled.hides(issue):
        return f"left out by itself: {compiled.explain_hiding(issue)}"
    if decision is None:
        return _describe_undecided(issue, epic, compiled, translation)
    row = translation.rows.get(decision.claimed_by or "")
    name = row.name if row else decision.claimed_by
    told = _OUTCOMES[decision.outcome].format(heading=decision.heading, name=name)
    if decision.outcome is Outcome.WAITING and (
        refused := find_refusal(decision.claimed_by or "", translation)
    ):
        return f"will count toward {name}: {refused}"
    if decision.outcome is Outcome.NEEDS_DECISION and decision.counts_for:
        kept = translation.rows.get(decision.counts_for)
        fed = kept.name if kept else decision.counts_for
        return f"{told}; until then it counts toward {fed}, which it fed before"
    return told


def find_refusal(capability_id: str, translation: Translation) -> str:
    """Why the promise linter keeps a capability off the list; nothing where it does not."""
    for finding in translation.plan.findings:
        if (finding.code, finding.where) == ("promise-in-text", capability_id):
            return f"its words are refused: {finding.what}"
    return ""


def _describe_undecided(
    issue: Issue, epic: Issue | None, compiled: CompiledRules, translation: Translation
) -> str:
    """The same where no decision is made: without an epic, or with one that is gone."""
    if epic is None:
        if fed := _find_fed(issue.id, translation):
            return f"what was done for it counts toward {fed}, as last seen; it has no epic"
        return "counts in its team's total; it has no epic"
    fed = _find_fed(epic.id, translation)
    decision = compiled.decide(epic, translation.plan.as_of.date())
    if fed:
        counts = f"what was done for it counts toward {fed}, as last seen"
    elif decision.outcome is Outcome.LEFT_OUT:
        counts = f"left out: {decision.heading}"
    else:
        counts = "it counts toward nothing"
    return f"{GONE}; {counts}" if issue is epic else f"its epic {epic.key} {GONE}; {counts}"


def _find_fed(epic_id: int, translation: Translation) -> str | None:
    """The name of the capability that an epic feeds."""
    for capability_id, evidence in translation.attribution.evidence.items():
        if any(feed.epic_id == epic_id for feed in evidence.contributing_epics):
            row = translation.rows.get(capability_id)
            return row.name if row else capability_id
    return None
