"""Tells where an issue type stands. Cloud says so; on Data Center its issues give it away."""

from collections import Counter
from collections.abc import Iterable

from models.backlog import HierarchyLevel, IssueType
from models.finding import Finding
from sync.jira.read.schema import RawIssueType

CHILDLESS_FOR_EACH_PARENT = 3
"""So many issues of a type above epics may be no epic's parent for each that is one."""


class IssueTypeLevels:
    """The types of a site and their levels. `epics` and `above` are the type ids known so far.

    A value that outlived a change of type must not lift a whole type, so what a type is goes by
    what most of its issues show, once all were seen: `infer` decides.
    """

    def __init__(self, types: Iterable[IssueType]) -> None:
        types = list(types)
        self._names = {listed.id: listed.name for listed in types}
        self._given = {
            listed.id: listed.hierarchy_level
            for listed in types
            if listed.hierarchy_level is not None
        }
        self.epics = {name for name, level in self._given.items() if level == HierarchyLevel.EPIC}
        self.above = {name for name, level in self._given.items() if level > HierarchyLevel.EPIC}
        self._issues: Counter[str] = Counter()
        self._with_epic_name: Counter[str] = Counter()
        self._with_epic_link: Counter[str] = Counter()
        self._keys: dict[str, set[str]] = {}
        self._parents: set[str] = set()
        self._inferred: set[str] = set()

    def find_level(self, issue_type: RawIssueType) -> HierarchyLevel:
        """Where an issue of this type stands, as far as is known now."""
        given = issue_type.hierarchyLevel
        if given is None:
            given = self._given.get(issue_type.id)
        if given is not None:
            level = HierarchyLevel(max(HierarchyLevel.SUBTASK, min(HierarchyLevel.ABOVE, given)))
            if level is HierarchyLevel.EPIC:
                self.epics.add(issue_type.id)
            return level
        if issue_type.subtask:
            return HierarchyLevel.SUBTASK
        if issue_type.id in self.above:
            return HierarchyLevel.ABOVE
        return HierarchyLevel.EPIC if issue_type.id in self.epics else HierarchyLevel.BASE

    def find_level_to_keep(self, issue_type: IssueType) -> int | None:
        """The level of a type as it is to be remembered; None where only a base type is left."""
        if issue_type.id in self.above:
            return max(HierarchyLevel.ABOVE, issue_type.hierarchy_level or 0)
        return HierarchyLevel.EPIC if issue_type.id in self.epics else issue_type.hierarchy_level

    def observe(
        self, issue_type: RawIssueType, key: str, *, epic_name: bool, epic_link: bool
    ) -> None:
        """Remember what an issue of Data Center shows of its type."""
        self._names.setdefault(issue_type.id, issue_type.name)
        self._issues[issue_type.id] += 1
        self._with_epic_name[issue_type.id] += epic_name
        self._with_epic_link[issue_type.id] += epic_link
        if self._with_epic_link[issue_type.id]:
            self._keys.pop(issue_type.id, None)  # no type above epics: its keys tell nothing
        elif not issue_type.subtask:
            self._keys.setdefault(issue_type.id, set()).add(key)

    def observe_parent(self, key: str) -> None:
        """Remember that an epic, or something above one, names this issue its parent."""
        self._parents.add(key)

    def infer(self) -> None:
        """Decide by everything observed which further types are epics or stand above them."""
        for name, named in self._with_epic_name.items():
            if named > self._with_epic_link[name] and name not in self.above | self._given.keys():
                self.epics.add(name)
                self._inferred.add(name)
        for name, keys in self._keys.items():
            parents = len(keys & self._parents)
            is_common = parents * (1 + CHILDLESS_FOR_EACH_PARENT) >= self._issues[name]
            if parents and is_common and name not in self.epics:
                self.above.add(name)
                self._inferred.add(name)

    def list_findings(self) -> Iterable[Finding]:
        """What was inferred rather than given."""
        for name in sorted(self._inferred & self.above):
            what = "stands above epics: epics name its issues their parents"
            yield Finding("type-above-epics", f"issue type {self._names.get(name, name)}", what)
