"""Asks one site which issues match a query. Any anomaly is an error, never fewer issues.

Cloud pages by an opaque token, which ends when it says so or when no token comes. Data Center
pages by id, which unlike offsets neither drifts nor ends at row 10,000.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
from msgspec import Struct

from models.backlog import Project
from models.errors import IncompleteWalkError, JiraUnreachableError, Problem
from sync.jira.client.http import JiraClient
from sync.jira.read.decode import id_of, moment, read_count, read_page
from sync.jira.read.schema import Page

PAGE = {"cloud": 100, "datacenter": 500}
"""Issues a page. More than these no site shows as soon as it is asked for real fields."""
PAGE_OF_IDS = {"cloud": 5_000, "datacenter": 1_000}
RANGES = 10
"""As many as there may be requests at once."""
SMALLEST_PAGE = 50
MOST_PAGES = 200_000
ENOUGH, FEW = 0.9, 10
"""What a listing must have of Jira's count, which is an estimate and lags behind."""
MOST_IDLE_PAGES = 3
"""Pages in a row that bring a token but nothing new; short and empty pages as such are legal."""

SILENCE = (b"null", b"[]")
"""What Jira writes where it has nothing to warn of."""


class _Dated(Struct):
    updated: str


class _Newest(Struct):
    id: str
    fields: _Dated


class Search:
    """Searches of one site. `warnings` counts the pages that Jira remarked on."""

    def __init__(self, client: JiraClient, deployment: str) -> None:
        self.client = client
        self.deployment = deployment
        self.pages = 0
        self.warnings = 0

    async def census(self, jql: str) -> set[int]:
        """The ids of all issues that match, held against Jira's own count of them.

        IncompleteWalkError where many are missing: a cursor may get ahead of what it shows.
        """
        found, counted = await self.all_ids(jql), await self.count(jql)
        if counted is not None and len(found) + FEW < counted * ENOUGH:
            raise incomplete(f"Jira counts {counted} issues and lists {len(found)}")
        return found

    async def ids(self, jql: str) -> set[int]:
        """The ids of all issues that match. Raises BadRequest where Jira refuses the query."""
        found: set[int] = set()
        async for rows in self.rows(jql, ["id"], PAGE_OF_IDS[self.deployment]):
            found.update(map(id_of, rows))
        return found

    async def all_ids(self, jql: str) -> set[int]:
        """The same where many match: on Data Center ranges of ids are listed side by side."""
        if self.deployment == "cloud":
            return await self.ids(jql)
        body = {"fields": ["id"], "maxResults": PAGE_OF_IDS[self.deployment]}
        async with aclosing(self.by_id(jql, body)) as pages:
            found = {id_of(raw) for raw in await anext(pages, [])}
        if not found:
            return found
        ranges = _ranges(found, await self._highest(jql))
        lists = [asyncio.create_task(self._listed(jql + clause, dict(body))) for clause in ranges]
        try:
            return found.union(*await asyncio.gather(*lists))
        finally:
            for task in lists:
                task.cancel()
            await asyncio.gather(*lists, return_exceptions=True)

    async def _listed(self, jql: str, body: dict[str, Any]) -> set[int]:
        return {id_of(raw) async for rows in self.by_id(jql, body) for raw in rows}

    async def _highest(self, jql: str) -> int:
        body = {"jql": f"{jql} ORDER BY id DESC", "fields": ["id"], "maxResults": 1}
        page = await self._page(body)
        return id_of(page.issues[0]) if page.issues else 0

    async def newest(self, jql: str) -> tuple[int, datetime] | None:
        """The issue updated last of those that match, and when; None where none does."""
        body = {"jql": f"{jql} ORDER BY updated DESC", "fields": ["updated"], "maxResults": 1}
        page = await self.ask(self._path, body)
        if not page.issues:
            return None
        try:
            found = msgspec.json.decode(page.issues[0], type=_Newest)
            return int(found.id), moment(found.fields.updated)
        except (msgspec.DecodeError, ValueError):
            raise incomplete("Jira does not say when its newest issue was updated") from None

    async def count(self, jql: str) -> int | None:
        """About how many issues match, as far as they are indexed; None where Jira does not count.

        IncompleteWalkError where the answer makes no sense.
        """
        if self.deployment == "cloud":
            path = "/rest/api/3/search/approximate-count"
            return await self.client.post(path, {"jql": jql}, "its size", read_count)
        page = await self.ask(self._path, {"jql": jql, "fields": ["id"], "maxResults": 0})
        return page.total

    def rows(
        self, jql: str, fields: Sequence[str], size: int | None = None
    ) -> AsyncGenerator[list[msgspec.Raw]]:
        """All issues that match, in pages of at most `size`, still to be decoded."""
        body = {"fields": list(fields), "maxResults": size or PAGE[self.deployment]}
        by = self.by_token if self.deployment == "cloud" else self.by_id
        return by(jql, body)

    async def ask(self, path: str, body: dict[str, Any], attempts: int | None = None) -> Page:
        """One page. Raises BadRequest where Jira refuses what it is asked."""
        page = await self.client.post(path, body, "the backlog", read_page, attempts)
        self.pages += 1
        self.warnings += any(bytes(said) not in SILENCE for said in page.said)
        return page

    @property
    def _path(self) -> str:
        return "/rest/api/3/search/jql" if self.deployment == "cloud" else "/rest/api/2/search"

    async def _page(self, body: dict[str, Any]) -> Page:
        """One page of a search; where it keeps failing, a smaller one."""
        while True:
            try:
                return await self.ask(self._path, body)
            except (JiraUnreachableError, IncompleteWalkError):
                if body["maxResults"] <= SMALLEST_PAGE or self.client.is_spent:
                    raise
                body["maxResults"] //= 4

    async def by_token(self, jql: str, body: dict[str, Any]) -> AsyncGenerator[list[msgspec.Raw]]:
        """Page after page by the token that each one hands out; Cloud alone."""
        body |= {"jql": f"{jql} ORDER BY id ASC"}
        tokens: set[str] = set()
        ids: set[int] = set()
        idle = 0
        for _ in range(MOST_PAGES):
            page = await self._page(body)
            found = {id_of(raw) for raw in page.issues or ()}
            idle = 0 if found - ids else idle + 1
            ids |= found
            yield page.issues or []
            token = page.nextPageToken
            if page.isLast or not token:
                return
            if token in tokens:
                raise incomplete("Jira hands out the same page for ever (its token repeats)")
            if idle >= MOST_IDLE_PAGES:
                raise incomplete("Jira hands out page after page with nothing new")
            tokens.add(token)
            body["nextPageToken"] = token
        raise incomplete("the backlog has no end")

    async def by_id(self, jql: str, body: dict[str, Any]) -> AsyncGenerator[list[msgspec.Raw]]:
        """Page after page of what comes behind the last id; both kinds of Jira."""
        last = 0
        for _ in range(MOST_PAGES):
            body |= {"jql": f"{jql} AND id > {last} ORDER BY id ASC"}
            page = await self._page(body)
            issues = page.issues or []
            ids = [id_of(raw) for raw in issues]
            if not ids:
                if page.total:
                    raise incomplete(f"Jira counts {page.total} more issues and shows none")
                return
            if ids[0] <= last or ids != sorted(set(ids)):
                raise incomplete("Jira does not page by id as asked")
            last = ids[-1]
            yield issues
            if len(ids) == page.total and len(ids) < _size(body, page):
                return
        raise incomplete("the backlog has no end")


