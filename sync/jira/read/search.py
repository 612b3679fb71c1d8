"""Asks one site which issues match a query. Any anomaly is an error, never fewer issues.

Cloud pages by an opaque token, which ends when it says so or when no token comes. Data Center
pages by id, which unlike offsets neither drifts nor ends at row 10,000.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw

from models.backlog import Project
from models.errors import (
    IdentityError,
    IncompleteWalkError,
    JiraUnreachableError,
    Problem,
    RefusedError,
)
from sync.jira.client.errors import NotOfferedError
from sync.jira.client.http import BadRequest, JiraClient, Question
from sync.jira.read.decode import parse_moment
from sync.jira.read.rows import explain_incomplete, parse_id, read_count, read_id, read_page
from sync.jira.read.schema import DatedRow, Page

COUNT = "/rest/api/3/search/approximate-count"
PAGE = {"cloud": 100, "datacenter": 500}
"""Issues a page. More than these no site shows as soon as it is asked for real fields."""
PAGE_OF_IDS = {"cloud": 5_000, "datacenter": 1_000}
SMALLEST_PAGE = 50
MOST_PAGES = 200_000
MANY_ROWS = 10_000
"""A listing that is longer is held against Jira's count, which it may be twice as long as."""
MOST_IDLE_PAGES = 3
"""Pages in a row that bring a token but nothing new; short and empty pages as such are legal."""

NO_REMARKS = (b"null", b"[]")
"""What Jira writes where it has nothing to warn of."""

_dated_row = msgspec.json.Decoder(DatedRow)


ASK_ADMIN = "Nothing was published. Ask who runs this Jira to build its search index anew."


class PagingError(IncompleteWalkError):
    """Pages do not follow one another as they were asked for."""


