"""The projects: which can be seen, which are read, and which got lost."""

from collections.abc import Iterator

from models.backlog import Project
from models.errors import Problem, RefusedError
from sync.doctor.checks import Check, note, ok, told, wrong
from sync.doctor.context import DoctorContext
from sync.jira.client.site import Site
from sync.jira.describe.metadata import choose_projects
from sync.jira.describe.metadata_client import JiraMetadataClient

MOST_ASKED = 20
SHOWN = 12
GRANT = "Give the account permission to browse it, or take it off HEADWAY_JIRA_PROJECTS."


def look_at_projects(case: DoctorContext) -> Iterator[Check]:
    """What the account sees, beside what the settings name and what was published from."""
    if case.site is None or case.site_info is None:
        yield note("projects", "not looked at: Jira does not answer us")
        return
    with JiraMetadataClient(case.site, case.retry_policy) as metadata_client:
        visible = metadata_client.fetch_projects(case.site_info.deployment)
        named = {key.upper() for key in case.site.projects}
        case.projects = tuple(p for p in visible if not named or p.key.upper() in named)
        yield ok("visible", f"{len(visible)} projects: {_some(visible)}")
        if named:
            yield ok("read", f"{len(case.projects)} that HEADWAY_JIRA_PROJECTS names")
        yield from _unknown(case.site, visible)
        yield from _lost(case, visible)
        yield from told(_permissions(metadata_client, case.projects[:MOST_ASKED]))


def _unknown(site: Site, visible: list[Project]) -> Iterator[Check]:
    try:
        choose_projects(site, visible)
    except RefusedError as error:
        yield from (wrong(RefusedError, problem) for problem in error.problems)


def _lost(case: DoctorContext, visible: list[Project]) -> Iterator[Check]:
    """Projects that fed the last publication and cannot be seen, or are not read any more."""
    if case.published_state is None:
        return
    fed = {
        feed.project
        for kept in case.published_state.capabilities.values()
        for feed in kept.contributing_epics
        if feed.site == case.settings.site
    }
    seen = {project.key for project in visible}
    lost = fed - {project.key for project in case.projects}
    for key in sorted(lost):
        why = "is not among HEADWAY_JIRA_PROJECTS" if key in seen else "cannot be seen any more"
        what = f"fed the last publication and {why}; what it feeds stays as it was"
        yield wrong(RefusedError, Problem(f"project {key}", what, GRANT))
    if fed and not lost:
        yield ok("published from", f"{len(fed)} projects, all of them read")


def _permissions(
    metadata_client: JiraMetadataClient, projects: tuple[Project, ...]
) -> Iterator[Check]:
    barred = [project.key for project in projects if not metadata_client.may_browse(project)]
    if barred:
        what = f"does not let this account browse {', '.join(barred)}"
        yield wrong(RefusedError, Problem("permission", what, GRANT))
    elif projects:
        yield ok("permission", f"to browse {_some(projects)}")


def _some(projects: list[Project] | tuple[Project, ...]) -> str:
    keys = sorted(project.key for project in projects)
    more = len(keys) - SHOWN
    return ", ".join(keys[:SHOWN]) + (f" and {more} more" if more > 0 else "")
