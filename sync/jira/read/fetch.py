"""Fetches issues by id, many at once, and finds the one issue that spoils a reply.

By id, since an id never changes and never moves to another page. Cloud has a call for it, which
reads the database and not the index that lags behind it; Data Center is searched for the ids.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from typing import Any
from urllib.parse import quote

from msgspec import Raw

from models.errors import HeadwayError, IncompleteWalkError, JiraUnreachableError
from models.finding import Finding
from sync.jira.client.body import LARGE
from sync.jira.client.errors import NotThereError
from sync.jira.client.http import BadRequest, JiraClient, Question
from sync.jira.read.rows import explain_incomplete, read_id, read_key
from sync.jira.read.search import PAGE, IssueSearch

FEWEST_AHEAD, AHEAD = 3, 12
"""Replies that may wait to be taken in: more would only fill the memory, and large ones sooner."""
ATTEMPTS_APART = 2
MOST_SPOILED, SHARE_SPOILED = 100, 10
"""More than these, or one issue in ten, are not a few bad ones: something else is wrong."""
FEW = 3
"""So many issues, or one in a hundred, may vanish between the listing and the fetching."""


class IssueFetcher:
    """Fetches from one site. `spoiled` are ids that Jira lists and cannot hand out.

    `unlisted` are ids that are asked for although this walk did not list them: they may be gone.
    """

    def __init__(self, search: IssueSearch) -> None:
        self.search = search
        self.spoiled: dict[int, str] = {}
        self.unlisted: set[int] = set()
        self._asked = 0
        self._vanished: set[int] = set()

    async def fetch_rows(
        self, ids: Iterable[int], fields: Sequence[str]
    ) -> AsyncGenerator[list[Raw]]:
        """The issues of these ids in ascending order, still to be decoded.

        Those that vanished since they were listed do not come; IncompleteWalkError if too many.
        """
        under_way: deque[asyncio.Task[list[Raw]]] = deque()
        ahead = FEWEST_AHEAD
        try:
            for some in _split_chunks(sorted(ids), PAGE[self.search.deployment]):
                while len(under_way) >= ahead:
                    rows = await under_way.popleft()
                    ahead = FEWEST_AHEAD if _are_large(rows) else min(AHEAD, ahead + 3)
                    yield rows
                under_way.append(asyncio.create_task(self._fetch_some(some, list(fields))))
            while under_way:
                yield await under_way.popleft()
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        lacking = len(self._vanished - self.unlisted)
        if lacking > max(FEW, self._asked // 100):
            what = f"Jira listed {self._asked} issues and lacks {lacking} of them"
            raise explain_incomplete(what)

    async def _fetch_some(
        self, ids: list[int], fields: list[str], attempts: int | None = None
    ) -> list[Raw]:
        """A few issues; if they do not come together they are asked for in ever smaller parts."""
        try:
            rows, failed = await self._ask(ids, fields, attempts)
        except (JiraUnreachableError, IncompleteWalkError, BadRequest) as error:
            if isinstance(error, BadRequest) and self.search.deployment == "cloud":
                raise explain_incomplete("Jira does not accept the search") from None
            if isinstance(error, HeadwayError) and self.search.client.is_spent:
                raise
            return await self._fetch_apart(ids, fields, error)
        self._asked += len(ids) - len(failed)
        if len(rows) + len(failed) < len(ids):
            self._vanished |= set(ids) - set(failed) - set(map(read_id, rows))
        if not failed:
            return rows
        if len(failed) == 1 < len(ids):
            return rows + await self._fetch_some(failed, fields, ATTEMPTS_APART)
        withheld = explain_incomplete("Jira cannot load an issue that it lists")
        return rows + await self._fetch_apart(failed, fields, withheld)

    async def _fetch_apart(self, ids: list[int], fields: list[str], error: Exception) -> list[Raw]:
        if len(ids) == 1:
            self._give_up(ids[0], error)
            return []
        half = len(ids) // 2
        return [
            *await self._fetch_some(ids[:half], fields, ATTEMPTS_APART),
            *await self._fetch_some(ids[half:], fields, ATTEMPTS_APART),
        ]

    def _give_up(self, issue_id: int, error: Exception) -> None:
        """Data Center refuses to search for an id that is not there; all else is a spoiled one."""
        self._asked += 1
        if isinstance(error, BadRequest):
            self._vanished.add(issue_id)
            return
        self.mark_spoiled(issue_id, error)

    def mark_spoiled(self, issue_id: int, error: Exception) -> None:
        """Take an issue for unreadable, or raise `error` where too many are."""
        self.spoiled[issue_id] = str(error).splitlines()[0]
        if len(self.spoiled) > max(MOST_SPOILED, self._asked // SHARE_SPOILED):
            raise error

    async def _ask(
        self, ids: list[int], fields: list[str], attempts: int | None
    ) -> tuple[list[Raw], list[int]]:
        """What came of asking once: the issues, and the ids that Jira says to ask for again."""
        rows: dict[int, Raw] = {}
        failed: list[int] = []
        if self.search.deployment == "cloud":
            body: dict[str, Any] = {"issueIdsOrKeys": [str(each) for each in ids], "fields": fields}
            page = await self.search.fetch_page("/rest/api/3/issue/bulkfetch", body, attempts)
            rows = _index_rows(page.issues or (), ids)
            again = {error.id for error in page.issueErrors or ()}
            failed = [each for each in ids if str(each) in again and each not in rows]
        else:
            jql = f"id in ({', '.join(map(str, ids))})"
            async for page_rows in self.search.list_rows(jql, fields, len(ids) + 1):
                rows |= _index_rows(page_rows, ids)
        return [rows[each] for each in sorted(rows)], failed

    def list_findings(self) -> Iterable[Finding]:
        """The issues that could not be read."""
        for issue_id, why in sorted(self.spoiled.items()):
            what = f"cannot be read and stays as it was last seen ({why})"
            yield Finding("issue-unreadable", f"issue id {issue_id}", what)


def _index_rows(page: Iterable[Raw], ids: Iterable[int]) -> dict[int, Raw]:
    """A page by id. It is judged before the next is asked for: there may be no last one."""
    rows = {read_id(raw): raw for raw in page}
    if rows.keys() - set(ids):
        raise explain_incomplete("Jira answers with issues that nobody asked for")
    return rows


async def fetch_keys(search: IssueSearch, ids: Iterable[int]) -> tuple[dict[int, str], set[int]]:
    """The keys that these ids have at a site, and the ids that it cannot hand out.

    Those that it does not show come in neither.
    """
    fetcher = IssueFetcher(search)
    fetcher.unlisted = set(ids)
    keys: dict[int, str] = {}
    async with aclosing(fetcher.fetch_rows(fetcher.unlisted, ["issuetype"])) as pages:
        async for rows in pages:
            keys.update(map(read_key, rows))
    return keys, set(fetcher.spoiled)


async def find_id(client: JiraClient, key: str) -> int | None:
    """The id of the issue that has or had a key; None where it leads to none we may see."""
    path = f"{client.site.api}/issue/{quote(key, safe='')}?fields=issuetype"
    try:
        return await client.ask(Question(path, "an issue"), read_id)
    except NotThereError:
        return None


def _are_large(rows: Iterable[Raw]) -> bool:
    return sum(len(memoryview(row)) for row in rows) > LARGE


def _split_chunks(ids: Sequence[int], size: int) -> Iterable[list[int]]:
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