class IssueSearch:
    """Searches of one site. `warnings` counts the pages that Jira remarked on.

    `nameless` counts rows without an id: what a listing lacks then need not be gone.
    `is_uncounted` says that a listing could not be held against a count, `miscounted` how many a
    count says and how many two listings have. `pages_by_id` is known of Data Center, once tried.
    """

    def __init__(self, client: JiraClient, deployment: str) -> None:
        self.client = client
        self.deployment = deployment
        self.warnings = 0
        self.nameless = 0
        self.is_uncounted = False
        self.pages_by_id: bool | None = None
        self.miscounted: tuple[int, int] | None = None

    async def list_ids(self, jql: str) -> set[int]:
        """The ids of all issues that match. Raises BadRequest where Jira refuses the query."""
        ids: set[int] = set()
        async for rows in self.list_rows(jql, ["id"], PAGE_OF_IDS[self.deployment]):
            ids.update(self.read_ids(rows))
        return ids

    def read_ids(self, rows: Iterable[Raw]) -> list[int]:
        """The ids of rows; those that carry none are counted. IncompleteWalkError if all do."""
        ids, nameless = [], None
        for raw in rows:
            try:
                ids.append(read_id(raw))
            except IncompleteWalkError as error:
                nameless = error
                self.nameless += 1
        if nameless and not ids:
            raise nameless
        return ids

    async def find_highest(self, jql: str) -> int:
        """The highest id of all issues that match; 0 where none does."""
        body = {"jql": f"{jql} ORDER BY id DESC", "fields": ["id"], "maxResults": 1}
        page = await self._fetch_some_page(body)
        return read_id(page.issues[0]) if page.issues else 0

    async def find_newest(self, jql: str) -> tuple[int, datetime] | None:
        """The issue updated last of those that match, and when; None where none tells."""
        body = {"jql": f"{jql} ORDER BY updated DESC", "fields": ["updated"], "maxResults": 10}
        page = await self.fetch_page(self._path, body)
        for raw in page.issues or ():
            try:
                newest = _dated_row.decode(raw)
                return parse_id(newest.id), parse_moment(newest.fields.updated)
            except (msgspec.DecodeError, ValueError, OverflowError):
                continue
        return None

    async def count_issues(self, jql: str) -> int | None:
        """About how many issues match, as far as they are indexed; None where Jira does not count.

        A count only checks a listing: one that is refused, not there or makes no sense is none.
        """
        try:
            if self.deployment == "cloud":
                return await self.client.ask(Question(COUNT, "its size", {"jql": jql}), read_count)
            body = {"jql": jql, "fields": ["id"], "maxResults": 0}
            counted = (await self.fetch_page(self._path, body)).total
        except (RefusedError, IncompleteWalkError) as error:
            if isinstance(error, IdentityError) and not isinstance(error, NotOfferedError):
                raise
            counted = None
        self.is_uncounted |= counted is None
        return counted

    def list_rows(
        self, jql: str, fields: Sequence[str], size: int | None = None
    ) -> AsyncGenerator[list[Raw]]:
        """All issues that match, in pages of at most `size`, still to be decoded."""
        body = {"fields": list(fields), "maxResults": size or PAGE[self.deployment]}
        page_through = self.page_by_token if self.deployment == "cloud" else self._page_anyhow
        return page_through(jql, body)

    async def fetch_page(
        self, path: str, body: dict[str, Any], attempts: int | None = None
    ) -> Page:
        """One page. Raises BadRequest where Jira refuses what it is asked."""
        page = await self.client.ask(Question(path, "the backlog", body), read_page, attempts)
        self.warnings += any(bytes(remark) not in NO_REMARKS for remark in page.remarks)
        return page

    @property
    def _path(self) -> str:
        return "/rest/api/3/search/jql" if self.deployment == "cloud" else "/rest/api/2/search"

    async def _fetch_some_page(self, body: dict[str, Any]) -> Page:
        """One page of a search; where it keeps failing, a smaller one."""
        while True:
            try:
                return await self.fetch_page(self._path, body)
            except (JiraUnreachableError, IncompleteWalkError):
                if body["maxResults"] <= SMALLEST_PAGE or self.client.is_spent:
                    raise
                body["maxResults"] //= 4

    async def page_by_token(self, jql: str, body: dict[str, Any]) -> AsyncGenerator[list[Raw]]:
        """Page after page by the token that each one hands out; Cloud alone."""
        body |= {"jql": f"{jql} ORDER BY id ASC"}
        tokens: set[str] = set()
        highest = rows = idle = 0
        most = MANY_ROWS
        for _ in range(MOST_PAGES):
            page = await self._fetch_some_page(body)
            highest_here = max(self.read_ids(page.issues or ()), default=0)
            idle = 0 if highest_here > highest else idle + 1
            highest = max(highest, highest_here)
            rows += len(page.issues or ())
            most = await self._check_length(jql, rows, most)
            yield page.issues or []
            token = page.nextPageToken
            if page.isLast or not token:
                return
            if token in tokens:
                raise explain_incomplete("Jira hands out the same page for ever (a token repeats)")
            if idle >= MOST_IDLE_PAGES:
                raise explain_incomplete("Jira hands out page after page with nothing new")
            tokens.add(token)
            body["nextPageToken"] = token
        raise explain_incomplete("the backlog has no end")

    async def page_by_id(self, jql: str, body: dict[str, Any]) -> AsyncGenerator[list[Raw]]:
        """Page after page of what comes behind the last id; both kinds of Jira."""
        last = rows = 0
        most = MANY_ROWS
        for _ in range(MOST_PAGES):
            body |= {"jql": f"{jql} AND id > {last} ORDER BY id ASC"}
            page = await self._fetch_some_page(body)
            issues = page.issues or []
            ids = self.read_ids(issues)
            if not ids:
                await self._check_end(f"{jql} AND id > {last}", page.total)
                return
            if ids[0] <= last or ids != sorted(set(ids)):
                raise PagingError(Problem("walk", "Jira does not page by id as asked", ASK_ADMIN))
            self.pages_by_id = True if last else self.pages_by_id
            last = ids[-1]
            rows += len(issues)
            most = await self._check_length(jql, rows, most)
            yield issues
            if len(ids) == page.total and len(ids) < _limit_page(body, page):
                return
        raise explain_incomplete("the backlog has no end")

    async def _page_anyhow(self, jql: str, body: dict[str, Any]) -> AsyncGenerator[list[Raw]]:
        """By id or, where a Data Center does not take that, by offset: some rows may come twice."""
        if self.pages_by_id is not False:
            try:
                async with aclosing(self.page_by_id(jql, body)) as pages:
                    async for rows in pages:
                        yield rows
                return
            except (BadRequest, PagingError):
                if self.pages_by_id:
                    raise
        async with aclosing(self.page_by_offset(jql, body)) as pages:
            async for rows in pages:
                self.pages_by_id = False
                yield rows

    async def page_by_offset(self, jql: str, body: dict[str, Any]) -> AsyncGenerator[list[Raw]]:
        """Page after page by number; each begins with the last row of the one before it.

        Where it does not, rows have come or gone meanwhile, and others may have been passed over.
        """
        last = rows = 0
        most = MANY_ROWS
        for _ in range(MOST_PAGES):
            body |= {"jql": f"{jql} ORDER BY id ASC", "startAt": max(0, rows - 1)}
            page = await self._fetch_some_page(body)
            ids = self.read_ids(page.issues or ())
            if (last and ids[:1] != [last]) or ids != sorted(set(ids)):
                what = "Jira does not page by id, and by offset rows came and went meanwhile"
                raise PagingError(Problem("walk", what, ASK_ADMIN))
            new = (page.issues or [])[1 if last else 0 :]
            rows += len(new)
            most = await self._check_length(jql, rows, most)
            if new:
                last = ids[-1]
                yield new
            if not new or page.total == rows:
                return
        raise explain_incomplete("the backlog has no end")

    async def _check_end(self, jql: str, total: int | None) -> None:
        """IncompleteWalkError if there is more, as Jira counts it, and a second look finds some."""
        if total and await self.find_highest(jql):
            raise explain_incomplete(f"Jira counts {total} more issues and shows none")

    async def _check_length(self, jql: str, rows: int, most: int) -> int:
        """How many rows a listing may have. IncompleteWalkError where it has no end."""
        if rows <= most:
            return most
        counted = await self.count_issues(jql)
        most = self.client.retry_policy.limits.most_issues
        if counted is not None:
            most = min(most, 2 * counted + MANY_ROWS)
        if rows > most:
            told = "does not count them" if counted is None else f"counts {counted}"
            raise explain_incomplete(f"Jira {told}, and lists issues without end ({rows} so far)")
        return most


def _limit_page(body: dict[str, Any], page: Page) -> int:
    """How many issues a page could have held; a full one is never the last, whatever is counted."""
    asked: int = body["maxResults"]
    return asked if page.maxResults is None else min(asked, page.maxResults)


def scope_to(projects: Iterable[Project]) -> str:
    """The clause that keeps a search to these projects."""
    return f"project in ({', '.join(str(project.id) for project in projects)})"


def format_milliseconds(instant: datetime) -> str:
    """A moment as JQL takes it without asking for a zone: a bare number, floored to the minute."""
    return str(int(instant.timestamp()) // 60 * 60_000)
