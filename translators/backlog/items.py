"""Tells which issues are items, the units of effort, and which of them a person has spoken on."""

from collections.abc import Iterable, Sequence

from models.backlog import HierarchyLevel, Issue
from models.rulebook import Ruling


def select_items(issues: Iterable[Issue]) -> list[Issue]:
    """The units of effort: base-level issues, and epics without children."""
    issues = list(issues)
    parents = {issue.epic_id for issue in issues if issue.hierarchy_level is HierarchyLevel.BASE}
    return [
        issue
        for issue in issues
        if issue.hierarchy_level is HierarchyLevel.BASE
        or (issue.hierarchy_level is HierarchyLevel.EPIC and issue.id not in parents)
    ]


def find_ruled_issues(issues: Iterable[Issue], rulings: Sequence[Ruling]) -> frozenset[int]:
    """The ids of the issues that rulings name, by a key they have or had."""
    keys = {ruling.issue.upper() for ruling in rulings}
    if not keys:
        return frozenset()
    return frozenset(
        issue.id for issue in issues if not keys.isdisjoint((issue.key, *issue.former_keys))
    )
