"""Read a Jira as a run does: profile, fields, walk. Nothing here waits between attempts."""

import asyncio
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from models.backlog import Field, Identity, Issue, IssueType, Project, SiteProfile
from sync.jira.client.http import JiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.field_plan import plan_fields
from sync.jira.describe.profile import profile_site
from sync.jira.read.decode import IssueDecoder
from sync.jira.read.walk import Walk, WalkReport
from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from tests.companies import a_company

TLS = Path(__file__).parent / "read" / "tls"
AUTHORITY = TLS / "authority.pem"
"""Whom each client trusts: one authority is read in no time, all those of the world in 20 ms."""
HASH_KEY = "00" * 32
CANARY = "canary-7f3a-token"
RESTLESS = RetryPolicy(
    attempts=3, first_wait=0.0, longest_wait=0.0, longest_hint=0.0, deadline=20, budget=10
)
ONCE = replace(RESTLESS, attempts=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

POINTS = Field(
    id="customfield_1",
    name="Story Points",
    kind="com.atlassian.jira.plugin.system.customfieldtypes:float",
)
EPIC_LINK = Field(
    id="customfield_2", name="Epic Link", kind="com.pyxis.greenhopper.jira:gh-epic-link"
)
EPIC_NAME = Field(
    id="customfield_3", name="Epic Name", kind="com.pyxis.greenhopper.jira:gh-epic-label"
)
PARENT_LINK = Field(
    id="customfield_4", name="Parent Link", kind="com.atlassian.jpo:jpo-custom-field-parent"
)


def site_of(jira: SampleJira, **changes: Any) -> Site:
    """The settings that open this sample Jira."""
    email = jira.email if jira.view.is_cloud else None
    settings: dict[str, Any] = {
        "name": "main",
        "url": jira.url,
        "email": email,
        "token": jira.token,
        "ca_file": str(AUTHORITY),
    }
    return Site(**settings | changes)


def a_profile(**changes: Any) -> SiteProfile:
    """A small Data Center site, or Cloud with deployment="cloud"."""
    defaults: dict[str, Any] = {
        "deployment": "datacenter",
        "version": "10.3.24",
        "server_time": NOON,
        "described_at": NOON,
        "identity": Identity("reader", "Reader"),
        "projects": (Project(id=10000, key="PAY", name="Payments"),),
        "types": (
            IssueType(id="1", name="Épopée", subtask=False),
            IssueType(id="2", name="Récit", subtask=False),
            IssueType(id="3", name="Sous-tâche", subtask=True),
            IssueType(id="4", name="Initiative", subtask=False),
        ),
        "fields": (POINTS, EPIC_LINK, EPIC_NAME, PARENT_LINK),
    }
    return SiteProfile(**defaults | changes)


@dataclass(repr=False)
class Reading:
    """What came of reading a Jira; `pages` as they came, `issues` as they were last.

    Not to be printed: it is long, and `asyncio.run` puts whatever it gives back into words.
    """

    profile: SiteProfile
    report: WalkReport
    pages: list[list[Issue]] = field(default_factory=list)

    @property
    def issues(self) -> dict[int, Issue]:
        """Every issue by id."""
        return {issue.id: issue for page in self.pages for issue in page}


def a_small_company() -> Company:
    """A share of two projects of the company: a few pages on either kind of Jira."""
    return a_company("RPT", "INT", every=6)


@cache
def _describe_small(*, is_cloud: bool) -> SiteProfile:
    with SampleJira(a_small_company(), "cloud" if is_cloud else "datacenter") as jira:
        return profile_site(site_of(jira), ONCE)


def profile_small(jira: SampleJira) -> SiteProfile:
    """What a Jira of the small company is found to be: asked for once of either kind."""
    known = _describe_small(is_cloud=jira.view.is_cloud)
    return msgspec.structs.replace(known, address=jira.url, reached=jira.url)


def walk_small(jira: SampleJira, **changes: Any) -> Reading:
    """Walk the whole Jira of the small company, which is not asked what it is."""
    return walk(site_of(jira), profile_small(jira), **changes)


def read(
    jira: SampleJira,
    *,
    named: Iterable[str] = (),
    retry_policy: RetryPolicy = RESTLESS,
    **changes: Any,
) -> Reading:
    """Read the whole sample Jira."""
    site = site_of(jira, **changes)
    profile = profile_site(site, retry_policy)
    return walk(site, profile, named=named, retry_policy=retry_policy)


def walk(
    site: Site,
    profile: SiteProfile,
    *,
    named: Iterable[str] = (),
    retry_policy: RetryPolicy = RESTLESS,
    stop: threading.Event | None = None,
    known_epics: Iterable[str] = (),
) -> Reading:
    """Walk a site that was profiled before; `known_epics` are types found by earlier walks."""
    fields = plan_fields(profile, named)
    decoder = IssueDecoder(site.name, profile, fields, HASH_KEY)
    decoder.type_levels.epics |= set(known_epics)

    async def go() -> Reading:
        async with JiraClient(
            site, replace(retry_policy, stop=stop or threading.Event())
        ) as client:
            trip = Walk(client, profile, fields, decoder)
            ids = await trip.list_all_ids()
            pages = [page async for page in trip.read_issues(ids, all_of_them=True)]
            return Reading(profile, trip.build_report(), pages)

    return asyncio.run(go())
