"""Says in a few words what became of an issue, be it there or gone."""

from collections.abc import Mapping
from datetime import datetime

from models.backlog import HierarchyLevel, Issue
from models.decision import Decision, Outcome
from translators.backlog.completion import compile_is_finished
from translators.backlog.fortnights import last_closed, window_of
from translators.backlog.names import list_names
from translators.plan.translate import Translation
from translators.rules.decide import CompiledRules

UNFINISHED = "nothing behind it is finished yet"
UNBOOKED = (
    "what is finished behind it is not booked yet, which is done two days after a fortnight's end"
)
_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PUBLISHED: "counts toward {name}",
    Outcome.WAITING: f"will count toward {{name}}: {UNFINISHED}",
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
    is_finished: bool = False,
) -> str:
    """Counts toward Invoicing, left out: regulatory, is not in Jira any more, and the like.

    `epic` is its epic, or itself if it is one; `decision` is about that, None where it is gone.
    `is_credited` says that the ledger has a credit of the issue, `is_finished` that something is
    finished behind its epic.
    """
    outcome = _describe_decided(issue, epic, decision, compiled, translation)
    if decision and decision.outcome is Outcome.WAITING and issue is epic and is_finished:
        outcome = outcome.replace(UNFINISHED, UNBOOKED)
    if issue is not epic and issue.missing_since is None and not is_credited:
        outcome = _describe_uncredited(issue, outcome, decision, translation, compiled)
    if issue.missing_since is None or issue.hierarchy_level is HierarchyLevel.EPIC:
        return outcome
    return f"{outcome}; it {GONE}" if is_credited else f"{GONE}, and counts nowhere"


def _describe_uncredited(
    issue: Issue,
    outcome: str,
    decision: Decision | None,
    translation: Translation,
    compiled: CompiledRules,
) -> str:
    """The same of an issue below an epic, or without one, of which nothing was booked."""
    if decision and decision.outcome in (Outcome.PUBLISHED, Outcome.WAITING):
        claimed_by = decision.claimed_by or ""
        if compiled.hides(issue) or find_refusal(claimed_by, translation):
            return outcome
        what = f"toward {_find_name(claimed_by, translation)}"
    elif issue.epic_id is None and decision is None:
        what = "in its team's total"
    else:
        return outcome
    has_no_epic = "" if issue.epic_id else "; it has no epic"
    why = _tell_why_uncredited(issue, what, compiled, translation.plan.as_of)
    return f"{why}{has_no_epic}"


def _tell_why_uncredited(issue: Issue, what: str, compiled: CompiledRules, as_of: datetime) -> str:
    """Will count toward Invoicing once it is finished, counts nowhere: it was given up, and so."""
    rules = compiled.book.effort
    if issue.hierarchy_level is HierarchyLevel.SUBTASK:
        of = issue.parent.key if issue.parent and issue.parent.key else "the issue above it"
        return f"counts {what} as a part of {of}"
    if issue.hierarchy_level is HierarchyLevel.ABOVE:
        return "counts nowhere: it stands above epics"
    for ruling in rules.void:
        if ruling.issue.upper() in list_names(issue):
            return f"counts nowhere: {ruling.by} voids it at {ruling.at}: {ruling.reason}"
    if not issue.is_done:
        return f"will count {what} once it is finished"
    if issue.done_at is None:
        return "counts nowhere: nobody knows when it was finished"
    if not compile_is_finished(rules)(issue):
        return f"counts nowhere: it was given up ({issue.resolution or issue.status})"
    finished = f"it was finished on {issue.done_at:%Y-%m-%d}"
    if window_of(issue.done_at) <= last_closed(as_of):
        return (
            f"counts nowhere yet: {finished}, and nothing is booked for it; what is found late is "
            "booked with a later fortnight, and headway status names what was set aside or waits"
        )
    booked = "a fortnight is booked two days after its end"
    return f"will count {what} once it is booked: {finished}, and {booked}"


def _find_name(capability_id: str, translation: Translation) -> str:
    row = translation.rows.get(capability_id)
    return row.name if row else capability_id


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
    name = _find_name(decision.claimed_by or "", translation)
    told = _OUTCOMES[decision.outcome].format(heading=decision.heading, name=name)
    if decision.outcome is Outcome.WAITING and (
        refused := find_refusal(decision.claimed_by or "", translation)
    ):
        return f"will count toward {name}: {refused}"
    if decision.outcome is Outcome.NEEDS_DECISION and decision.counts_for:
        fed = _find_name(decision.counts_for, translation)
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
            return _find_name(capability_id, translation)
    return None
