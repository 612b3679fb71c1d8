"""Tells which issues are items, the units of effort, and which of them a person has spoken on."""

from collections.abc import Iterable, Sequence

from models.backlog import Issue, Rung
from models.rulebook import Ruling


def items_of(issues: Iterable[Issue]) -> list[Issue]:
    """The units of effort: base-level issues, and epics without children."""
    issues = list(issues)
    parents = {issue.epic_id for issue in issues if issue.rung is Rung.BASE}
    return [
        issue
        for issue in issues
        if issue.rung is Rung.BASE or (issue.rung is Rung.EPIC and issue.id not in parents)
    ]


def ruled_on(issues: Iterable[Issue], rulings: Sequence[Ruling]) -> frozenset[int]:
    """The ids of the issues that rulings name, by a key they have or had."""
    keys = {ruling.issue.upper() for ruling in rulings}
    if not keys:
        return frozenset()
    return frozenset(
        issue.id for issue in issues if not keys.isdisjoint((issue.key, *issue.former_keys))
    )
