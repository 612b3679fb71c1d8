"""The issue types: where each stands, and how that is known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from models.backlog import HierarchyLevel, IssueType
from sync.doctor.checks import Check, note, ok
from sync.doctor.context import DoctorContext
from sync.jira.describe.metadata_client import JiraMetadataClient

RUNGS = {
    HierarchyLevel.ABOVE: "above epics",
    HierarchyLevel.EPIC: "epics",
    HierarchyLevel.BASE: "items",
    HierarchyLevel.SUBTASK: "sub-tasks",
}
TOLD, CONCLUDED, LEFT = "Jira says so", "concluded from its issues", "nothing says otherwise"


def look_at_types(case: DoctorContext) -> Iterator[Check]:
    """One line a rung and a way of knowing it; what is called otherwise than usual is told."""
    if case.site is None or case.site_info is None:
        yield note("issue types", "not looked at: Jira does not answer us")
        return
    with JiraMetadataClient(case.site, case.retry_policy) as metadata_client:
        case.types = metadata_client.fetch_issue_types()
    profile = case.record.profile if case.record else None
    remembered = {found.id: found.hierarchy_level for found in profile.types} if profile else {}
    known: dict[tuple[HierarchyLevel, str], list[IssueType]] = defaultdict(list)
    for found in case.types:
        known[_hierarchy_level(found, remembered.get(found.id))].append(found)
    for (hierarchy_level, why), types in sorted(known.items(), key=lambda item: -item[0][0]):
        yield ok(RUNGS[hierarchy_level], f"{_names(types)}: {why}")
    epics = [
        found
        for (hierarchy_level, _), types in known.items()
        if hierarchy_level is HierarchyLevel.EPIC
        for found in types
    ]
    yield from _about_epics(case, epics)


def _hierarchy_level(found: IssueType, remembered: int | None) -> tuple[HierarchyLevel, str]:
    if found.hierarchy_level is not None:
        return HierarchyLevel(
            max(HierarchyLevel.SUBTASK, min(HierarchyLevel.ABOVE, found.hierarchy_level))
        ), TOLD
    if found.subtask:
        return HierarchyLevel.SUBTASK, TOLD
    if remembered is not None:
        return HierarchyLevel(
            max(HierarchyLevel.SUBTASK, min(HierarchyLevel.ABOVE, remembered))
        ), CONCLUDED
    return HierarchyLevel.BASE, LEFT


def _about_epics(case: DoctorContext, epics: list[IssueType]) -> Iterator[Check]:
    if not epics:
        what = "no issue type is known to be an epic"
        if case.site_info and case.site_info.deployment == "datacenter":
            what += "; on Data Center the first run finds out, by which issues have an Epic Name"
        yield note("epics", what, "" if case.record is None else "Is there an epic in Jira?")
    renamed = [found for found in epics if found.name.casefold() != "epic"]
    if renamed:
        yield ok("epics", f"called otherwise here, and known all the same: {_names(renamed)}")
    ids = {found.id for found in epics}
    strays = [t for t in case.types if t.name.casefold() == "epic" and t.id not in ids]
    if epics and strays:
        yield note("epics", f"a type of that name does not stand where epics do: {_names(strays)}")


def _names(types: Iterable[IssueType]) -> str:
    by_name: dict[str, list[str]] = defaultdict(list)
    for found in types:
        by_name[found.name].append(found.id)
    return ", ".join(f"{name} ({' '.join(sorted(ids))})" for name, ids in sorted(by_name.items()))
