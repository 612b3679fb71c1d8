"""Groups what waits for a person by what would decide it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from heapq import heapify, heappop, heapreplace

from msgspec import Struct

from models.conditions import Line
from models.decision import Cause, Decision
from models.snapshot import LostClaims
from translators.suggestions.decided import SuggestedOutcome
from translators.suggestions.likeness import NEW_FROM
from translators.suggestions.rule_edit import EditKind, RuleEdit
from translators.suggestions.rule_edits import Undecided
from translators.suggestions.settling import (
    find_claimants,
    name_draft,
    rename_values,
    settle_conflict,
)


class GroupKind(StrEnum):
    """Why epics wait, and so what decides them."""

    UNCLAIMED = "unclaimed"
    CONFLICT = "conflict"
    HELD = "held"
    DRAFT = "draft"
    PIN = "pin"
    RENAMED = "renamed"
    LIKELY = "likely"
    SINGLE = "single"


class Group(Struct, frozen=True):
    """Epics by their ids that wait for one thing, as the queue tells it."""

    kind: GroupKind
    subject: tuple[str, ...]
    at: Line | None
    epics: tuple[int, ...]
    edit: RuleEdit | None


def group_epics(
    undecided: Undecided,
    waiting: Sequence[Decision],
    lost: LostClaims,
    weigh: Callable[[Iterable[int]], int],
) -> Iterator[Group]:
    """Every epic that waits in one group; `weigh` says how much past work stands behind some."""
    by_key = {each.key: each.epic_id for each in waiting}
    left = dict.fromkeys(each.epic_id for each in waiting if each.epic_id in undecided.lacking)
    for edit in rename_values(undecided, lost):
        epics = tuple(e for key in edit.decides if (e := by_key[key]) in left)
        if epics:
            yield Group(GroupKind.RENAMED, (edit.field, edit.value), edit.at, epics, edit)
        for each in epics:
            del left[each]
    yield from _cover(undecided.find_edits(), left, by_key, weigh)
    yield from _group_others(undecided, waiting, left)


def _cover(
    edits: Iterable[RuleEdit],
    left: dict[int, None],
    by_key: Mapping[str, int],
    weigh: Callable[[Iterable[int]], int],
) -> Iterator[Group]:
    """Take the edit that decides most of what is left, again and again, and empty `left` so.

    What an edit decides of what is left only shrinks, so one whose rank is still the best when it
    is looked at again is the best of all.
    """
    found = [
        (edit, [epic for key in edit.decides if (epic := by_key[key]) in left]) for edit in edits
    ]
    heap = [(_rank(edit, epics, weigh), number) for number, (edit, epics) in enumerate(found)]
    heapify(heap)
    while heap:
        known, number = heap[0]
        edit, decides = found[number]
        epics = tuple(sorted(each for each in decides if each in left))
        if len(epics) < (NEW_FROM if edit.kind is EditKind.NEW else 1):
            heappop(heap)
            continue
        rank = _rank(edit, epics, weigh)
        if rank != known:
            heapreplace(heap, (rank, number))
            continue
        heappop(heap)
        yield Group(GroupKind.UNCLAIMED, (edit.field, edit.value), edit.at, epics, edit)
        for each in epics:
            del left[each]


def _rank(
    edit: RuleEdit, epics: Collection[int], weigh: Callable[[Iterable[int]], int]
) -> tuple[int | str, ...]:
    """The smaller, the sooner: most work, most epics, an existing capability, a sure field, ..."""
    return (
        -weigh(epics),
        -len(epics),
        int(edit.kind is EditKind.NEW),
        int(edit.field == "summary"),
        len(edit.decides),
        -len(edit.value),
        edit.capability_id,
        str(edit.at),
        edit.value,
    )


def _group_others(
    undecided: Undecided, waiting: Sequence[Decision], left: Collection[int]
) -> Iterator[Group]:
    """What no claim decides, by what does; and what has nothing in common with others."""
    groups: dict[tuple[GroupKind, tuple[str, ...]], list[Decision]] = defaultdict(list)
    for decision in waiting:
        if decision.epic_id not in undecided.lacking or decision.epic_id in left:
            groups[_classify(decision, undecided)].append(decision)
    for (kind, subject), members in groups.items():
        epics = tuple(each.epic_id for each in members)
        edit = None
        if kind is GroupKind.CONFLICT:
            edit = settle_conflict(undecided, subject)
        elif kind is GroupKind.DRAFT:
            edit = name_draft(undecided, subject[0])
        yield Group(kind, subject, members[0].reasons[0].at, epics, edit)


def _classify(decision: Decision, undecided: Undecided) -> tuple[GroupKind, tuple[str, ...]]:
    first = decision.reasons[0]
    match first.cause:
        case Cause.CONFLICT:
            return GroupKind.CONFLICT, find_claimants(decision)
        case Cause.SCREENING:
            return GroupKind.HELD, (first.rule or "",)
        case Cause.DRAFT:
            return GroupKind.DRAFT, (first.rule or "",)
        case Cause.PIN:
            return GroupKind.PIN, ()
        case _:
            return _classify_single(decision, undecided)


def _classify_single(decision: Decision, undecided: Undecided) -> tuple[GroupKind, tuple[str, ...]]:
    """What no line decides, by what will likely become of it."""
    suggested = undecided.suggest(decision.epic_id)
    if suggested and suggested.capability:
        return GroupKind.LIKELY, (suggested.outcome, suggested.capability)
    if suggested and suggested.outcome is not SuggestedOutcome.SHOW:
        return GroupKind.LIKELY, (suggested.outcome,)
    return GroupKind.SINGLE, (decision.key,)
