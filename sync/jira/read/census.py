"""Lists everything that a site shows us, and holds the list against what else Jira says of it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import aclosing
from itertools import pairwise
from typing import Any, TypeVar

from msgspec import Raw

from sync.jira.client.http import BadRequest
from sync.jira.read.rows import explain_incomplete
from sync.jira.read.search import PAGE_OF_IDS, SMALLEST_PAGE, IssueSearch, PagingError

T = TypeVar("T")

RANGES = 10
"""As many as there may be requests at once."""
ENOUGH, FEW = 0.9, 10
"""What a listing must have of Jira's count, which is an estimate and lags behind."""


async def take_census(search: IssueSearch, jql: str) -> set[int]:
    """The ids of all issues that match, compared with Jira's own count of them.

    Where many are missing they are listed in another way, too: a cursor may get ahead of what it
    shows. IncompleteWalkError where neither has them; where both have the same, the count is wrong.
    """
    ids, counted = await list_all_ids(search, jql), await search.count_issues(jql)
    if counted is None or _is_whole(ids, counted):
        return ids
    others = await _list_otherwise(search, jql, max(SMALLEST_PAGE, len(ids) // 3))
    if _is_whole(ids | others, counted):
        return ids | others
    if not ids or ids != others:
        raise explain_incomplete(f"Jira counts {counted} issues and lists {len(ids)}")
    search.miscounted = counted, len(ids)
    return ids


def _is_whole(ids: set[int], counted: int) -> bool:
    return len(ids) + FEW >= counted * ENOUGH


async def _list_otherwise(search: IssueSearch, jql: str, size: int) -> set[int]:
    """The ids as another way lists them, in pages of another size; none where it is refused."""
    page_through = search.page_by_id if search.deployment == "cloud" else search.page_by_offset
    try:
        return await _list_range(search, page_through(jql, {"fields": ["id"], "maxResults": size}))
    except BadRequest:
        return set()


async def list_all_ids(search: IssueSearch, jql: str) -> set[int]:
    """The ids of all issues that match: on Data Center ranges of ids are listed side by side."""
    if search.deployment == "cloud":
        return await search.list_ids(jql)
    body = {"fields": ["id"], "maxResults": PAGE_OF_IDS[search.deployment]}
    try:
        async with aclosing(search.page_by_id(jql, body)) as pages:
            ids = set(search.read_ids(await anext(pages, [])))
        if not ids:
            return ids
        clauses = _split_ranges(ids, await search.find_highest(jql))
        ranges = (search.page_by_id(jql + clause, dict(body)) for clause in clauses)
        return ids.union(*await ask_together(_list_range(search, pages) for pages in ranges))
    except (BadRequest, PagingError):
        return await search.list_ids(jql)


async def _list_range(search: IssueSearch, pages: AsyncIterator[list[Raw]]) -> set[int]:
    return {i async for rows in pages for i in search.read_ids(rows)}


async def ask_together(questions: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The answers to questions that are asked side by side; if one fails, the others end."""
    tasks = [asyncio.create_task(question) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
