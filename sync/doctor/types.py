"""The issue types: where each stands, and how that is known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from models.backlog import IssueType, Rung
from sync.doctor.checks import Check, note, ok
from sync.doctor.context import Case
from sync.jira.describe.metadata_client import Interview

RUNGS = {
    Rung.ABOVE: "above epics",
    Rung.EPIC: "epics",
    Rung.BASE: "items",
    Rung.SUBTASK: "sub-tasks",
}
TOLD, CONCLUDED, LEFT = "Jira says so", "concluded from its issues", "nothing says otherwise"


def look_at_types(case: Case) -> Iterator[Check]:
    """One line a rung and a way of knowing it; what is called otherwise than usual is told."""
    if case.site is None or case.greeting is None:
        yield note("issue types", "not looked at: Jira does not answer us")
        return
    with Interview(case.site, case.patience) as interview:
        case.types = interview.types()
    profile = case.record.profile if case.record else None
    remembered = {found.id: found.rung for found in profile.types} if profile else {}
    known: dict[tuple[Rung, str], list[IssueType]] = defaultdict(list)
    for found in case.types:
        known[_rung(found, remembered.get(found.id))].append(found)
    for (rung, why), types in sorted(known.items(), key=lambda item: -item[0][0]):
        yield ok(RUNGS[rung], f"{_names(types)}: {why}")
    epics = [found for (rung, _), types in known.items() if rung is Rung.EPIC for found in types]
    yield from _about_epics(case, epics)


def _rung(found: IssueType, remembered: int | None) -> tuple[Rung, str]:
    if found.rung is not None:
        return Rung(max(Rung.SUBTASK, min(Rung.ABOVE, found.rung))), TOLD
    if found.subtask:
        return Rung.SUBTASK, TOLD
    if remembered is not None:
        return Rung(max(Rung.SUBTASK, min(Rung.ABOVE, remembered))), CONCLUDED
    return Rung.BASE, LEFT


def _about_epics(case: Case, epics: list[IssueType]) -> Iterator[Check]:
    if not epics:
        what = "no issue type is known to be an epic"
        if case.greeting and case.greeting.deployment == "datacenter":
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
