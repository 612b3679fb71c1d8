"""Finds the epic of every issue: by parent, by Epic Link, and through the story of a sub-task."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from models.backlog import HierarchyLevel, Issue, IssuePlace, IssueRef
from translators.backlog.anomalies import CYCLIC, DANGLING

Placed = Issue | IssuePlace


class Family:
    """The issues of one site by id and by every key they ever had."""

    def __init__(self, issues: Iterable[Placed]) -> None:
        self.by_id: Mapping[int, Placed] = {issue.id: issue for issue in issues}
        self._by_key = {key: issue for issue in self.by_id.values() for key in issue.former_keys}
        self._by_key |= {issue.key: issue for issue in self.by_id.values()}

    def parent_of(self, issue: Placed) -> Placed | None:
        """The issue one step up, or None where there is none or we cannot see it."""
        link = IssueRef(key=issue.epic_link) if issue.epic_link else None
        for reference in (issue.parent, link):
            if reference is None:
                continue
            found = (
                self._by_key.get(reference.key or "")
                if reference.id is None
                else self.by_id.get(reference.id)
            )
            if found is not None:
                return found
        return None

    def epic_of(self, issue: Placed) -> Placed | None:
        """The nearest epic above a base issue or sub-task; None for epics and beyond.

        A cycle of parents ends the search as if the parent were missing.
        """
        if issue.hierarchy_level >= HierarchyLevel.EPIC:
            return None
        seen = {issue.id}
        above = self.parent_of(issue)
        while above is not None and above.id not in seen:
            if above.hierarchy_level is HierarchyLevel.EPIC:
                return above
            if above.hierarchy_level > HierarchyLevel.EPIC:
                return None
            seen.add(above.id)
            above = self.parent_of(above)
        return None

    def is_in_a_cycle(self, issue: Placed) -> bool:
        """Whether following parents upwards comes back to an issue already passed."""
        seen = {issue.id}
        above = self.parent_of(issue)
        while above is not None:
            if above.id in seen:
                return True
            seen.add(above.id)
            above = self.parent_of(above)
        return False


class Resolved(Struct, frozen=True):
    """The epic of every issue by id (None: it has none), and by code the orphaned issues."""

    epics: Mapping[int, int | None]
    orphaned: Mapping[int, str]


def resolve_epics(issues: Iterable[Placed], family: Family | None = None) -> Resolved:
    """The epics of `issues`, whose ancestors are in a `family`, or among themselves."""
    issues = list(issues)
    family = family or Family(issues)
    epics: dict[int, int | None] = {}
    orphaned: dict[int, str] = {}
    for issue in issues:
        epic = family.epic_of(issue)
        epics[issue.id] = epic.id if epic else None
        if issue.hierarchy_level >= HierarchyLevel.EPIC or epic is not None:
            continue
        if (issue.parent or issue.epic_link) and family.parent_of(issue) is None:
            orphaned[issue.id] = DANGLING
        elif issue.parent and family.is_in_a_cycle(issue):
            orphaned[issue.id] = CYCLIC
    return Resolved(epics, orphaned)
