"""The sample Jira as Jira Data Center: REST API v2, offset paging, personal access tokens."""

import re
from typing import Any

from sync.sample.company.view import View
from sync.sample.datacenter.shapes import GLOBAL_TYPES, DataCenterShapes
from sync.sample.jql.search import prepare
from sync.sample.protocol.dialect import (
    FAILED,
    NOT_SIGNED_IN,
    READER,
    Account,
    Dialect,
    chosen_writers,
    issue_shape,
    whole,
)
from sync.sample.protocol.exchange import BadRequestError, Reply, Request, as_errors, as_json
from sync.sample.protocol.fields import DATACENTER_FIELDS, describe, field_id
from sync.sample.protocol.shapes import CATEGORY_SHAPES

DEFAULT_PAGE = 50
RATE_LIMIT = {
    "X-RateLimit-Limit": "500",
    "X-RateLimit-Remaining": "499",
    "X-RateLimit-Interval-Seconds": "1",
    "X-RateLimit-FillRate": "500",
    "Retry-After": "0",
}


class DataCenter(Dialect):
    """Jira Data Center.

    `page_cap` is the admin's `jira.search.views.default.max`; with a `result_window` no row
    behind it can be paged to, as on the OpenSearch platform.
    """

    deployment = "Server"
    version = "10.3.24"
    version_numbers = (10, 3, 24)
    build = 10030024

    def __init__(
        self,
        view: View,
        account: Account,
        base_url: str,
        *,
        page_cap: int = 1000,
        result_window: int | None = None,
    ) -> None:
        super().__init__(view, account, base_url)
        self.page_cap = page_cap
        self.result_window = result_window
        self._shapes = DataCenterShapes(view, f"{base_url}/rest/api/2")
        api = r"/rest/api/(?:2|latest)"
        agile = r"/rest/agile/1\.0/board"
        for method, path, route in (
            ("GET", api + "/search", self._search_by_address),
            ("POST", api + "/search", self._search_by_body),
            ("GET", api + "/issue/(?P<id_or_key>[^/]+)", self._answer_issue),
            ("GET", api + "/field", self._list_fields),
            ("GET", api + "/issuetype", self._list_issue_types),
            ("GET", api + "/status", self._list_statuses),
            ("GET", api + "/statuscategory", self._list_categories),
            ("GET", api + "/project", self._list_projects),
            ("GET", api + "/project/(?P<id_or_key>[^/]+)", self._answer_project),
            ("GET", api + "/myself", self._answer_myself),
            ("GET", api + "/serverInfo", self._answer_server_info),
            ("GET", api + "/mypermissions", self.permissions),
            ("GET", agile, self.boards),
            ("GET", agile + r"/(?P<board>\d+)/configuration", self.board_configuration),
        ):
            self.routes.append((method, re.compile(path), route))

    def signs_in(self, authorization: str) -> bool:
        """Bearer, with the personal access token."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self.account.opens(None, token)

    def signed_in_headers(self) -> dict[str, str]:
        """The user's name, and what is left in the token bucket."""
        return {"X-AUSERNAME": READER.name, **RATE_LIMIT}

    def refuse(self, request: Request) -> Reply | None:
        """A wrong token is refused everywhere; without one only the server's version is told."""
        if request.headers.get("authorization"):
            return as_json({"message": NOT_SIGNED_IN, "status-code": 401}, 401, FAILED)
        if request.path.endswith("/serverInfo"):
            return None
        headers = {"X-AUSERNAME": "anonymous"}
        if request.path.endswith("/search"):
            nothing = {"startAt": 0, "maxResults": DEFAULT_PAGE, "total": 0, "issues": []}
            return as_json(nothing, headers=headers)
        return as_errors(401, "You are not authenticated.", headers)

    def estimation_field(self, team_managed: bool) -> tuple[str, str]:
        """All projects share one story-point field."""
        return field_id(DATACENTER_FIELDS, "Story Points"), "Story Points"

    def _search_by_address(self, request: Request) -> Reply:
        asked: dict[str, Any] = dict(request.parameters())
        asked["fields"] = [name for name in asked.get("fields", "").split(",") if name]
        return self._answer_search(asked)

    def _search_by_body(self, request: Request) -> Reply:
        asked = request.document()
        if not isinstance(asked.get("validateQuery", True), bool):
            raise BadRequestError("Can not deserialize instance of boolean from 'validateQuery'.")
        if not isinstance(asked.get("expand", []), list):
            raise BadRequestError(
                "Can not deserialize instance of java.util.ArrayList from 'expand'."
            )
        return self._answer_search(asked)

    def _answer_search(self, asked: dict[str, Any]) -> Reply:
        start = max(0, whole(asked, "startAt", 0))
        wish = whole(asked, "maxResults", DEFAULT_PAGE)
        size = self.page_cap if wish < 0 else min(wish, self.page_cap)
        search = prepare(asked.get("jql") or "", self.view)
        if self.result_window is not None and start + size > self.result_window:
            return as_errors(500, f"Search limit exceeded: {self.result_window} rows at most.")
        writers = chosen_writers(self._shapes, asked.get("fields") or ["*navigable"])
        found = search.page(start, size)
        issues = [issue_shape(each, self._shapes, writers) for each in found]
        if "changelog" in (asked.get("expand") or ()):
            for issue, shape in zip(found, issues, strict=True):
                changes = self._shapes.history(issue)[::-1]
                page = {"startAt": 0, "maxResults": len(changes), "total": len(changes)}
                shape["changelog"] = page | {"histories": changes}
        return as_json(
            {
                "expand": "names,schema",
                "startAt": start,
                "maxResults": size,
                "total": search.count(),
                "issues": issues,
            }
        )

    def _answer_issue(self, request: Request, id_or_key: str) -> Reply:
        issue = self.view.find(id_or_key)
        if issue is None:
            return as_errors(404, "Issue Does Not Exist")
        asked = request.parameters().get("fields", "*all").split(",")
        return as_json(issue_shape(issue, self._shapes, chosen_writers(self._shapes, asked)))

    def _list_fields(self, request: Request) -> Reply:
        return as_json([describe(field) for field in DATACENTER_FIELDS])

    def _list_issue_types(self, request: Request) -> Reply:
        projects = list(self.view.company.projects.values())
        kinds = dict.fromkeys(each.kind for project in projects for each in project.types)
        return as_json([self._shapes.issue_type(projects[0], GLOBAL_TYPES[kind]) for kind in kinds])

    def _list_statuses(self, request: Request) -> Reply:
        statuses = {
            status.id: self._shapes.status(project, status)
            for project in self.view.projects()
            for status in project.statuses
        }
        return as_json(list(statuses.values()))

    def _list_categories(self, request: Request) -> Reply:
        return as_json(
            [
                {"id": number, "key": key, "colorName": colour, "name": name}
                for key, (number, colour, name) in CATEGORY_SHAPES.items()
            ]
        )

    def _list_projects(self, request: Request) -> Reply:
        return as_json([self._shapes.project(project) for project in self.view.projects()])

    def _answer_project(self, request: Request, id_or_key: str) -> Reply:
        project = self.view.project(id_or_key)
        if project is None:
            return as_errors(404, f"No project could be found with key '{id_or_key}'.")
        return as_json(self._shapes.project(project))

    def _answer_myself(self, request: Request) -> Reply:
        return as_json(self._shapes.user(READER) | {"locale": "en_GB"})

    def _answer_server_info(self, request: Request) -> Reply:
        return self.server_info(request, self._shapes)
