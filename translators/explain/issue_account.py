"""Answers what became of an issue, and why. Never published."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from models.backlog import RESTRICTED, HierarchyLevel, Issue
from models.decision import Decision, Outcome
from models.rollup import EpicRollup
from models.snapshot import Snapshot
from translators.backlog.names import list_names
from translators.effort.reversals import find_standing_credits
from translators.explain.advice import Advice, advise_on_decision
from translators.explain.circumstances import (
    Circumstances,
    is_in_force,
    tell_of_decision,
    tell_of_issue,
)
from translators.explain.ledger_statement import (
    Credit,
    Fortnights,
    list_credits,
    sum_fortnights,
)
from translators.explain.outcomes import describe_outcome
from translators.plan.translate import Translation
from translators.rules.decide import CompiledRules, RuleTrace


class IssueExplanation(Struct, frozen=True, kw_only=True):
    """What became of one issue; `decision` is its epic's, or its own if it is one.

    `traces` and `advice` are for one whose epic needs a decision. `noticed` is what is true of it
    beside the rules, and which of them do not apply.
    """

    key: str
    summary: str
    type: str
    in_force: bool
    epic: str | None
    outcome: str
    decision: Decision | None
    noticed: tuple[str, ...]
    traces: tuple[RuleTrace, ...]
    advice: Advice | None
    credits: tuple[Credit, ...]


def explain_issue(
    key: str,
    snapshot: Snapshot,
    compiled: CompiledRules,
    translation: Translation,
    *,
    circumstances: Circumstances | None = None,
    groups: Mapping[int, EpicRollup] | None = None,
    fortnights: Fortnights | None = None,
) -> IssueExplanation | None:
    """What became of an issue by its current or a former key, or None where none has it.

    `groups` are the rollups by epic, `fortnights` those of its credits, where the snapshot has not
    every entry of them.
    """
    issue = _find_issue(key, snapshot.issues)
    if issue is None:
        return None
    epic_id = issue.id if issue.hierarchy_level is HierarchyLevel.EPIC else issue.epic_id
    decisions = {decision.epic_id: decision for decision in translation.attribution.decisions}
    # An item without an epic may have a decision of its own; nothing is advised for it.
    decision = decisions.get(epic_id or issue.id)
    entries = [entry for entry in snapshot.entries if entry.issue_id == issue.id]
    if fortnights is None:
        fortnights = sum_fortnights(snapshot.entries)
    epic = next((other for other in snapshot.issues if other.id == epic_id), None)
    is_undecided = decision is not None and decision.outcome is Outcome.NEEDS_DECISION
    undecided = epic if is_undecided else None
    group = (groups or {}).get(epic_id or 0)
    noticed: tuple[str, ...] = ()
    if circumstances:
        noticed = (
            *tell_of_issue(issue, key, compiled, circumstances),
            *_tell_of_epic(epic, snapshot, compiled, translation, circumstances),
        )
    return IssueExplanation(
        key=snapshot.name_on_site(issue.site, issue.key),
        summary=RESTRICTED if issue.restricted else issue.summary,
        type=issue.type,
        in_force=is_in_force(compiled, snapshot),
        epic=snapshot.name_on_site(epic.site, epic.key) if epic else None,
        outcome=describe_outcome(
            issue,
            epic,
            decision,
            translation,
            compiled,
            is_credited=bool(find_standing_credits(entries)),
            is_finished=bool(group and group.work.finished),
        ),
        decision=decision,
        noticed=noticed,
        traces=compiled.trace_rules(undecided) if undecided else (),
        advice=advise_on_decision(undecided, snapshot, compiled, decisions) if undecided else None,
        credits=list_credits(entries, {issue.id: issue.key}, fortnights),
    )


def _tell_of_epic(
    epic: Issue | None,
    snapshot: Snapshot,
    compiled: CompiledRules,
    translation: Translation,
    circumstances: Circumstances,
) -> Iterator[str]:
    if epic is None:
        return
    decided = {each.epic_id: each for each in translation.attribution.decisions}
    decision = decided.get(epic.id) or compiled.decide(epic, snapshot.as_of.date())
    yield from tell_of_decision(epic, decision, compiled, circumstances)


def _find_issue(key: str, issues: Iterable[Issue]) -> Issue | None:
    wanted = key.upper()
    former = None
    for issue in issues:
        if wanted in (issue.key, f"{issue.site.upper()}/{issue.key}"):
            return issue
        if wanted in list_names(issue):
            former = issue
    return former
