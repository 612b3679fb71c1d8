"""The issue types: where each stands, and how that is known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from models.backlog import HierarchyLevel, IssueType
from sync.doctor.checks import Check, note, ok
from sync.doctor.context import DoctorContext
from sync.jira.describe.metadata_client import JiraMetadataClient

LEVEL_NAMES = {
    HierarchyLevel.ABOVE: "above epics",
    HierarchyLevel.EPIC: "epics",
    HierarchyLevel.BASE: "items",
    HierarchyLevel.SUBTASK: "sub-tasks",
}
TOLD, INFERRED, ASSUMED = "Jira says so", "concluded from its issues", "nothing says otherwise"


def look_at_types(context: DoctorContext) -> Iterator[Check]:
    """One line a level and a way of knowing it; what is called otherwise than usual is told."""
    if context.site is None or context.site_info is None:
        yield note("issue types", "not looked at: Jira does not answer us")
        return
    with JiraMetadataClient(context.site, context.retry_policy) as metadata_client:
        context.types = metadata_client.fetch_issue_types()
    profile = context.record.profile if context.record else None
    remembered = (
        {issue_type.id: issue_type.hierarchy_level for issue_type in profile.types}
        if profile
        else {}
    )
    known: dict[tuple[HierarchyLevel, str], list[IssueType]] = defaultdict(list)
    for issue_type in context.types:
        known[_find_level(issue_type, remembered.get(issue_type.id))].append(issue_type)
    for (hierarchy_level, why), types in sorted(known.items(), key=lambda item: -item[0][0]):
        yield ok(LEVEL_NAMES[hierarchy_level], f"{_list_names(types)}: {why}")
    epics = [
        issue_type
        for (hierarchy_level, _), types in known.items()
        if hierarchy_level is HierarchyLevel.EPIC
        for issue_type in types
    ]
    yield from _check_epics(context, epics)


def _find_level(issue_type: IssueType, remembered: int | None) -> tuple[HierarchyLevel, str]:
    """Where a type stands, and how that is known."""
    level, why = issue_type.hierarchy_level, TOLD
    if level is None and issue_type.subtask:
        level = HierarchyLevel.SUBTASK
    elif level is None:
        level, why = remembered, INFERRED
    if level is None:
        return HierarchyLevel.BASE, ASSUMED
    return HierarchyLevel(max(HierarchyLevel.SUBTASK, min(HierarchyLevel.ABOVE, level))), why


def _check_epics(context: DoctorContext, epics: list[IssueType]) -> Iterator[Check]:
    if not epics:
        what = "no issue type is known to be an epic"
        if context.site_info and context.site_info.deployment == "datacenter":
            what += "; on Data Center the first run finds out, by which issues have an Epic Name"
        yield note("epics", what, "" if context.record is None else "Is there an epic in Jira?")
    renamed = [issue_type for issue_type in epics if issue_type.name.casefold() != "epic"]
    if renamed:
        yield ok("epics", f"called otherwise here, and known all the same: {_list_names(renamed)}")
    ids = {issue_type.id for issue_type in epics}
    misplaced = [t for t in context.types if t.name.casefold() == "epic" and t.id not in ids]
    if epics and misplaced:
        yield note(
            "epics", f"a type of that name does not stand where epics do: {_list_names(misplaced)}"
        )


def _list_names(types: Iterable[IssueType]) -> str:
    by_name: dict[str, list[str]] = defaultdict(list)
    for issue_type in types:
        by_name[issue_type.name].append(issue_type.id)
    return ", ".join(f"{name} ({' '.join(sorted(ids))})" for name, ids in sorted(by_name.items()))
