"""Tells which issues are items, the units of effort, and which of them a person has spoken on."""

from collections.abc import Callable, Collection, Iterable, Sequence

from models.backlog import FinishedIssue, HierarchyLevel, Issue
from models.rulebook import Ruling
from translators.backlog.names import list_names


def find_parents(issues: Iterable[Issue]) -> frozenset[int]:
    """The ids of the epics that have a base-level issue below them."""
    return frozenset(
        issue.epic_id
        for issue in issues
        if issue.epic_id is not None and issue.hierarchy_level is HierarchyLevel.BASE
    )


def find_gone(issues: Iterable[Issue], credited: Collection[int]) -> frozenset[int]:
    """The ids of the issues that are missing and not among the `credited`."""
    return frozenset(i.id for i in issues if i.missing_since and i.id not in credited)


def is_item(issue: Issue | FinishedIssue, no_items: Collection[int]) -> bool:
    """Whether an issue is a unit of effort: a base-level one, or an epic that is no parent.

    `no_items` are epics that are parents, and issues that were gone before they were ever credited:
    what is missing is never a new item.
    """
    is_base_or_epic = issue.hierarchy_level in (HierarchyLevel.BASE, HierarchyLevel.EPIC)
    return is_base_or_epic and issue.id not in no_items


def compile_is_ruled(rulings: Sequence[Ruling]) -> Callable[[Issue | FinishedIssue], bool]:
    """A test for issues that rulings name, by a key they have or had."""
    keys = {ruling.issue.upper() for ruling in rulings}

    def is_ruled(issue: Issue | FinishedIssue) -> bool:
        return not keys.isdisjoint(list_names(issue))

    return is_ruled if keys else lambda _issue: False
