"""Answers why: where a level comes from, and what became of an issue. Never published."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from msgspec import Struct

from models.backlog import Issue, Rung
from models.capability import Capability
from models.decision import Cause, Decision, Outcome
from models.effort import FORTNIGHT, MICRO, Entry, Level, Rating, Unit
from models.rulebook import RuleBook
from models.world import World
from translators.deciding import Judge, RuleTrace
from translators.planning import Translation
from translators.standing import NOTHING
from translators.windows import window_start


class Credit(Struct, frozen=True, kw_only=True):
    """What one team's one window gave a capability, with every number of the formula.

    effort = size / denominator x people x 2 weeks x windows; `credit` is the sum of the entries
    in micro-person-weeks, each rounded down on its own.
    """

    team: str
    first_day: datetime
    last_day: datetime
    unit: Unit
    size: str
    denominator: str
    people: str
    windows: int
    credit: int
    issues: tuple[str, ...]


class CapabilityStory(Struct, frozen=True, kw_only=True):
    """Why a capability reads as it does. Edges and credits stay inside the product team."""

    capability_id: str
    name: str
    row: Capability | None
    sentence: str
    credits: tuple[Credit, ...]
    rating: Rating
    starts_at: dict[Level, int]
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


def weeks(micro: int) -> str:
    """Micro-person-weeks as person-weeks for people: one decimal, rounded down."""
    return f"{micro // (MICRO // 10) / 10:g}"


def explain_capability(
    capability_id: str, world: World, book: RuleBook, translation: Translation
) -> CapabilityStory | None:
    """The account of one capability by its id, or None where no rule has it."""
    rule = next((rule for rule in book.capabilities if rule.id == capability_id), None)
    if rule is None:
        return None
    evidence = translation.standing.evidence.get(capability_id, NOTHING)
    keys = {issue.id: issue.key for issue in world.issues}
    rating = translation.ratings[capability_id]
    credits = _credits(evidence.entries, keys)
    starts = dict(zip(list(Level)[1:], book.effort.edges, strict=False))
    row = translation.rows.get(capability_id)
    return CapabilityStory(
        capability_id=capability_id,
        name=rule.name,
        row=row,
        sentence=_sentence(rule.name, credits, rating, starts),
        credits=credits,
        rating=rating,
        starts_at=starts,
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
        credits=_credits(entries, {issue.id: issue.key}),
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


def _credits(entries: Sequence[Entry], keys: Mapping[int, str]) -> tuple[Credit, ...]:
    by_window: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        by_window[(entry.window, entry.team)].append(entry)
    return tuple(_credit(found, keys) for _, found in sorted(by_window.items()))


def _credit(entries: Sequence[Entry], keys: Mapping[int, str]) -> Credit:
    first = entries[0]
    start = window_start(first.window)
    return Credit(
        team=first.team,
        first_day=start,
        last_day=start + FORTNIGHT - timedelta(days=1),
        unit=first.unit,
        size=_number(sum((entry.size for entry in entries), Fraction(0))),
        denominator=_number(first.denominator),
        people=_number(first.people),
        windows=first.windows,
        credit=sum(entry.credit for entry in entries),
        issues=tuple(sorted(keys.get(entry.issue_id, str(entry.issue_id)) for entry in entries)),
    )


def _sentence(
    name: str, credits: Sequence[Credit], rating: Rating, starts: Mapping[Level, int]
) -> str:
    """What a lay reader understands: the largest single share, the sum, and the edge."""
    if not credits:
        return f"No finished work is booked for {name}."
    largest = max(credits, key=lambda credit: credit.credit)
    unit = "points" if largest.unit is Unit.POINTS else "items"
    window = f"{_day(largest.first_day)} to {_day(largest.last_day)}"
    fortnights = "fortnight" if largest.windows == 1 else f"{largest.windows} fortnights"
    total = sum(credit.credit for credit in credits)
    edge = f"; {rating.level} starts at {starts[rating.level]}" if rating.level in starts else ""
    return (
        f"{largest.size} of the {largest.denominator} {unit} team {largest.team} finished "
        f"{window} were {name}: that share of {largest.people} people's {fortnights} is "
        f"{weeks(largest.credit)} person-weeks; in all {weeks(total)}{edge}."
    )


def _why_not_listed(draft: bool, claimed: bool) -> str:
    if draft:
        return "it is a draft: a person must name it first"
    return "nothing behind it is finished yet" if claimed else "no epic is mapped to it"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _number(value: Fraction) -> str:
    return f"{float(value):g}"
