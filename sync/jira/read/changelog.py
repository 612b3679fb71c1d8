"""Asks for the history of issues: when they came to the status that they have.

Cloud has a call for it, a thousand issues at a time. Data Center shows it beside what it finds.
"""

from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from models.backlog import StatusCategory, StatusChange
from sync.jira.client.http import BadRequest, Question
from sync.jira.read.decode import parse_moment
from sync.jira.read.rows import explain_broken, explain_incomplete, parse_id
from sync.jira.read.search import IssueSearch

T = TypeVar("T")

PAGE = {"cloud": 1_000, "datacenter": 50}
"""Issues a request: so many Cloud takes, and of so many Data Center's answer stays small."""
MOST_PAGES = 1_000
WHAT = "the history of issues"


class _Item(Struct):
    field: str | None = None
    fieldId: str | None = None  # noqa: N815 - Jira's own spelling
    before: str | None = msgspec.field(default=None, name="from")
    to: str | None = None

    @property
    def is_status(self) -> bool:
        return (self.fieldId or self.field or "").casefold() == "status"


class _History(Struct):
    created: int | float | str
    items: list[_Item] = []


class _IssueHistories(Struct):
    issueId: str  # noqa: N815
    changeHistories: list[_History] = []  # noqa: N815


class _CloudPage(Struct):
    issueChangeLogs: list[_IssueHistories] = []  # noqa: N815
    nextPageToken: str | None = None  # noqa: N815


class _Histories(Struct):
    histories: list[_History] = []


class _Row(Struct):
    id: str
    changelog: _Histories = msgspec.field(default_factory=_Histories)


class _DataCenterPage(Struct):
    issues: list[_Row]


class _Category(Struct):
    key: str | None = None


class _Status(Struct):
    id: str
    statusCategory: _Category = msgspec.field(default_factory=_Category)  # noqa: N815


async def fetch_done_statuses(search: IssueSearch) -> frozenset[str]:
    """The ids of the statuses that count as done."""
    client = search.client
    answer = await client.ask_json(f"{client.site.api}/status", "its statuses")
    try:
        statuses = msgspec.json.decode(answer, type=list[_Status])
    except msgspec.DecodeError as error:
        raise explain_broken("the list of statuses cannot be read", error) from None
    return frozenset(s.id for s in statuses if s.statusCategory.key == StatusCategory.DONE)


async def fetch_status_changes(
    search: IssueSearch, ids: Collection[int]
) -> AsyncGenerator[dict[int, list[StatusChange]]]:
    """The changes of status of these issues, a page of them at a time.

    Those that are not there come not at all, or without any change. BadRequest where Jira refuses.
    """
    every, size = sorted(ids), PAGE[search.deployment]
    for start in range(0, len(every), size):
        some = every[start : start + size]
        if search.deployment == "cloud":
            yield await _ask_cloud(search, some)
        else:
            yield await _ask_datacenter(search, some)


async def _ask_cloud(search: IssueSearch, ids: Sequence[int]) -> dict[int, list[StatusChange]]:
    found: dict[int, list[StatusChange]] = {issue_id: [] for issue_id in ids}
    body: dict[str, Any] = {
        "issueIdsOrKeys": [str(issue_id) for issue_id in ids],
        "fieldIds": ["status"],
        "maxResults": 1_000,
    }
    tokens: set[str] = set()
    for _ in range(MOST_PAGES):
        page = await _ask(search, "/rest/api/3/changelog/bulkfetch", body, _CloudPage)
        for each in page.issueChangeLogs:
            found.setdefault(_read_id(each.issueId), []).extend(_read_changes(each.changeHistories))
        token = page.nextPageToken
        if not token:
            return {issue_id: found[issue_id] for issue_id in ids}
        if token in tokens:
            break
        tokens.add(token)
        body["nextPageToken"] = token
    raise explain_incomplete("the history of issues has no end")


async def _ask_datacenter(search: IssueSearch, ids: Sequence[int]) -> dict[int, list[StatusChange]]:
    """An id that is not there spoils the search for the others: they are asked for by halves.

    A page may hold fewer than were asked for.
    """
    body = {
        "jql": f"id in ({', '.join(map(str, ids))})",
        "fields": ["status"],
        "expand": ["changelog"],
        "maxResults": len(ids),
    }
    try:
        page = await _ask(search, "/rest/api/2/search", body, _DataCenterPage)
    except BadRequest:
        if len(ids) == 1:
            return {}
        half = len(ids) // 2
        first = await _ask_datacenter(search, ids[:half])
        return first | await _ask_datacenter(search, ids[half:])
    rows = {_read_id(row.id): list(_read_changes(row.changelog.histories)) for row in page.issues}
    found = {issue_id: rows[issue_id] for issue_id in ids if issue_id in rows}
    rest = [issue_id for issue_id in ids if issue_id not in found]
    return found | await _ask_datacenter(search, rest) if found and rest else found


async def _ask(search: IssueSearch, path: str, body: dict[str, Any], kind: type[T]) -> T:
    def read(content: bytes) -> T:
        try:
            return msgspec.json.decode(content, type=kind)
        except msgspec.DecodeError as error:
            raise explain_broken(f"{WHAT} cannot be read", error) from None

    return await search.client.ask(Question(path, WHAT, body), read)


def _read_id(text: str) -> int:
    try:
        return parse_id(text)
    except ValueError:
        raise explain_broken(f"{WHAT} has an id that is none") from None


def _read_changes(histories: Iterable[_History]) -> Iterable[StatusChange]:
    for history in histories:
        for item in history.items:
            if item.is_status:
                yield StatusChange(_read_moment(history.created), item.before, item.to)


def _read_moment(created: int | float | str) -> datetime:
    """Cloud writes milliseconds here, or a time as everywhere else."""
    try:
        if isinstance(created, str):
            return parse_moment(created)
        return datetime.fromtimestamp(created / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise explain_broken(f"{WHAT} has a time that is none", error) from None
