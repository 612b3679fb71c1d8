"""Takes credits back: the only thing that ever lowers what was booked, and each says why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue
from models.effort import Entry, EntryKind, ReversalReason
from models.rulebook import EffortRules
from translators.backlog.completion import compile_is_finished
from translators.backlog.items import compile_is_ruled


def find_standing_credits(entries: Iterable[Entry]) -> dict[int, Entry]:
    """The credit of each issue that was not taken back; entries in the order of booking."""
    standing: dict[int, Entry] = {}
    for entry in entries:
        if entry.kind is EntryKind.CREDIT:
            standing[entry.issue_id] = entry
        else:
            standing.pop(entry.issue_id, None)
    return standing


def find_reversals(
    issues: Sequence[Issue],
    standing: Mapping[int, Entry],
    rules: EffortRules,
    as_of: datetime,
    no_items: Collection[int],
) -> list[Entry]:
    """A reversal for every standing credit whose issue is no finished item any more.

    `no_items` are as `is_item` has them.

    An issue that Jira does not show us any more keeps its credit: that it is gone says nothing of
    the work that was done.
    """
    is_finished, is_void = compile_is_finished(rules), compile_is_ruled(rules.void)

    def reason(issue: Issue) -> ReversalReason | None:
        if is_void(issue):
            return ReversalReason.VOIDED
        if not issue.is_done:
            return ReversalReason.REOPENED
        if not is_finished(issue):
            return ReversalReason.CANCELLED
        became_parent = issue.hierarchy_level is HierarchyLevel.EPIC and issue.id in no_items
        return ReversalReason.BECAME_PARENT if became_parent else None

    credited = [issue for issue in issues if issue.id in standing]
    reasons = ((issue.id, reason(issue)) for issue in sorted(credited, key=lambda i: i.id))
    return [_reverse_credit(standing[each], why, as_of) for each, why in reasons if why]


def reverse_early_credits(entries: Iterable[Entry], last: int, as_of: datetime) -> list[Entry]:
    """A reversal for every standing credit of a window after the `last` that can be closed.

    A clock was ahead when it was booked; it is credited anew when its window closes.
    """
    standing = find_standing_credits(entries)
    early = (credit for _, credit in sorted(standing.items()) if credit.window > last)
    return [_reverse_credit(credit, ReversalReason.BOOKED_EARLY, as_of) for credit in early]


def _reverse_credit(credit: Entry, reason: ReversalReason, as_of: datetime) -> Entry:
    return replace(
        credit,
        kind=EntryKind.REVERSAL,
        credit=-credit.credit,
        credit_by_count=-credit.credit_by_count,
        booked_at=as_of,
        reason=reason,
    )
