"""Searching and fetching on Cloud: bounded queries, page tokens, ids unless fields are named."""

from collections.abc import Mapping
from typing import Any

from sync.sample.cloud.shapes import CloudShapes
from sync.sample.company.issues import Issue
from sync.sample.company.view import View
from sync.sample.jql.search import Search, prepare, read_token, write_token
from sync.sample.protocol.dialect import chosen_writers, issue_shape, whole
from sync.sample.protocol.exchange import BadRequestError, Reply, Request, as_json

UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
BAD_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."
MOST_IDS_A_PAGE = 5000
MOST_ISSUES_A_PAGE = 100
MOST_BULK_ISSUES = 100
MOST_RECONCILED = 50
MOST_HISTORIES = 1000

SEARCH_BODY: dict[str, type] = {
    "jql": str,
    "nextPageToken": str,
    "maxResults": int,
    "fields": list,
    "expand": str,
    "properties": list,
    "fieldsByKeys": bool,
    "reconcileIssues": list,
    "includeArchivedProjects": bool,
}
BULK_BODY: dict[str, type] = {
    "issueIdsOrKeys": list,
    "fields": list,
    "expand": list,
    "properties": list,
    "fieldsByKeys": bool,
}
HISTORY_BODY: dict[str, type] = {
    "issueIdsOrKeys": list,
    "fieldIds": list,
    "maxResults": int,
    "nextPageToken": str,
}


class CloudSearch:
    """Answers the routes that read many issues. `shapes` are those of each API version."""

    def __init__(self, view: View, shapes: Mapping[str, CloudShapes]) -> None:
        self.view = view
        self._shapes = shapes

    def by_address(self, request: Request, version: str) -> Reply:
        """GET: everything stands in the address."""
        asked: dict[str, Any] = dict(request.parameters())
        if "fields" in asked:
            asked["fields"] = asked["fields"].split(",")
        return self._answer_search(asked, version)

    def by_body(self, request: Request, version: str) -> Reply:
        """POST: everything stands in the body."""
        asked = _check_body(request.document(), SEARCH_BODY)
        if len(asked.get("reconcileIssues", ())) > MOST_RECONCILED:
            raise BadRequestError(f"At most {MOST_RECONCILED} issues can be reconciled.")
        return self._answer_search(asked, version)

    def _answer_search(self, asked: dict[str, Any], version: str) -> Reply:
        jql = asked.get("jql", "")
        search = self._prepare_bounded(jql)
        last, start = None, 0
        if asked.get("nextPageToken"):
            last, start = read_token(jql, asked["nextPageToken"])
        fields = asked.get("fields") or ["id"]
        size = self._page_size(whole(asked, "maxResults", 50), fields)
        matches = search.page_after(last, start, size + 1)
        issues = matches[:size]
        reply = {
            "issues": self._write_issues(issues, fields, version),
            "isLast": len(matches) <= size,
        }
        if len(matches) > size:
            reply["nextPageToken"] = write_token(jql, issues[-1].id, start + size)
        return as_json(reply)

    def _prepare_bounded(self, jql: str) -> Search:
        search = prepare(jql, self.view)
        if not search.is_bounded:
            raise BadRequestError(UNBOUNDED)
        return search

    def _page_size(self, wish: int, fields: list[str]) -> int:
        if wish < 1:
            raise BadRequestError("The value of 'maxResults' must be greater than 0.")
        only_ids = set(fields) <= {"id", "key"}
        return min(wish, MOST_IDS_A_PAGE if only_ids else MOST_ISSUES_A_PAGE)

    def _write_issues(self, issues: list[Issue], fields: list[str], version: str) -> list[Any]:
        if set(fields) <= {"id"}:
            return [{"id": str(issue.id)} for issue in issues]
        shapes = self._shapes[version]
        if set(fields) <= {"id", "key"}:
            return [_without_fields(issue_shape(issue, shapes, [])) for issue in issues]
        writers = chosen_writers(shapes, fields)
        return [issue_shape(issue, shapes, writers) for issue in issues]

    def count(self, request: Request, version: str) -> Reply:
        """About how many issues a query finds."""
        asked = _check_body(request.document(), {"jql": str})
        return as_json({"count": self._prepare_bounded(asked.get("jql", "")).count()})

    def bulk_fetch(self, request: Request, version: str) -> Reply:
        """Issues by id or key. What is gone or hidden is left out without a word."""
        asked = _check_body(request.document(), BULK_BODY)
        wanted = asked.get("issueIdsOrKeys") or []
        if not 1 <= len(wanted) <= MOST_BULK_ISSUES:
            raise BadRequestError(f"The number of issues must be between 1 and {MOST_BULK_ISSUES}.")
        matches = {
            issue.id: issue for wanted_id in wanted if (issue := self.view.find(str(wanted_id)))
        }
        shapes = self._shapes[version]
        writers = chosen_writers(shapes, asked.get("fields") or ["*navigable"])
        issues = [issue_shape(matches[wanted_id], shapes, writers) for wanted_id in sorted(matches)]
        return as_json({"issues": issues, "issueErrors": []})

    def bulk_histories(self, request: Request, version: str) -> Reply:
        """The changes of issues, page by page; of some fields alone if any are named."""
        asked = _check_body(request.document(), HISTORY_BODY)
        wanted = asked.get("issueIdsOrKeys") or []
        if not 1 <= len(wanted) <= MOST_HISTORIES:
            raise BadRequestError(f"The number of issues must be between 1 and {MOST_HISTORIES}.")
        shapes, fields = self._shapes[version], asked.get("fieldIds")
        matches = [issue for each in wanted if (issue := self.view.find(str(each)))]
        changes = [
            (issue, change)
            for issue in matches
            for change in shapes.history(issue)
            if not fields or change["items"][0]["field"] in fields
        ]
        start, size = int(asked.get("nextPageToken", 0)), asked.get("maxResults", 1000)
        by_issue: dict[str, list[Any]] = {}
        for issue, change in changes[start : start + size]:
            by_issue.setdefault(str(issue.id), []).append(change)
        logs = [{"issueId": each, "changeHistories": found} for each, found in by_issue.items()]
        more = {"nextPageToken": str(start + size)} if len(changes) > start + size else {}
        return as_json({"issueChangeLogs": logs} | more)


def _check_body(document: dict[str, Any], known: dict[str, type]) -> dict[str, Any]:
    """The body, if it has only known keys of the right types: Jira refuses any other."""
    for name, value in document.items():
        if name not in known or not isinstance(value, known[name]):
            raise BadRequestError(BAD_PAYLOAD)
    return document


def _without_fields(shape: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shape.items() if name != "fields"}
