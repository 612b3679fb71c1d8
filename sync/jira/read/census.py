"""Lists everything that a site shows us, and holds the list against what else Jira says of it."""

from contextlib import aclosing
from itertools import pairwise
from typing import Any

from sync.jira.read.rows import explain_incomplete
from sync.jira.read.search import PAGE_OF_IDS, IssueSearch, ask_together

RANGES = 10
"""As many as there may be requests at once."""
ENOUGH, FEW = 0.9, 10
"""What a listing must have of Jira's count, which is an estimate and lags behind."""


async def take_census(search: IssueSearch, jql: str) -> set[int]:
    """The ids of all issues that match, compared with Jira's own count of them.

    IncompleteWalkError where many are missing: a cursor may get ahead of what it shows.
    """
    ids, counted = await list_all_ids(search, jql), await search.count_issues(jql)
    if counted is not None and len(ids) + FEW < counted * ENOUGH:
        raise explain_incomplete(f"Jira counts {counted} issues and lists {len(ids)}")
    return ids


async def list_all_ids(search: IssueSearch, jql: str) -> set[int]:
    """The ids of all issues that match: on Data Center ranges of ids are listed side by side."""
    if search.deployment == "cloud":
        return await search.list_ids(jql)
    body = {"fields": ["id"], "maxResults": PAGE_OF_IDS[search.deployment]}
    async with aclosing(search.page_by_id(jql, body)) as pages:
        ids = set(search.read_ids(await anext(pages, [])))
    if not ids:
        return ids
    clauses = _split_ranges(ids, await search.find_highest(jql))
    return ids.union(
        *await ask_together(_list_range(search, jql + clause, dict(body)) for clause in clauses)
    )


async def _list_range(search: IssueSearch, jql: str, body: dict[str, Any]) -> set[int]:
    return {i async for rows in search.page_by_id(jql, body) for i in search.read_ids(rows)}


def _split_ranges(first: set[int], highest: int) -> list[str]:
    """Clauses that part what comes behind the `first` page; the last one is open."""
    start, width = max(first), max(first) - min(first) + 1
    if start == highest:
        return []
    if start > highest:  # the answer about the highest is behind the one that was listed
        return [f" AND id > {start}"]
    parts = min(RANGES, (highest - start) // width + 1)
    bounds = range(start, highest, (highest - start) // parts + 1)
    between = [f" AND id > {low} AND id <= {high}" for low, high in pairwise(bounds)]
    return [*between, f" AND id > {bounds[-1]}"]
