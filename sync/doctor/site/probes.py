"""What the walk over a backlog rests on, tried: a few small searches."""

import asyncio
from collections.abc import Iterator

from models.errors import Problem, TryLaterError
from sync.doctor.checks import Check, note, ok, wrong
from sync.doctor.context import DoctorContext
from sync.jira.client.http import BadRequest, JiraClient
from sync.jira.client.site import Site
from sync.jira.read.probes import pages_by_id, understands_milliseconds
from sync.jira.read.search import IssueSearch, scope_to

CLOSE = 0.1
FEW = 10


def look_at_probes(context: DoctorContext) -> Iterator[Check]:
    """Whether Jira reads times as we write them, pages by id, and how much there is."""
    if context.site is None or context.site_info is None or not context.projects:
        yield note("probes", "not tried: Jira does not answer us, or shows no project to read")
        return
    yield from asyncio.run(_run_probes(context, context.site, context.site_info.deployment))


async def _run_probes(context: DoctorContext, site: Site, deployment: str) -> list[Check]:
    scope = scope_to(context.projects)
    async with JiraClient(site, context.retry_policy) as client:
        search = IssueSearch(client, deployment)
        try:
            checks = [_check_size(context, await search.count_issues(scope), deployment)]
            checks.append(_check_times(await understands_milliseconds(search, scope)))
            if deployment == "datacenter":
                checks.append(_check_paging(await pages_by_id(search, scope)))
        except BadRequest:
            what = "does not accept a search within these projects (400)"
            return [wrong(TryLaterError, Problem("search", what, "If it stays, please report it."))]
    return checks


def _check_size(context: DoctorContext, there: int | None, deployment: str) -> Check:
    if there is None:
        return note("size", "Jira does not count its issues: a short listing would go unnoticed")
    about = "about " if deployment == "cloud" else ""
    if context.mirror is None or context.record is None or context.record.as_of is None:
        return ok("size", f"{about}{there} issues in Jira")
    here = sum(len(context.mirror.present_ids(project.id)) for project in context.projects)
    what = f"{about}{there} issues in Jira, {here} in the mirror"
    if abs(there - here) > max(FEW, CLOSE * here):
        return note("size", what, "The next census settles it: `headway sync` once a day does.")
    return ok("size", what)


def _check_times(understood: bool) -> Check:
    if understood:
        return ok("times", "understood as milliseconds, so no time zone can hide what changed")
    what = "not understood as milliseconds: every run reads everything"
    return note("times", what, "Is there an issue at all? If so, please report this.")


def _check_paging(works: bool) -> Check:
    if works:
        return ok("paging", "by id, in order, as the walk needs it")
    what = "not by id as asked: a walk pages by offset, and begins anew where issues go meanwhile"
    return note("paging", what, "Ask who runs this Jira to build its search index anew.")
