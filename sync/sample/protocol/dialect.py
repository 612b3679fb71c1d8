"""What both kinds of Jira have in common: signing in, finding the route, refusing."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sync.sample.company.issues import Issue, Person
from sync.sample.company.view import View
from sync.sample.protocol.exchange import BadRequestError, Reply, Request, as_errors, as_json
from sync.sample.protocol.shapes import Shapes, Writer

READER = Person("712020:headway-reader", "headway", "Headway Reader", "headway@sample.invalid")
"""The account the credentials belong to."""

Route = Callable[..., Reply]
NOT_SIGNED_IN = "Client must be authenticated to access this resource."
FAILED = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}


@dataclass(slots=True)
class Account:
    """The credentials that open the site, until they are revoked."""

    email: str = "headway@sample.invalid"
    token: str = "sample-token"
    is_revoked: bool = False

    def opens(self, email: str | None, token: str) -> bool:
        """Whether these sign in; Data Center asks for no e-mail address."""
        return not self.is_revoked and token == self.token and email in (None, self.email)


class Dialect:
    """One kind of Jira: answers requests about what a view shows.

    `routes` maps (method, pattern of the path) to what answers it.
    """

    deployment: str
    version: str
    version_numbers: tuple[int, int, int]
    build: int

    def __init__(self, view: View, account: Account, base_url: str) -> None:
        self.view = view
        self.account = account
        self.base_url = base_url
        self.routes: list[tuple[str, re.Pattern[str], Route]] = []

    def answer(self, request: Request) -> Reply:
        """Jira's reply, refusals included."""
        signed_in = self.signs_in(request.headers.get("authorization", ""))
        if not signed_in:
            refusal = self.refuse(request)
            if refusal:
                return refusal
        reply = self._dispatch(request)
        if signed_in:
            reply.headers.update(self.signed_in_headers())
        return reply

    def signs_in(self, authorization: str) -> bool:
        """Whether that header opens the site."""
        raise NotImplementedError

    def signed_in_headers(self) -> dict[str, str]:
        """What every reply to somebody signed in carries."""
        raise NotImplementedError

    def refuse(self, request: Request) -> Reply | None:
        """The reply to somebody who is not signed in; none where that makes no difference."""
        raise NotImplementedError

    def _dispatch(self, request: Request) -> Reply:
        methods = set()
        for method, pattern, route in self.routes:
            found = pattern.fullmatch(request.path)
            if found and method == request.method:
                try:
                    return route(request, **found.groupdict())
                except BadRequestError as refusal:
                    return as_errors(400, str(refusal))
            if found:
                methods.add(method)
        if methods:
            return as_json({"message": "HTTP 405 Method Not Allowed", "status-code": 405}, 405)
        message = f"null for uri: {self.base_url}{request.path}"
        return as_json({"message": message, "status-code": 404}, 404)

    def server_info(self, request: Request, shapes: Shapes) -> Reply:
        """What the site is, and what time it is there."""
        return as_json(
            {
                "baseUrl": self.base_url,
                "version": self.version,
                "versionNumbers": list(self.version_numbers),
                "deploymentType": self.deployment,
                "buildNumber": self.build,
                "buildDate": "2026-10-01T00:00:00.000+0000",
                "serverTime": shapes.stamp(self.view.company.now),
                "scmInfo": "0" * 40,
                "serverTitle": "Jira of the made-up company",
            }
        )

    def permissions(self, request: Request) -> Reply:
        """Whether the account may do what it asks about, here or in a project or issue."""
        asked = request.parameters()
        names = asked.get("permissions", "BROWSE_PROJECTS").split(",")
        granted = self._may_browse(asked)
        if granted is None:
            return as_errors(404, "No project could be found with key or id given.")
        return as_json({"permissions": {name: _permission(name, granted) for name in names}})

    def _may_browse(self, asked: dict[str, str]) -> bool | None:
        project = asked.get("projectKey") or asked.get("projectId")
        issue = asked.get("issueKey") or asked.get("issueId")
        if issue:
            return self.view.find(issue) is not None or None
        if project:
            return self.view.project(project) is not None or None
        return bool(self.view.projects())

    def boards(self, request: Request) -> Reply:
        """One board a project."""
        asked = request.parameters()
        projects = self.view.projects()
        wanted = asked.get("projectKeyOrId")
        if wanted:
            projects = [each for each in projects if wanted in (each.key, str(each.id))]
        start, size = whole(asked, "startAt", 0), min(whole(asked, "maxResults", 50), 50)
        values = [
            {
                "id": project.id - 10000,
                "self": f"{self.base_url}/rest/agile/1.0/board/{project.id - 10000}",
                "name": f"{project.key} board",
                "type": "simple" if project.team_managed else "scrum",
                "location": {"projectId": project.id, "projectKey": project.key},
            }
            for project in projects
        ]
        shown = values[start : start + size]
        is_last = start + len(shown) >= len(values)
        page = {"maxResults": size, "startAt": start, "total": len(values), "isLast": is_last}
        return as_json(page | {"values": shown})

    def board_configuration(self, request: Request, board: str) -> Reply:
        """How the project's board estimates."""
        project = self.view.project(str(int(board) + 10000))
        if project is None:
            return as_errors(404, f"Board with id {board} does not exist.")
        field, name = self.estimation_field(project.team_managed)
        return as_json(
            {
                "id": int(board),
                "name": f"{project.key} board",
                "estimation": {
                    "type": "field",
                    "field": {"fieldId": field, "displayName": name},
                },
            }
        )

    def estimation_field(self, team_managed: bool) -> tuple[str, str]:
        """The id and name of the field a board adds up."""
        raise NotImplementedError


def issue_shape(issue: Issue, shapes: Shapes, writers: list[tuple[str, Writer]]) -> dict[str, Any]:
    """An issue with those fields."""
    return {
        "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
        "id": str(issue.id),
        "self": f"{shapes.api}/issue/{issue.id}",
        "key": issue.key,
        "fields": shapes.fields(issue, writers),
    }


def chosen_writers(shapes: Shapes, asked: Iterable[str]) -> list[tuple[str, Writer]]:
    """What writes the fields asked for: names, `*all`, `*navigable`, and `-name` to leave out."""
    names = [name.strip() for name in asked]
    wanted: dict[str, Writer] = {}
    if not names or "*all" in names or "*navigable" in names or all(n[:1] == "-" for n in names):
        wanted = dict(shapes.writers)
    for name in names:
        if name.startswith("-"):
            wanted.pop(name[1:], None)
        elif name in shapes.writers:
            wanted[name] = shapes.writers[name]
    return list(wanted.items())


def whole(asked: dict[str, Any], name: str, default: int) -> int:
    """A whole number from a request, or `BadRequestError`."""
    value = asked.get(name, default)
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        raise BadRequestError(f"The value of '{name}' must be a whole number.")
    return int(value)


def _permission(name: str, granted: bool) -> dict[str, Any]:
    return {
        "id": "10",
        "key": name,
        "name": name.replace("_", " ").capitalize(),
        "type": "PROJECT",
        "description": "",
        "havePermission": granted,
    }
