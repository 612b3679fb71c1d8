"""Tells where an issue type stands. Cloud says so; on Data Center its issues give it away."""

from collections import Counter
from collections.abc import Iterable

from models.backlog import HierarchyLevel, IssueType
from models.finding import Finding
from sync.jira.read.schema import Type

CHILDLESS_FOR_EACH_PARENT = 3
"""So many issues of a type above epics may be no epic's parent for each that is one."""


class IssueTypeLevels:
    """The types of a site and their rungs. `epics` and `above` are the type ids known so far.

    A value that outlived a change of type must not lift a whole type, so what a type is goes by
    what most of its issues show, once all were seen: `conclude` decides.
    """

    def __init__(self, types: Iterable[IssueType]) -> None:
        known = {found.id: found for found in types}
        self.epics = {
            name for name, found in known.items() if found.hierarchy_level == HierarchyLevel.EPIC
        }
        self.above = {
            name
            for name, found in known.items()
            if (found.hierarchy_level or 0) > HierarchyLevel.EPIC
        }
        self._told = {
            name: found.hierarchy_level
            for name, found in known.items()
            if found.hierarchy_level is not None
        }
        self._names = {name: found.name for name, found in known.items()}
        self._issues: Counter[str] = Counter()
        self._with_epic_name: Counter[str] = Counter()
        self._with_epic_link: Counter[str] = Counter()
        self._type_of_key: dict[str, str] = {}
        self._parents: set[str] = set()
        self._concluded: set[str] = set()

    def hierarchy_level(self, kind: Type) -> HierarchyLevel:
        """Where an issue of this type stands, as far as is known now."""
        told = kind.hierarchyLevel
        if told is None:
            told = self._told.get(kind.id)
        if told is not None:
            hierarchy_level = HierarchyLevel(
                max(HierarchyLevel.SUBTASK, min(HierarchyLevel.ABOVE, told))
            )
            if hierarchy_level is HierarchyLevel.EPIC:
                self.epics.add(kind.id)
            return hierarchy_level
        if kind.subtask:
            return HierarchyLevel.SUBTASK
        if kind.id in self.above:
            return HierarchyLevel.ABOVE
        return HierarchyLevel.EPIC if kind.id in self.epics else HierarchyLevel.BASE

    def level_of_type(self, kind: IssueType) -> int | None:
        """The rung of a type as it is to be remembered; None where only a base type is left."""
        if kind.id in self.above:
            return max(HierarchyLevel.ABOVE, kind.hierarchy_level or 0)
        return HierarchyLevel.EPIC if kind.id in self.epics else kind.hierarchy_level

    def observe(self, kind: Type, key: str, *, epic_name: bool, epic_link: bool) -> None:
        """Remember what an issue of Data Center shows of its type."""
        self._names.setdefault(kind.id, kind.name)
        self._issues[kind.id] += 1
        self._with_epic_name[kind.id] += epic_name
        self._with_epic_link[kind.id] += epic_link
        if not kind.subtask:
            self._type_of_key[key] = kind.id

    def observe_parent(self, key: str) -> None:
        """Remember that an epic, or something above one, names this issue its parent."""
        self._parents.add(key)

    def infer(self) -> None:
        """Decide by everything witnessed which further types are epics or stand above them."""
        for kind, named in self._with_epic_name.items():
            if named > self._with_epic_link[kind] and kind not in self.above | self._told.keys():
                self.epics.add(kind)
                self._concluded.add(kind)
        parents = Counter(
            self._type_of_key[key] for key in self._parents if key in self._type_of_key
        )
        for kind, count in parents.items():
            is_common = count * (1 + CHILDLESS_FOR_EACH_PARENT) >= self._issues[kind]
            if is_common and kind not in self.epics and not self._with_epic_link[kind]:
                self.above.add(kind)
                self._concluded.add(kind)

    def findings(self) -> Iterable[Finding]:
        """What was concluded rather than told."""
        for kind in sorted(self._concluded & self.above):
            what = "stands above epics: epics name its issues their parents"
            yield Finding("type-above-epics", f"issue type {self._names.get(kind, kind)}", what)
