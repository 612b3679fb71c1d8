"""Answers why: where a level comes from, and what became of an issue. Never published."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from models.backlog import Issue, Rung
from models.capability import Capability
from models.decision import Cause, Decision, Outcome
from models.effort import LevelMove, Rating
from models.rulebook import CapabilityRule
from models.world import World
from translators.accounts import Credit, credits_of, distances, last_move, sentence_of
from translators.deciding import Judge, RuleTrace
from translators.planning import Translation
from translators.standing import NOTHING


class CapabilityStory(Struct, frozen=True, kw_only=True):
    """Why a capability reads as it does. Edges and credits stay inside the product team."""

    capability_id: str
    name: str
    row: Capability | None
    sentence: str
    credits: tuple[Credit, ...]
    rating: Rating
    distances: tuple[str, ...]
    last_move: str | None
    epics: tuple[str, ...]
    not_listed_because: str | None


class IssueStory(Struct, frozen=True, kw_only=True):
    """What became of one issue; `decision` is its epic's, or its own if it is one."""

    key: str
    summary: str
    type: str
    epic: str | None
    outcome: str
    decision: Decision | None
    traces: tuple[RuleTrace, ...]
    to_settle: str | None
    credits: tuple[Credit, ...]


def explain_capability(
    rule: CapabilityRule,
    world: World,
    edges: Sequence[int],
    translation: Translation,
    move: LevelMove | None = None,
) -> CapabilityStory:
    """The account of one capability; `move` is when its published level last changed."""
    capability_id = rule.id
    evidence = translation.standing.evidence.get(capability_id, NOTHING)
    keys = {issue.id: issue.key for issue in world.issues}
    rating = translation.ratings[capability_id]
    row = translation.rows.get(capability_id)
    return CapabilityStory(
        capability_id=capability_id,
        name=rule.name,
        row=row,
        sentence=sentence_of(rule.name, evidence.entries, rating, edges),
        credits=credits_of(evidence.entries, keys),
        rating=rating,
        distances=distances(rating, edges),
        last_move=last_move(move, evidence.entries),
        epics=tuple(sorted(keys.get(feed.epic_id, "?") for feed in evidence.feeds)),
        not_listed_because=None if row else _why_not_listed(rule.draft, bool(evidence.feeds)),
    )


def explain_issue(
    key: str, world: World, judge: Judge, translation: Translation
) -> IssueStory | None:
    """What became of an issue by its current or a former key, or None where none has it."""
    issue = _find(key, world.issues)
    if issue is None:
        return None
    by_id = {other.id: other for other in world.issues}
    epic_id = issue.id if issue.rung is Rung.EPIC else issue.epic_id
    decisions = {decision.epic_id: decision for decision in translation.standing.decisions}
    decision = decisions.get(epic_id) if epic_id is not None else None
    entries = [entry for entry in world.entries if entry.issue_id == issue.id]
    epic = by_id.get(epic_id) if epic_id is not None else None
    return IssueStory(
        key=issue.key,
        summary="(a security level is set)" if issue.restricted else issue.summary,
        type=issue.type,
        epic=epic.key if epic else None,
        outcome=outcome_of(issue, decision, judge, translation),
        decision=decision,
        traces=judge.traces(epic) if epic and _is_disputed(decision) else (),
        to_settle=_to_settle(decision) if decision else None,
        credits=credits_of(entries, {issue.id: issue.key}),
    )


def outcome_of(
    issue: Issue, decision: Decision | None, judge: Judge, translation: Translation
) -> str:
    """In a few words what became of an issue: counts toward Invoicing, left out: regulatory."""
    if decision is None:
        return "counts in its team's total; it has no epic"
    if issue.rung is not Rung.EPIC and judge.hides(issue):
        return f"left out by itself: {judge.why_hidden(issue)}"
    return _OUTCOMES[decision.outcome].format(
        heading=decision.heading,
        name=_name(decision.claimed_by, translation),
    )


def _is_disputed(decision: Decision | None) -> bool:
    return decision is not None and decision.outcome is Outcome.NEEDS_DECISION


def _to_settle(decision: Decision) -> str | None:
    """The line that would decide an undecided epic, or None for a decided one."""
    if decision.outcome is not Outcome.NEEDS_DECISION:
        return None
    rules = [reason.rule for reason in decision.reasons if reason.cause is Cause.CAPABILITY]
    match decision.reasons[0].cause:
        case Cause.CONFLICT:
            return f"add  beats: [{rules[1]}]  to {rules[0]}, or the other way round"
        case Cause.DRAFT:
            draft = decision.reasons[0].rule
            return f"name {draft} as a customer would, then delete its  draft: true"
        case Cause.NO_RULE:
            return "add a line to a capability's  when:  that it meets, or pin it"
        case _:
            return "pin it to a capability, or pin it with  hide: true"


_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PUBLISHED: "counts toward {name}",
    Outcome.WAITING: "will count toward {name}: nothing behind it is finished yet",
    Outcome.LEFT_OUT: "left out: {heading}",
    Outcome.NEEDS_DECISION: "needs a decision: {heading}",
}


def _name(capability_id: str | None, translation: Translation) -> str:
    row = translation.rows.get(capability_id or "")
    return row.name if row else capability_id or ""


def _find(key: str, issues: Iterable[Issue]) -> Issue | None:
    wanted = key.upper()
    former = None
    for issue in issues:
        if issue.key == wanted:
            return issue
        if wanted in issue.former_keys:
            former = issue
    return former


def _why_not_listed(draft: bool, claimed: bool) -> str:
    if draft:
        return "it is a draft: a person must name it first"
    return "nothing behind it is finished yet" if claimed else "no epic is mapped to it"
