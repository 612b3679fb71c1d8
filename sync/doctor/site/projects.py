"""The projects: which can be seen, which are read, and which got lost."""

from collections.abc import Iterator

from models.backlog import Project
from models.errors import Problem, RefusedError
from sync.doctor.checks import Check, note, ok, report_errors, wrong
from sync.doctor.context import DoctorContext
from sync.jira.client.site import Site
from sync.jira.describe.metadata import choose_projects
from sync.jira.describe.metadata_client import JiraMetadataClient
from sync.pipeline.consistency.fed import Sight, load_fed
from translators.plurals import count_noun, join_few
from translators.rules.gone import explain_gone

MOST_ASKED = 20
SHOWN = 12
GRANT = "Give the account permission to browse it, or take it off HEADWAY_JIRA_PROJECTS."


def look_at_projects(context: DoctorContext) -> Iterator[Check]:
    """What the account sees, beside what the settings name and what was published from."""
    if context.site is None or context.site_info is None:
        yield note("projects", "not looked at: Jira does not answer us")
        return
    with JiraMetadataClient(context.site, context.retry_policy) as metadata_client:
        visible = metadata_client.fetch_projects(context.site_info.deployment)
        named = {key.upper() for key in context.site.projects}
        context.projects = tuple(p for p in visible if not named or p.key.upper() in named)
        yield ok("visible", f"{len(visible)} projects: {_list_some(visible)}")
        if named:
            yield ok("read", f"{len(context.projects)} that HEADWAY_JIRA_PROJECTS names")
        yield from _check_named_projects(context.site, visible)
        yield from _check_lost_projects(context, visible)
        yield from report_errors(_check_permissions(metadata_client, context.projects[:MOST_ASKED]))


def _check_named_projects(site: Site, visible: list[Project]) -> Iterator[Check]:
    try:
        choose_projects(site, visible)
    except RefusedError as error:
        yield from (wrong(RefusedError, problem) for problem in error.problems)


def _check_lost_projects(context: DoctorContext, visible: list[Project]) -> Iterator[Check]:
    """Projects that fed the last publication and cannot be seen, or are not read any more."""
    if context.published_state is None or context.mirror is None:
        return
    fed = load_fed(
        context.mirror,
        context.published_state,
        [Sight(context.settings.site, context.projects)],
        book=context.book,
        decided={},
    )
    seen = {project.key for project in visible}
    for key in fed.unseen:
        why = "is not among HEADWAY_JIRA_PROJECTS" if key in seen else "cannot be seen any more"
        what = f"fed the last publication and {why}; what it feeds stays as it was"
        remedy = f"{GRANT} If it is gone for good, {explain_gone(key)}"
        yield wrong(RefusedError, Problem(f"project {key}", what, remedy))
    projects = fed.list_projects()
    if projects and not fed.unseen:
        yield ok("published from", f"{count_noun(len(projects), 'project')}, all of them read")


def _check_permissions(
    metadata_client: JiraMetadataClient, projects: tuple[Project, ...]
) -> Iterator[Check]:
    barred = [project.key for project in projects if not metadata_client.may_browse(project)]
    if barred:
        what = f"does not let this account browse {', '.join(barred)}"
        yield wrong(RefusedError, Problem("permission", what, GRANT))
    elif projects:
        yield ok("permission", f"to browse {_list_some(projects)}")


def _list_some(projects: list[Project] | tuple[Project, ...]) -> str:
    return join_few(sorted(project.key for project in projects), SHOWN)
