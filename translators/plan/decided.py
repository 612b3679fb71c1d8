"""Has every epic decided, and every item without one that a capability claims."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue
from models.capability import PublishedState
from models.decision import Cause, Decision, Outcome
from models.rollup import EpicRollup
from models.snapshot import Snapshot
from translators.rules.decide import CompiledRules
from translators.rules.fields import IssueView


class DecidedItems(Struct, frozen=True):
    """Decisions about items without an epic: now, of those released, and by the rules before."""

    decisions: tuple[Decision, ...] = ()
    released: tuple[Decision, ...] = ()
    before: tuple[Decision, ...] = ()


def join_decided(parts: Iterable[DecidedItems]) -> DecidedItems:
    """All of them, in the order of their ids."""
    parts = tuple(parts)

    def join(several: Iterable[tuple[Decision, ...]]) -> tuple[Decision, ...]:
        found = (decision for each in several for decision in each)
        return tuple(sorted(found, key=lambda decision: decision.epic_id))

    return DecidedItems(
        join(part.decisions for part in parts),
        join(part.released for part in parts),
        join(part.before for part in parts),
    )


def list_fed_items(published_state: PublishedState) -> frozenset[int]:
    """The ids of the items without an epic that feed what was published last."""
    capabilities = published_state.capabilities.values()
    return frozenset(
        feed.epic_id for kept in capabilities for feed in kept.contributing_epics if feed.is_item
    )


def decide_items(
    issues: Iterable[Issue],
    groups: Mapping[int, EpicRollup],
    compiled: CompiledRules,
    fed: Collection[int],
    before: CompiledRules | None = None,
) -> DecidedItems:
    """Decide the items that have a group by themselves, and are there.

    One that nothing claims any more waits for a decision where the data moved it, and is released
    where the rules did: those `before` claim it as it is.
    """
    now: list[Decision] = []
    released: list[Decision] = []
    then: list[Decision] = []
    for issue in issues:
        group = groups.get(issue.id)
        if group is None or not group.is_item or issue.missing_since is not None:
            continue
        was_claimed = before is not None and before.claims_item(issue)
        if before and (issue.id in fed or was_claimed):
            then.append(before.decide_item(issue))
        if not compiled.claims_item(issue) and issue.id not in fed:
            continue
        decision = compiled.decide_item(issue)
        if was_claimed and not compiled.claims_item(issue):
            released.append(replace(decision, outcome=Outcome.LEFT_OUT))
        else:
            now.append(decision)
    return DecidedItems(tuple(now), tuple(released), tuple(then))


def decide_epics(
    issues: Iterable[Issue], compiled: CompiledRules, on: date
) -> tuple[Decision, ...]:
    """The decision about every epic that is there, by the rules alone."""
    return tuple(
        compiled.decide(epic, on)
        for epic in issues
        if epic.hierarchy_level is HierarchyLevel.EPIC and epic.missing_since is None
    )


def decide_epics_twice(
    issues: Iterable[Issue], compiled: CompiledRules, before: CompiledRules | None, on: date
) -> tuple[tuple[Decision, ...], tuple[Decision, ...] | None]:
    """The same by two rule books, each epic looked at once; None `before` which there is none."""
    if before is None:
        return decide_epics(issues, compiled, on), None
    now, then = [], []
    for epic in issues:
        if epic.hierarchy_level is HierarchyLevel.EPIC and epic.missing_since is None:
            view = IssueView(epic)
            now.append(compiled.decide(epic, on, view))
            then.append(before.decide(epic, on, view))
    return tuple(now), tuple(then)


def decide_gone(snapshot: Snapshot, compiled: CompiledRules) -> tuple[Decision, ...]:
    """Decisions about missing epics that fed the list, as they were last seen: where a pin, a
    screening rule or a security level has the word. All others stay where they were.
    """
    on = snapshot.as_of.date()
    decisions = (
        compiled.decide(each, on)
        if each.hierarchy_level is HierarchyLevel.EPIC
        else compiled.decide_item(each)
        for each in snapshot.gone_epics
    )
    return tuple(
        decision
        for decision in decisions
        if decision.reasons[0].cause is Cause.PIN
        or (
            decision.outcome is Outcome.LEFT_OUT
            and decision.reasons[0].cause in (Cause.SCREENING, Cause.SECURITY_LEVEL)
        )
    )


def is_hidden(issue: Issue, compiled: CompiledRules) -> bool:
    """Whether what an issue brought is no part of its epic's work: epics are never hidden in it."""
    return issue.hierarchy_level is not HierarchyLevel.EPIC and compiled.hides(issue)
