"""Gathers what stands behind each capability: its epics, their finished items, and the credits."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue, Rung
from models.capability import Feed, Remembered
from models.decision import Cause, Decision, Outcome
from models.effort import Entry
from models.rulebook import EffortRules, WithdrawnReason
from models.world import World
from translators.deciding import Judge
from translators.effort import countable


class Evidence(Struct, frozen=True):
    """What stands behind one capability: the epics that feed it, lost ones included.

    `is_claimed` says that the rules give it one of them now. `finished` are the finished items
    below them that count; `entries` what the ledger has of them. `left_out` are epics that fed it
    when last published, and that screening, a pin or a security level keeps from sales now.
    """

    feeds: tuple[Feed, ...]
    is_claimed: bool
    finished: tuple[Issue, ...]
    entries: tuple[Entry, ...]
    left_out: tuple[Feed, ...] = ()


class Standing(Struct, frozen=True):
    """Every epic's decision, every capability's evidence, and where each credit went."""

    decisions: tuple[Decision, ...]
    evidence: Mapping[str, Evidence]
    account: Mapping[str, int]
    as_of: datetime


NOTHING = Evidence((), False, (), ())
_KEPT_FROM_SALES = (Cause.SECURITY_LEVEL, Cause.PIN, Cause.SCREENING)


def gather(world: World, judge: Judge, rules: EffortRules) -> Standing:
    """Decide every epic, then add up what its countable work amounts to.

    The account sums all credits by where they went: `published`, `waiting`, `left_out`,
    `needs_decision`, `no_epic` and `hidden_items`; together they are the ledger.
    """
    attributed = attribute(world, judge)
    feeds = feeds_of(world, attributed)
    fed = {feed.epic_id for found in feeds.values() for feed in found}
    credits: dict[int, list[Entry]] = defaultdict(list)
    for entry in world.entries:
        credits[entry.issue_id].append(entry)
    finished = {item.id for item in countable(world.issues, rules)[0]}
    below: dict[int, list[Issue]] = defaultdict(list)
    for issue in world.issues:
        epic = _epic_of(issue)
        if epic not in fed or not (issue.id in credits or issue.id in finished):
            continue
        if issue.rung is Rung.EPIC or not judge.hides(issue):
            below[epic].append(issue)
    decisions = tuple(_awaited(decision, below, credits) for decision in attributed)
    claimed = {d.claimed_by for d in decisions if d.outcome in (Outcome.PUBLISHED, Outcome.WAITING)}
    left_out = _left_out(world, attributed)
    evidence = {
        capability: replace(
            _evidence(feeds.get(capability, ()), capability in claimed, below, finished, credits),
            left_out=left_out.get(capability, ()),
        )
        for capability in feeds.keys() | left_out.keys()
    }
    return Standing(decisions, evidence, _account(world, decisions, below), world.as_of)


def attribute(world: World, judge: Judge) -> tuple[Decision, ...]:
    """The decision about every epic, and which capability it counts for, by the rules alone."""
    remembered = {
        (feed.site, feed.epic_id): capability.capability_id
        for capability in world.memory.capabilities.values()
        for feed in capability.feeds
        if not _was_left_out(capability)
    }
    decisions = []
    for epic in world.issues:
        if epic.rung is not Rung.EPIC or epic.missing_since is not None:
            continue
        decision = judge.decide(epic, world.as_of.date())
        if decision.outcome is Outcome.PUBLISHED:
            decision = replace(decision, counts_for=decision.claimed_by)
        elif decision.outcome is Outcome.NEEDS_DECISION:
            decision = replace(decision, counts_for=remembered.get((epic.site, epic.id)))
        decisions.append(decision)
    return tuple(decisions)


def _awaited(
    decision: Decision,
    below: Mapping[int, Sequence[Issue]],
    credits: Mapping[int, Sequence[Entry]],
) -> Decision:
    """A claimed epic waits until a credit stands behind it."""
    if decision.outcome is not Outcome.PUBLISHED:
        return decision
    items = below.get(decision.epic_id, ())
    credit = sum(entry.credit for item in items for entry in credits.get(item.id, ()))
    return decision if credit > 0 else replace(decision, outcome=Outcome.WAITING)


def _evidence(
    feeds: tuple[Feed, ...],
    is_claimed: bool,
    below: Mapping[int, Sequence[Issue]],
    finished: Collection[int],
    credits: Mapping[int, Sequence[Entry]],
) -> Evidence:
    issues = [issue for feed in feeds for issue in below.get(feed.epic_id, ())]
    return Evidence(
        feeds,
        is_claimed,
        tuple(issue for issue in issues if issue.id in finished),
        tuple(entry for issue in issues for entry in credits.get(issue.id, ())),
    )


def _epic_of(issue: Issue) -> int | None:
    """The epic that an issue counts for: an epic stands for itself."""
    return issue.id if issue.rung is Rung.EPIC else issue.epic_id


def feeds_of(world: World, decisions: Sequence[Decision]) -> dict[str, tuple[Feed, ...]]:
    """The epics behind each capability; those nobody sees now stay where they last were."""
    feeds: dict[str, set[Feed]] = defaultdict(set)
    projects = {issue.id: issue.project for issue in world.issues if issue.rung is Rung.EPIC}
    decided = {(decision.site, decision.epic_id) for decision in decisions}
    for decision in decisions:
        if decision.counts_for is not None:
            project = projects[decision.epic_id]
            feeds[decision.counts_for].add(Feed(decision.site, decision.epic_id, project))
    for capability in world.memory.capabilities.values():
        if _was_left_out(capability):
            continue
        lost = {feed for feed in capability.feeds if (feed.site, feed.epic_id) not in decided}
        feeds[capability.capability_id] |= lost
    return {capability: tuple(sorted(found)) for capability, found in feeds.items() if found}


def _left_out(world: World, decisions: Sequence[Decision]) -> dict[str, tuple[Feed, ...]]:
    """What fed each capability and is kept from sales now; unseen, it is what it last was."""
    causes = {
        (decision.site, decision.epic_id): decision.reasons[0].cause
        if decision.outcome is Outcome.LEFT_OUT
        else None
        for decision in decisions
    }
    found = {
        kept.capability_id: tuple(
            feed
            for feed in kept.feeds
            if causes.get((feed.site, feed.epic_id)) in _KEPT_FROM_SALES
            or (_was_left_out(kept) and (feed.site, feed.epic_id) not in causes)
        )
        for kept in world.memory.capabilities.values()
    }
    return {capability: feeds for capability, feeds in found.items() if feeds}


def _was_left_out(kept: Remembered) -> bool:
    """Whether it came off the list as not for sale: nothing that merely fed it brings it back."""
    return kept.row.withdrawn_reason is WithdrawnReason.NOT_FOR_SALE


def _account(
    world: World, decisions: Sequence[Decision], below: Mapping[int, Sequence[Issue]]
) -> dict[str, int]:
    by_id = {issue.id: issue for issue in world.issues}
    outcomes = {decision.epic_id: str(decision.outcome) for decision in decisions}
    counted = {issue.id for listed in below.values() for issue in listed}
    account: Counter[str] = Counter()
    for entry in world.entries:
        issue = by_id.get(entry.issue_id)
        epic = _epic_of(issue) if issue else None
        place = outcomes.get(epic or 0, "no_epic")
        hidden = place in (Outcome.PUBLISHED, Outcome.WAITING) and entry.issue_id not in counted
        account["hidden_items" if hidden else place] += entry.credit
    return dict(account)
