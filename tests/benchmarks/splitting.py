"""Measures ways of splitting the reading of a whole backlog, all with the client's own pieces.

    python -m tests.benchmarks.splitting [--issues 5000 50000] [--latency 0.05]

    ids, then fetch     one list of ids, then the issues by id, many requests at once: what runs do
    by project          one walk a project, each page behind the last id; projects at once
    one walk            page after page: by token on Cloud, behind the last id on Data Center

Nothing is decoded or stored, and every way must come to the same issues. Wall and CPU seconds are
of this process alone; the sample Jira, with latency, is another. Requests count the site's
description apart.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from models.backlog import Project, SiteProfile
from sync.jira.client.http import JiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.field_plan import plan_fields
from sync.jira.describe.profile import profile_site
from sync.jira.read.census import list_all_ids
from sync.jira.read.fetch import IssueFetcher
from sync.jira.read.rows import read_id
from sync.jira.read.search import PAGE, IssueSearch, scope_to
from tests.benchmarks.reading import DIALECTS, Jira, jira_of

Way = Callable[[IssueSearch, SiteProfile, list[str]], Awaitable[set[int]]]


async def ids_then_fetch(search: IssueSearch, profile: SiteProfile, fields: list[str]) -> set[int]:
    """What a run does."""
    ids = await list_all_ids(search, scope_to(profile.projects))
    pages = IssueFetcher(search).fetch_rows(ids, fields)
    return {read_id(raw) async for rows in pages for raw in rows}


async def by_project(search: IssueSearch, profile: SiteProfile, fields: list[str]) -> set[int]:
    """A sequential walk a project, all projects side by side."""
    walks = (
        _walk(search.page_by_id, [project], _body(search, fields)) for project in profile.projects
    )
    return set[int]().union(*await asyncio.gather(*walks))


async def one_walk(search: IssueSearch, profile: SiteProfile, fields: list[str]) -> set[int]:
    """One sequential walk over everything."""
    by = search.page_by_token if search.deployment == "cloud" else search.page_by_id
    return await _walk(by, profile.projects, _body(search, fields))


async def _walk(by: Any, projects: Iterable[Project], body: dict[str, Any]) -> set[int]:
    return {read_id(raw) async for rows in by(scope_to(projects), body) for raw in rows}


def _body(search: IssueSearch, fields: list[str]) -> dict[str, Any]:
    return {"fields": fields, "maxResults": PAGE[search.deployment]}


WAYS: dict[str, Way] = {
    "ids, then fetch": ids_then_fetch,
    "by project": by_project,
    "one walk": one_walk,
}


async def _measured(site: Site, profile: SiteProfile, way: Way) -> int:
    fields = list(plan_fields(profile, ()).requested)
    async with JiraClient(site, RetryPolicy()) as client:
        return len(await way(IssueSearch(client, profile.deployment), profile, fields))


def compare(dialect: str, issues: int, latency: float) -> None:
    """One line a way."""
    with jira_of(dialect, issues, latency) as jira:
        site = _site(jira, dialect)
        profile = profile_site(site, RetryPolicy())
        for name, way in WAYS.items():
            jira.counted()
            wall, cpu = time.monotonic(), time.process_time()
            came = asyncio.run(_measured(site, profile, way))
            wall, cpu = time.monotonic() - wall, time.process_time() - cpu
            requests, concurrency = jira.counted()
            if came != issues:
                sys.exit(f"{name}: {came} of {issues} issues came")
            print(
                f"{DIALECTS[dialect]:<12}{issues:>8,}  {name:<17}{wall:>7.2f}{cpu:>8.2f}"
                f"{requests:>10,}{concurrency:>9}",
                flush=True,
            )


def _site(jira: Jira, dialect: str) -> Site:
    email = jira.email if dialect == "cloud" else None
    return Site(name="main", url=jira.url, email=email, token=jira.token)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, nargs="+", default=[5_000, 50_000])
    parser.add_argument("--latency", type=float, default=0.05)
    chosen = parser.parse_args()
    print(f"latency {chosen.latency * 1000:.0f} ms\n")
    print(f"{'Jira':<12}{'issues':>8}{'wall s':>26}{'CPU s':>8}{'requests':>10}{'at once':>9}")
    for issues in chosen.issues:
        for dialect in DIALECTS:
            compare(dialect, issues, chosen.latency)


if __name__ == "__main__":
    main()
