"""The sample Jira as Jira Cloud: REST API v3, token paging, anonymous fall-back."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from sync.sample.cloud.search import CloudSearch
from sync.sample.cloud.shapes import CloudShapes
from sync.sample.company.view import View
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
from sync.sample.protocol.fields import CLOUD_FIELDS, field_id

GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at "
    "https://developer.atlassian.com/changelog/#CHANGE-2046"
)


class Cloud(Dialect):
    """Jira Cloud. A wrong token is answered as `bad_credentials` says: 'empty' or '401'."""

    deployment = "Cloud"
    version = "1001.0.0-SNAPSHOT"
    version_numbers = (1001, 0, 0)
    build = 100291

    def __init__(
        self, view: View, account: Account, base_url: str, *, bad_credentials: str = "empty"
    ) -> None:
        super().__init__(view, account, base_url)
        self.bad_credentials = bad_credentials
        self._shapes = {
            "3": CloudShapes(view, f"{base_url}/rest/api/3"),
            "2": CloudShapes(view, f"{base_url}/rest/api/2", is_v2=True),
        }
        self._shapes["latest"] = self._shapes["2"]
        search = CloudSearch(view, self._shapes)
        api = r"/rest/api/(?P<version>2|3|latest)"
        agile = r"/rest/agile/1\.0/board"
        for method, path, route in (
            ("GET", api + "/search", self._answer_gone),
            ("POST", api + "/search", self._answer_gone),
            ("GET", api + "/search/jql", search.by_address),
            ("POST", api + "/search/jql", search.by_body),
            ("POST", api + "/search/approximate-count", search.count),
            ("POST", api + "/issue/bulkfetch", search.bulk_fetch),
            ("POST", api + "/changelog/bulkfetch", search.bulk_histories),
            ("GET", api + "/issue/(?P<id_or_key>[^/]+)", self._answer_issue),
            ("GET", api + "/field", self._list_fields),
            ("GET", api + "/issuetype", self._list_issue_types),
            ("GET", api + "/status", self._list_statuses),
            ("GET", api + "/project/search", self._search_projects),
            ("GET", api + "/project", self._list_projects),
            ("GET", api + "/project/(?P<id_or_key>[^/]+)", self._answer_project),
            ("GET", api + "/myself", self._answer_myself),
            ("GET", api + "/serverInfo", self._answer_server_info),
            ("GET", api + "/mypermissions", self._answer_permissions),
            ("GET", agile, self.boards),
            ("GET", agile + r"/(?P<board>\d+)/configuration", self.board_configuration),
        ):
            self.routes.append((method, re.compile(path), route))

    def signs_in(self, authorization: str) -> bool:
        """Basic, with the account's e-mail address and API token."""
        scheme, _, secret = authorization.partition(" ")
        try:
            pair = base64.b64decode(secret, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        email, _, token = pair.partition(":")
        return scheme.lower() == "basic" and self.account.opens(email, token)

    def signed_in_headers(self) -> dict[str, str]:
        """Cloud names the account on every reply."""
        return {"X-AAccountId": READER.account_id}

    def refuse(self, request: Request) -> Reply | None:
        """Most reads fall back to anonymous: 200, and nothing in it."""
        headers = FAILED if request.headers.get("authorization") else {}
        resource = re.sub(r"^/rest/(api/(2|3|latest)|agile/1\.0)", "", request.path)
        if headers and self.bad_credentials == "401":
            return _refuse_sign_in(resource, headers)
        if resource in ("/serverInfo", "/search"):
            return None
        nothing: dict[str, Any] = {
            "/search/jql": {"issues": [], "isLast": True},
            "/search/approximate-count": {"count": 0},
            "/issue/bulkfetch": {"issues": [], "issueErrors": []},
            "/project/search": _build_page([], 0, 50, 0),
            "/project": [],
            "/field": [
                self._shapes["3"].field(field) for field in CLOUD_FIELDS if not field.custom
            ],
            "/issuetype": [],
            "/status": [],
            "/mypermissions": {"permissions": {}},
        }
        if resource in nothing:
            return as_json(nothing[resource], headers=headers)
        if resource.startswith("/issue/"):
            return _refuse_issue(headers)
        return _refuse_sign_in(resource, headers)

    def estimation_field(self, team_managed: bool) -> tuple[str, str]:
        """Each style of project has its own story-point field."""
        name = "Story point estimate" if team_managed else "Story Points"
        return field_id(CLOUD_FIELDS, name), name

    def _answer_gone(self, request: Request, version: str) -> Reply:
        return as_errors(410, GONE)

    def _answer_issue(self, request: Request, version: str, id_or_key: str) -> Reply:
        issue = self.view.find(id_or_key)
        if issue is None:
            return _refuse_issue()
        shapes = self._shapes[version]
        asked = request.parameters().get("fields", "*all").split(",")
        return as_json(issue_shape(issue, shapes, chosen_writers(shapes, asked)))

    def _list_fields(self, request: Request, version: str) -> Reply:
        shapes = self._shapes[version]
        visible = {None, *(project.key for project in self.view.projects())}
        return as_json([shapes.field(each) for each in CLOUD_FIELDS if each.scope in visible])

    def _list_issue_types(self, request: Request, version: str) -> Reply:
        shapes = self._shapes[version]
        types = {
            issue_type.id: shapes.issue_type(project, issue_type)
            for project in self.view.projects()
            for issue_type in project.types
        }
        return as_json(list(types.values()))

    def _list_statuses(self, request: Request, version: str) -> Reply:
        shapes = self._shapes[version]
        statuses = {
            status.id: shapes.status(project, status)
            for project in self.view.projects()
            for status in project.statuses
        }
        return as_json(list(statuses.values()))

    def _list_projects(self, request: Request, version: str) -> Reply:
        shapes = self._shapes[version]
        return as_json([shapes.project(project) for project in self.view.projects()])

    def _answer_project(self, request: Request, version: str, id_or_key: str) -> Reply:
        project = self.view.project(id_or_key)
        if project is None:
            return as_errors(404, f"No project could be found with key '{id_or_key}'.")
        return as_json(self._shapes[version].project(project))

    def _search_projects(self, request: Request, version: str) -> Reply:
        asked = request.parameters()
        start, size = whole(asked, "startAt", 0), min(whole(asked, "maxResults", 50), 100)
        projects = sorted(self.view.projects(), key=lambda project: project.key)
        for name, values in (("id", asked.get("id")), ("key", asked.get("keys"))):
            if values:
                wanted = values.split(",")
                projects = [each for each in projects if str(getattr(each, name)) in wanted]
        shown = [self._shapes[version].project(each) for each in projects[start : start + size]]
        return as_json(_build_page(shown, start, size, len(projects)))

    def _answer_myself(self, request: Request, version: str) -> Reply:
        return as_json(self._shapes[version].user(READER) | {"locale": "en_GB"})

    def _answer_server_info(self, request: Request, version: str) -> Reply:
        return self.server_info(request, self._shapes[version])

    def _answer_permissions(self, request: Request, version: str) -> Reply:
        if "permissions" not in request.parameters():
            raise BadRequestError("The 'permissions' query parameter is required.")
        return self.permissions(request)


def _refuse_sign_in(resource: str, headers: Mapping[str, str]) -> Reply:
    """The refusal of what stands before Jira; permissions are refused by Jira itself."""
    if resource == "/mypermissions":
        return as_errors(401, NOT_SIGNED_IN, headers)
    return as_json({"message": NOT_SIGNED_IN, "status-code": 401}, 401, headers)


def _refuse_issue(headers: Mapping[str, str] | None = None) -> Reply:
    message = "Issue does not exist or you do not have permission to see it."
    return as_errors(404, message, headers)


def _build_page(values: list[Any], start: int, size: int, total: int) -> dict[str, Any]:
    is_last = start + len(values) >= total
    page = {"maxResults": size, "startAt": start, "total": total, "isLast": is_last}
    return page | {"values": values}
