"""Moves items in and out of what is hidden below an epic, without rolling up the rest of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from models.backlog import Issue
from models.effort import Entry
from models.rollup import EffortTotals, EpicRollup, rollup_number, sum_totals
from translators.plan.decided import is_hidden
from translators.plan.rollup import RollingUp, RollupRules

_SUMS = tuple(
    name for name in EffortTotals.__struct_fields__ if name not in ("newest", "people", "hidden")
)


def hide_otherwise(
    groups: Mapping[int, EpicRollup],
    issues: Sequence[Issue],
    entries: Iterable[Entry],
    rules: RollupRules,
) -> tuple[dict[int, EpicRollup], set[int]]:
    """The rollups of these issues, where each is hidden now and was not, or the other way.

    `groups` are all rollups as they were, `entries` what the ledger has of the issues. Returned
    beside are the numbers of those that have to be rolled up anew: where one is taken away that may
    be the newest, which one is the newest then the others alone tell.
    """
    rolling_up = RollingUp(rules, entries, {})
    below: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        below[rollup_number(issue)].append(issue)
    changed: dict[int, EpicRollup] = {}
    anew: set[int] = set()
    for number, moved in below.items():
        group = groups.get(number)
        hidden = [rolling_up.sum_up_alone(i) for i in moved if is_hidden(i, rules.compiled)]
        shown = [rolling_up.sum_up_alone(i) for i in moved if not is_hidden(i, rules.compiled)]
        work = _move(group.work, hidden, shown) if group else None
        if group is None or work is None:
            anew.add(number)
        else:
            changed[number] = replace(group, work=work)
    return changed, anew


def _move(
    work: EffortTotals, hidden: Sequence[EffortTotals], shown: Sequence[EffortTotals]
) -> EffortTotals | None:
    """The work without what is hidden now, with what is shown; None where this cannot be told."""
    less, more = sum_totals(hidden), sum_totals(shown)
    if less.people or (less.newest and work.newest and less.newest >= work.newest):
        return None
    sums = {name: getattr(work, name) - getattr(less, name) for name in _SUMS}
    left = replace(work, hidden=work.hidden + less.credit - more.credit, **sums)
    return replace(sum_totals([left, more]), hidden=left.hidden)