def _size(body: dict[str, Any], page: Page) -> int:
    """How many issues a page could have held; a full one is never the last, whatever is counted."""
    asked: int = body["maxResults"]
    return asked if page.maxResults is None else min(asked, page.maxResults)


def _ranges(first: set[int], highest: int) -> list[str]:
    """Clauses that part what comes behind the `first` page; the last one is open."""
    start, width = max(first), max(first) - min(first) + 1
    if start >= highest:
        return []
    parts = min(RANGES, (highest - start) // width + 1)
    bounds = range(start, highest, (highest - start) // parts + 1)
    between = [f" AND id > {low} AND id <= {high}" for low, high in pairwise(bounds)]
    return [*between, f" AND id > {bounds[-1]}"]


async def understands_milliseconds(search: Search, scope: str) -> bool:
    """Whether the site reads a bare number in JQL as milliseconds since 1970, which has no zone.

    Tried on its newest issue: it must match its own minute, and not one two minutes later.
    """
    newest = await search.newest(scope)
    if newest is None:
        return False
    issue_id, updated = newest
    same, later = updated.replace(second=0, microsecond=0), updated + timedelta(minutes=2)
    asked = f"{scope} AND id = {issue_id} AND updated >= "
    return (
        await search.ids(asked + milliseconds(same)) == {issue_id}
        and await search.ids(asked + milliseconds(later)) == set()
    )


async def pages_by_id(search: Search, scope: str) -> bool:
    """Whether `id > n` finds what comes after n, in order: the walk over a Data Center rests on it.

    Tried on its first three issues; a site of fewer than two has nothing to page.
    """

    async def first(clause: str) -> list[int]:
        body = {"jql": f"{scope}{clause} ORDER BY id ASC", "fields": ["id"], "maxResults": 3}
        page = await search.ask("/rest/api/2/search", body)
        return [id_of(raw) for raw in page.issues or ()]

    ids = await first("")
    after = await first(f" AND id > {ids[0]}") if len(ids) > 1 else []
    return ids == sorted(set(ids)) and after[:2] == ids[1:]


def within(projects: Iterable[Project]) -> str:
    """The clause that keeps a search to these projects."""
    return f"project in ({', '.join(str(project.id) for project in projects)})"


def milliseconds(instant: datetime) -> str:
    """A moment as JQL takes it without asking for a zone: a bare number, floored to the minute."""
    return str(int(instant.timestamp()) // 60 * 60_000)


def incomplete(what: str) -> IncompleteWalkError:
    """The error of a walk that did not come through whole."""
    return IncompleteWalkError(Problem("walk", what, "Nothing was published; run again."))
