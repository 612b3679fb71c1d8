"""Remembers what data moved since a person last let it through, so that steps add up.

A guard that compares with the publication before is passed in steps, each below its limit. So
whatever data moves on the list leaves behind how it was, and until when: the level of a
capability, that it had an epic, the decision of an epic. That is what guards compare with, until
it is as it was again, a person approves a publication, a rule is changed that decides it, or it was
so long ago that nobody would call it one change.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from models.capability import PastLevel, PublishedCapability
from models.decision import Decision, Outcome
from models.effort import Level
from models.snapshot import Snapshot
from translators.plan.attribution import NOTHING, Evidence
from translators.plan.rule_diff import RuleDiff

LATELY = timedelta(days=30)
"""So far back what data moved counts along."""


def counts_along(until: datetime | None, as_of: datetime) -> bool:
    """Whether how it was `until` then is still what is compared with."""
    return until is not None and as_of - until < LATELY


def choose_lately(until: Mapping[int, datetime], as_of: datetime) -> frozenset[int]:
    """The epics, by id, of which how it was `until` then is still what is compared with."""
    return frozenset(epic for epic, moment in until.items() if counts_along(moment, as_of))


def find_level_let_through(kept: PublishedCapability, as_of: datetime) -> Level:
    """The level that the next one of a capability is compared with."""
    past = (each.level for each in kept.past_levels if counts_along(each.until, as_of))
    return next(past, kept.row.effort_code)


def had_epic(kept: PublishedCapability, as_of: datetime) -> bool:
    """Whether a capability has an epic, or had its last one lately."""
    return kept.is_claimed or counts_along(kept.claimed_until, as_of)


def find_lapsed(
    snapshot: Snapshot, decisions: Iterable[Decision], rule_diff: RuleDiff
) -> dict[int, str]:
    """The keys of epics, by id, that had a decision when last published and have none by data.

    None for a first publication: whatever was decided before, nobody read of it.
    """
    if not snapshot.published_state.revision:
        return {}
    return {
        each.epic_id: each.key
        for each in decisions
        if each.outcome is Outcome.NEEDS_DECISION
        and each.epic_id in snapshot.decided
        and each.epic_id not in rule_diff.decided_before
    }


def note_moves(
    passed: Mapping[str, PublishedCapability],
    snapshot: Snapshot,
    evidence: Mapping[str, Evidence],
    rule_diff: RuleDiff,
) -> dict[str, PublishedCapability]:
    """What is to be published, each with what data has moved it from."""
    before = snapshot.published_state.capabilities
    return {
        key: _note_move(before.get(key), after, evidence.get(key, NOTHING), rule_diff, snapshot)
        for key, after in passed.items()
    }


def _note_move(
    before: PublishedCapability | None,
    after: PublishedCapability,
    evidence: Evidence,
    rule_diff: RuleDiff,
    snapshot: Snapshot,
) -> PublishedCapability:
    levels: tuple[PastLevel, ...] = ()
    claimed_until = None
    if before is not None and before.row.is_active and after.row.is_active:
        if after.capability_id not in rule_diff.relevelled:
            levels = _pass_level(before, after.row.effort_code, snapshot.as_of)
        is_settled = after.is_claimed or evidence.is_left_out
        if not is_settled and after.capability_id not in rule_diff.reattributed:
            claimed_until = snapshot.as_of if before.is_claimed else before.claimed_until
    return replace(after, past_levels=levels, claimed_until=claimed_until)


def _pass_level(
    before: PublishedCapability, level: Level, as_of: datetime
) -> tuple[PastLevel, ...]:
    """The past levels of what was `before` and has this level now.

    One that comes back was never away: what came after it is forgotten.
    """
    was = before.row.effort_code
    if level is was:
        return before.past_levels
    past = [each for each in before.past_levels if counts_along(each.until, as_of)]
    past.append(PastLevel(was, as_of))
    levels = [each.level for each in past]
    return tuple(past[: levels.index(level)] if level in levels else past)
