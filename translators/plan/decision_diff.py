"""Tells which epics a changed rule book decides otherwise, on one and the same mirror."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from models.decision import Decision, Outcome


class DecisionChange(Struct, frozen=True, kw_only=True):
    """One epic's decision under both rule books."""

    key: str
    before: Decision
    after: Decision


class DecisionDiff(Struct, frozen=True, kw_only=True):
    """Epics that go the same way: `left out: regulatory (screening.yaml:9)`, and the same after."""

    before: str
    after: str
    keys: tuple[str, ...]


def diff_decisions(
    before: Iterable[Decision], after: Iterable[Decision]
) -> tuple[DecisionChange, ...]:
    """The epics whose outcome differs, or the rule that it is by, by key."""
    old = {each.epic_id: each for each in before}
    found = [
        DecisionChange(key=each.key, before=old[each.epic_id], after=each)
        for each in after
        if each.epic_id in old and not old[each.epic_id].decides_like(each)
    ]
    return tuple(sorted(found, key=lambda each: each.key))


def group_changes(found: Iterable[DecisionChange]) -> tuple[DecisionDiff, ...]:
    """The same, put together by where they come from and go; the most first."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in found:
        groups[_tell_place(each.before), _tell_place(each.after)].append(each.key)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return tuple(
        DecisionDiff(before=before, after=after, keys=tuple(keys))
        for (before, after), keys in ordered
    )


def _tell_place(decision: Decision) -> str:
    """What became of an epic, and where the rules stand that say so."""
    lines = dict.fromkeys(str(each.at) for each in decision.reasons if each.at)
    return f"{_tell_outcome(decision)} ({', '.join(lines)})" if lines else _tell_outcome(decision)


def _tell_outcome(decision: Decision) -> str:
    match decision.outcome:
        case Outcome.PUBLISHED:
            return str(decision.claimed_by)
        case Outcome.WAITING:
            return f"{decision.claimed_by} without finished work"
        case Outcome.LEFT_OUT:
            return f"left out: {decision.heading}"
        case Outcome.NEEDS_DECISION:
            return f"needs a decision: {decision.heading}"
