"""What a site has: fields, issue types, projects, boards; asked once a day."""

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial

from msgspec.structs import asdict

from models.backlog import Estimate, Project, SiteProfile
from models.errors import RefusedError, TryLaterError
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe import metadata
from sync.jira.describe.metadata_client import JiraMetadataClient
from sync.jira.describe.site_info import SiteInfo, fetch_site_info

MOST_BOARDS = 50
"""The boards of so many projects are asked for each time; those not known yet come first."""
AT_ONCE = 4


def describe_site(
    site: Site,
    site_info: SiteInfo,
    retry_policy: RetryPolicy,
    seen_before: Collection[str] = (),
    known: Collection[Estimate] = (),
) -> SiteProfile:
    """Ask for the site's fields, issue types, projects and boards; errors as of fetch_site_info.

    A project that the settings name must be there, unless its key was `seen_before`. Of boards
    that do not answer this time, what is `known` stands.
    """
    with JiraMetadataClient(site, retry_policy) as metadata_client:
        visible = metadata_client.fetch_projects(site_info.deployment)
        projects = metadata.choose_projects(site, visible, seen_before)
        fields = metadata_client.fetch_fields()
        types = metadata_client.fetch_issue_types()
    return SiteProfile(
        **asdict(site_info),
        described_at=site_info.server_time,
        asked_projects=site.projects,
        projects=projects,
        types=types,
        fields=fields,
        estimates=fetch_estimates(site, projects, retry_policy, known),
    )


def fetch_estimates(
    site: Site,
    projects: Iterable[Project],
    retry_policy: RetryPolicy,
    known: Collection[Estimate] = (),
) -> tuple[Estimate, ...]:
    """What the boards of these projects add up, beside what is `known` of others.

    Boards are an extra that a site may lack, or keep from us: a question that fails is not asked
    again, nothing is waited for, and a site that refuses the first is asked no more.
    """
    estimates = {estimate.project_id: estimate.field for estimate in known}
    chosen = sorted(projects, key=lambda project: (project.id in estimates, project.id))
    first, rest = chosen[:1], chosen[1:MOST_BOARDS]
    once = replace(retry_policy, attempts=1, longest_wait=0.0, longest_hint=0.0)
    try:
        with JiraMetadataClient(site, once) as metadata_client:
            fields = {p.id: metadata_client.find_estimate_field(p) for p in first}
    except (RefusedError, TryLaterError):
        return tuple(known)
    shares = [rest[start::AT_ONCE] for start in range(min(AT_ONCE, len(rest)))]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for answers in threads.map(partial(_ask_boards, site, once), shares):
            fields |= answers
    estimates |= {project_id: field for project_id, field in fields.items() if field}
    return tuple(Estimate(project_id, field) for project_id, field in sorted(estimates.items()))


def _ask_boards(
    site: Site, retry_policy: RetryPolicy, projects: Iterable[Project]
) -> dict[int, str | None]:
    """The fields that the boards of some projects add up, as far as they answer."""
    fields = {}
    with JiraMetadataClient(site, retry_policy) as metadata_client:
        for project in projects:
            with suppress(RefusedError, TryLaterError):
                fields[project.id] = metadata_client.find_estimate_field(project)
    return fields


def profile_site(site: Site, retry_policy: RetryPolicy) -> SiteProfile:
    """All that there is to know of a site that was never seen before."""
    with BlockingJiraClient(site, retry_policy) as jira:
        site_info = fetch_site_info(jira)
    return describe_site(site, site_info, retry_policy)
