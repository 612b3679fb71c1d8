"""Gathers what stands behind each capability: its epics, and what is finished and booked below."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from models.capability import ContributingEpic, PublishedCapability, PublishedState
from models.decision import Cause, Decision, Outcome
from models.rollup import NO_EFFORT, EffortTotals, EpicRollup, sum_totals
from models.rulebook import WithdrawnReason
from models.snapshot import Snapshot
from translators.plan.rollup import Rollup


class Evidence(Struct, frozen=True):
    """What stands behind one capability: the epics that feed it, lost ones included.

    `is_claimed` says that the rules give it one of them now. `work` is what counts below them.
    `left_out` are epics that fed it when last published, and that screening, a pin or a security
    level keeps from sales now; `is_left_out` says that these are all that anybody still sees of it.
    """

    contributing_epics: tuple[ContributingEpic, ...]
    is_claimed: bool
    work: EffortTotals
    left_out: tuple[ContributingEpic, ...] = ()
    is_left_out: bool = False


class Attribution(Struct, frozen=True):
    """Every epic's decision, every capability's evidence, and where each credit went."""

    decisions: tuple[Decision, ...]
    evidence: Mapping[str, Evidence]
    account: Mapping[str, int]
    as_of: datetime


NOTHING = Evidence((), False, NO_EFFORT)
_KEPT_FROM_SALES = (Cause.SECURITY_LEVEL, Cause.PIN, Cause.SCREENING)


def attribute_effort(
    snapshot: Snapshot, rollup: Rollup, gone: Sequence[Decision] = ()
) -> Attribution:
    """Say what each epic counts for, and add up what stands behind every capability.

    `gone` are decisions about missing epics: they move what those fed, and are counted nowhere.
    The account sums all credits by where they went: `published`, `waiting`, `left_out`,
    `needs_decision`, `no_epic` and `hidden_items`; together they are the ledger. Items without an
    epic that a capability claims have entries of their own: `items_published` and so on.
    """
    attributed = attribute_epics(rollup.decisions, snapshot.published_state)
    all_decided = (*attributed, *attribute_epics(gone, snapshot.published_state))
    contributing_epics = feeds_of(all_decided, snapshot.published_state, projects_in(rollup.groups))
    decisions = tuple(_mark_waiting(decision, rollup.groups) for decision in attributed)
    claimed = {
        d.claimed_by for d in all_decided if d.outcome in (Outcome.PUBLISHED, Outcome.WAITING)
    }
    left_out = _find_left_out(snapshot, all_decided)
    ours = {decision.site for decision in decisions}
    seen = {decision.epic_id for decision in all_decided}
    evidence = {
        capability: Evidence(
            contributing_epics.get(capability, ()),
            capability in claimed,
            sum_totals(
                _work_of(feed.epic_id, rollup.groups)
                for feed in contributing_epics.get(capability, ())
                if feed.site in ours
            ),
            left_out.get(capability, ()),
            capability in left_out
            and not any(
                feed.epic_id in seen or feed.site not in ours
                for feed in contributing_epics.get(capability, ())
            ),
        )
        for capability in contributing_epics.keys() | left_out.keys()
    }
    account = _sum_account(decisions, evidence, rollup.groups)
    return Attribution(decisions, evidence, account, snapshot.as_of)


def projects_in(groups: Mapping[int, EpicRollup]) -> dict[int, str]:
    """The project of each epic."""
    return {number: group.project for number, group in groups.items() if group.project}


def attribute_epics(
    decisions: Iterable[Decision], published_state: PublishedState
) -> tuple[Decision, ...]:
    """The decision about every epic with the capability it counts for, by the rules alone."""
    remembered = {
        (feed.site, feed.epic_id): capability.capability_id
        for capability in published_state.capabilities.values()
        for feed in capability.contributing_epics
        if not _was_left_out(capability)
    }

    def counts_for(decision: Decision) -> str | None:
        if decision.outcome is Outcome.NEEDS_DECISION:
            return remembered.get((decision.site, decision.epic_id))
        return decision.claimed_by if decision.outcome is Outcome.PUBLISHED else None

    return tuple(replace(decision, counts_for=counts_for(decision)) for decision in decisions)


def _mark_waiting(decision: Decision, groups: Mapping[int, EpicRollup]) -> Decision:
    """A claimed epic waits until a credit stands behind it."""
    if decision.outcome is not Outcome.PUBLISHED:
        return decision
    is_worked = _work_of(decision.epic_id, groups).credit > 0
    return decision if is_worked else replace(decision, outcome=Outcome.WAITING)


def before_waiting(decision: Decision) -> Decision:
    """The decision as it was before anybody looked at what stands behind the epic."""
    if decision.outcome is Outcome.WAITING:
        return replace(decision, outcome=Outcome.PUBLISHED)
    return decision


def _work_of(epic_id: int, groups: Mapping[int, EpicRollup]) -> EffortTotals:
    group = groups.get(epic_id)
    return group.work if group else NO_EFFORT


def feeds_of(
    decisions: Sequence[Decision], published_state: PublishedState, projects: Mapping[int, str]
) -> dict[str, tuple[ContributingEpic, ...]]:
    """The epics behind each capability; those nobody sees now stay where they last were.

    `projects` are where the epics are.
    """
    contributing_epics: dict[str, set[ContributingEpic]] = defaultdict(set)
    decided = {(decision.site, decision.epic_id) for decision in decisions}
    for decision in decisions:
        if decision.counts_for is not None:
            project = projects[decision.epic_id]
            contributing_epics[decision.counts_for].add(
                ContributingEpic(decision.site, decision.epic_id, project, is_item=decision.is_item)
            )
    for capability in published_state.capabilities.values():
        if _was_left_out(capability):
            continue
        lost = {
            feed
            for feed in capability.contributing_epics
            if (feed.site, feed.epic_id) not in decided
        }
        contributing_epics[capability.capability_id] |= lost
    return {
        capability: tuple(sorted(found))
        for capability, found in contributing_epics.items()
        if found
    }


def _find_left_out(
    snapshot: Snapshot, decisions: Sequence[Decision]
) -> dict[str, tuple[ContributingEpic, ...]]:
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
            for feed in kept.contributing_epics
            if causes.get((feed.site, feed.epic_id)) in _KEPT_FROM_SALES
            or (_was_left_out(kept) and (feed.site, feed.epic_id) not in causes)
        )
        for kept in snapshot.published_state.capabilities.values()
    }
    return {
        capability: contributing_epics
        for capability, contributing_epics in found.items()
        if contributing_epics
    }


def _was_left_out(kept: PublishedCapability) -> bool:
    """Whether it came off the list as not for sale: nothing that merely fed it brings it back."""
    return kept.row.withdrawn_reason is WithdrawnReason.NOT_FOR_SALE


def withhold_refused(
    attribution: Attribution, refused: Collection[str], rollup: Rollup
) -> Attribution:
    """The same, with the epics of capabilities whose words were refused waiting, not published."""
    if not refused:
        return attribution
    decisions = tuple(
        replace(decision, outcome=Outcome.WAITING)
        if decision.outcome is Outcome.PUBLISHED and decision.claimed_by in refused
        else decision
        for decision in attribution.decisions
    )
    account = _sum_account(decisions, attribution.evidence, rollup.groups)
    return replace(attribution, decisions=decisions, account=account)


def _sum_account(
    decisions: Iterable[Decision],
    evidence: Mapping[str, Evidence],
    groups: Mapping[int, EpicRollup],
) -> dict[str, int]:
    """Where each credit went; what fed something and is gone counts as published."""
    feeds = (feed for each in evidence.values() for feed in each.contributing_epics)
    outcomes = {feed.epic_id: Outcome.PUBLISHED for feed in feeds}
    outcomes |= {decision.epic_id: decision.outcome for decision in decisions}
    account: Counter[str] = Counter()
    for number, group in groups.items():
        place = outcomes.get(number)
        if group.is_item and place:
            account[f"items_{place}"] += group.work.credit
        elif place in (Outcome.PUBLISHED, Outcome.WAITING):
            account["hidden_items"] += group.work.hidden
            account[place] += group.work.credit
        else:
            account[place or "no_epic"] += group.work.credit + group.work.hidden
    return {str(place): credit for place, credit in account.items() if credit}
