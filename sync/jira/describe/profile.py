"""What a site is: kind, identity, fields, issue types, projects, boards; asked once a day."""

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from msgspec import Struct

from models.backlog import Estimate, Identity, Project, SiteProfile
from models.errors import IdentityError, Problem, RefusedError, TryLaterError
from sync.jira.client.addresses import normalise_address
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe import metadata
from sync.jira.describe.metadata_client import JiraMetadataClient

MOST_BOARDS = 50
"""The boards of so many projects are asked for each time; those not known yet come first."""
AT_ONCE = 4


class SiteInfo(Struct, frozen=True, kw_only=True):
    """What a site answers to two questions: what it is, and who we are.

    `address` is the one it gives as its own, which need not be the one it is `reached` at.
    """

    address: str
    reached: str
    deployment: str
    version: str
    server_time: datetime
    identity: Identity


def fetch_site_info(site: Site, retry_policy: RetryPolicy) -> SiteInfo:
    """Ask what the site is and who we are there: two requests.

    A question that Jira cannot answer now is asked again, as `patience` says. Raises
    JiraUnreachableError, IdentityError, RefusedError or SettingsError in plain words.
    """
    metadata.check_email(site)
    reached = normalise_address(site.base) or site.where
    with JiraMetadataClient(site, retry_policy) as metadata_client:
        info = metadata_client.server_information()
        return SiteInfo(
            address=normalise_address(info.baseUrl) or reached,
            reached=reached,
            deployment=metadata.deployment_of(site, info),
            version=info.version,
            server_time=metadata.moment_of(site, info),
            identity=metadata_client.identity(),
        )


def describe_site(
    site: Site,
    site_info: SiteInfo,
    retry_policy: RetryPolicy,
    seen_before: Collection[str] = (),
    known: Collection[Estimate] = (),
) -> SiteProfile:
    """Ask for the site's fields, issue types, projects and boards; errors as of `greet`.

    A project that the settings name must be there, unless its key was `seen_before`. Of boards
    that do not answer this time, what is `known` stands.
    """
    with JiraMetadataClient(site, retry_policy) as metadata_client:
        visible = metadata_client.projects(site_info.deployment)
        projects = metadata.wanted_projects(site, visible, seen_before)
        fields = metadata_client.fields()
        types = metadata_client.types()
    return SiteProfile(
        address=site_info.address,
        reached=site_info.reached,
        deployment=site_info.deployment,
        version=site_info.version,
        server_time=site_info.server_time,
        described_at=site_info.server_time,
        identity=site_info.identity,
        asked_projects=site.projects,
        projects=projects,
        types=types,
        fields=fields,
        estimates=ask_boards(site, projects, known),
    )


def ask_boards(
    site: Site, projects: Iterable[Project], known: Collection[Estimate] = ()
) -> tuple[Estimate, ...]:
    """What the boards of these projects add up, beside what is `known` of others.

    Boards are an extra that a site may lack, or keep from us: a question that fails is not asked
    again, and a site that refuses the first is asked no more.
    """
    estimates = {estimate.project_id: estimate.field for estimate in known}
    chosen = sorted(projects, key=lambda found: (found.id in estimates, found.id))[:MOST_BOARDS]
    with JiraMetadataClient(site, RetryPolicy(attempts=1)) as metadata_client:

        def ask(project: Project) -> str | None:
            try:
                return metadata_client.estimate_of(project)
            except (RefusedError, TryLaterError):
                return None

        try:
            first = [metadata_client.estimate_of(project) for project in chosen[:1]]
        except (RefusedError, TryLaterError):
            return tuple(known)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            found = [*first, *threads.map(ask, chosen[1:])]
    estimates |= {p.id: field for p, field in zip(chosen, found, strict=True) if field}
    return tuple(Estimate(project_id, field) for project_id, field in sorted(estimates.items()))


def profile_site(site: Site, retry_policy: RetryPolicy) -> SiteProfile:
    """All that there is to know of a site that was never seen before."""
    return describe_site(site, fetch_site_info(site, retry_policy), retry_policy)


def check_identity(site: Site, profile: SiteProfile, retry_policy: RetryPolicy) -> None:
    """Ask again who we are; IdentityError if that is not who we were at the beginning."""
    with JiraMetadataClient(site, retry_policy) as metadata_client:
        now = metadata_client.identity()
    if now.account != profile.identity.account:
        what = "takes us for somebody else than at the start of the walk"
        remedy = "Check whether the token was replaced during the run; run again."
        raise IdentityError(Problem(site.where, what, remedy))
