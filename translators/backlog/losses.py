"""Tells issues that an account may not see any more from those that people deleted.

Jira answers alike for both: it lists them no more. People delete a few at a time; where an
account's role is reduced, or an issue-security scheme begins to apply, a share of a project goes,
or all issues of a type, or the epics. What went in the days before counts along, so that a loss in
several steps is one loss.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from models.backlog import HierarchyLevel
from models.loss import Cell, Kept, Loss
from models.rulebook import Guards
from translators.plurals import count_noun, join_few

LATELY = timedelta(days=30)
"""So far back what went counts along."""
WHOLE = 5
"""All of so many issues or more did not go one by one."""
MOST_TOLD = 5
ISSUES, EPICS = "issues", "epics"
WHAT_IT_IS = (
    "as where the account's role was reduced, or an issue-security scheme applies to it now; "
    "what the project feeds stays as it was, and nothing of it is booked"
)
WHAT_TO_DO = (
    "Give the account its permission back, and the next run goes on. If people deleted or archived "
    "them, `headway status` names the run to approve"
)


def word_kept(kept: Sequence[Kept], active: int, lost: Mapping[str, str]) -> dict[str, str]:
    """By project what sales reads since it is not seen, and what to do: of `active` entries.

    `lost` says what of it is not shown, as `tell_losses` does; else it is all of it.
    """
    told = {}
    for each in kept:
        stays = f"Kept the last good text of {count_noun(each.entries, 'entry')} that it feeds"
        others = active - each.entries if len(kept) == 1 else 0
        if others:
            stays += f"; the other {others} {'is' if others == 1 else 'are'} current"
        issues = count_noun(each.issues, "issue")
        why = lost.get(each.project) or (
            f"Jira shows none of its {issues}: the account may not browse it any more, or it was "
            "archived or deleted"
        )
        told[each.project] = f"{why}. {stays}. Restore the permission, then run headway sync"
    return told


def find_losses(
    had: Mapping[Cell, int], lost: Mapping[Cell, int], limits: Guards
) -> tuple[Loss, ...]:
    """Where so many of the issues that there were are `lost` that it is in doubt.

    Looked at in each project, and over all of them: then each project that lost of that kind is
    in doubt. `had` counts the lost ones too. Where no epic is left at all there is none to doubt:
    a guard holds such a list as a whole.
    """
    gone, before = _sum_up(lost), _sum_up(had)
    all_gone, all_before = _sum_over_projects(gone), _sum_over_projects(before)
    if 0 < all_before[EPICS] == all_gone[EPICS]:
        return ()
    return tuple(
        Loss(project=project, kind=kind, lost=number, had=before[project, kind])
        for (project, kind), number in sorted(gone.items(), key=_list_widest_first)
        if _is_doubtful(kind, number, before[project, kind], limits)
        or _is_doubtful(kind, all_gone[kind], all_before[kind], limits)
    )


def leave_accepted(
    losses: Iterable[Loss], accepted: Iterable[Loss], limits: Guards
) -> tuple[Loss, ...]:
    """The losses without those of which a person said that they are true.

    One that has grown much since nobody has spoken on.
    """
    said = {(each.project, each.kind): each.lost for each in accepted if each.taken_at is None}
    return tuple(
        each
        for each in losses
        if (each.project, each.kind) not in said
        or each.lost - said[each.project, each.kind] >= _fewest(each.kind, limits)
    )


def find_floors(accepted: Iterable[Loss], now: datetime) -> dict[str, datetime]:
    """Since when what went counts along in the projects of which something was taken for true."""
    floors: dict[str, datetime] = defaultdict(lambda: now - LATELY)
    for each in accepted:
        if each.taken_at is not None:
            floors[each.project] = max(floors[each.project], each.taken_at)
    return dict(floors)


def keep_accepted(
    accepted: Iterable[Loss], losses: Collection[Loss], now: datetime
) -> tuple[Loss, ...]:
    """What is to be remembered of what was accepted, after a census that left `losses` in doubt.

    What was taken lately, and what this census took; nothing of a project still in doubt.
    """
    doubted = {each.project for each in losses}
    dated = (
        each if each.taken_at else replace(each, taken_at=now)
        for each in accepted
        if each.taken_at or each.project not in doubted
    )
    return tuple(each for each in dated if each.taken_at and now - LATELY < each.taken_at <= now)


def tell_losses(losses: Iterable[Loss]) -> dict[str, str]:
    """A sentence a project: `30 of 90 issues, 30 of 30 Bug are not shown any more, as where ...`"""
    by_project: dict[str, list[str]] = defaultdict(list)
    for each in losses:
        by_project[each.project].append(f"{each.lost} of {each.had} {each.kind}")
    return {
        project: f"{join_few(parts, MOST_TOLD)} are not shown any more"
        for project, parts in by_project.items()
    }


def _sum_up(cells: Mapping[Cell, int]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for cell, number in cells.items():
        for kind in (ISSUES, EPICS if cell.level == HierarchyLevel.EPIC else cell.type):
            found[cell.project, kind] += number
    return found


def _sum_over_projects(found: Mapping[tuple[str, str], int]) -> Counter[str]:
    over_all: Counter[str] = Counter()
    for (_, kind), number in found.items():
        over_all[kind] += number
    return over_all


def _list_widest_first(counted: tuple[tuple[str, str], int]) -> tuple[str, int, str]:
    (project, kind), _ = counted
    return project, (ISSUES, EPICS, kind).index(kind), kind


def _fewest(kind: str, limits: Guards) -> int:
    return limits.lost_epics if kind == EPICS else limits.lost_issues


def _is_doubtful(kind: str, lost: int, had: int, limits: Guards) -> bool:
    percent = limits.lost_epics_percent if kind == EPICS else limits.lost_issues_percent
    if lost == had >= WHOLE:
        return True
    return lost >= _fewest(kind, limits) and lost * 100 > had * percent
