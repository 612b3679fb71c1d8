"""Asks what a site has: fields, issue types, projects, boards. The only importer of `jira`.

`jira.JIRA` makes its session itself and shows it to nobody. What it asks can be neither timed as a
whole nor kept to a size, and of what goes wrong it has an opinion of its own. So its session
(`ResilientSession`, retries off) and its addresses are taken, which are public, and an adapter,
which `requests` has for it, hands every question to the client that the walk asks with: one loop
that tries again, one deadline, one judge of replies, one way to say what is wrong.
"""

from http import HTTPStatus
from io import BytesIO
from typing import Any, TypeVar

from jira import JIRA
from jira.resilientsession import ResilientSession
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from models.backlog import Field, IssueType, Project
from models.errors import IncompleteWalkError, Problem
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe import metadata
from sync.jira.describe.answers import (
    BoardConfiguration,
    BoardList,
    ProjectAnswer,
    ProjectPage,
    decode_answer,
)

ANY_SERVER = "https://jira.invalid"
"""Where the session believes its questions to go; where they go the client knows."""
PROJECTS_A_PAGE = 50
MOST_PROJECTS = 50_000

T = TypeVar("T")


class JiraAdapter(BaseAdapter):
    """Hands what a session asks to a client; `what` names it in messages."""

    def __init__(self, jira: BlockingJiraClient, what: str) -> None:
        super().__init__()
        self.jira = jira
        self.what = what

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """The reply, which is JSON and 200: anything else was raised by the client."""
        response = Response()
        response.request = request
        response.status_code = HTTPStatus.OK
        response.raw = BytesIO(self.jira.ask_json(request.path_url, self.what))
        return response

    def close(self) -> None:
        """Nothing to do: the client closes what it opened."""


class JiraMetadataClient(BlockingJiraClient):
    """Asks one site what it has, over one connection."""

    def __init__(self, site: Site, retry_policy: RetryPolicy) -> None:
        super().__init__(site, retry_policy)
        version = "3" if site.speaks_cloud else "2"
        self._address = JIRA.DEFAULT_OPTIONS | {"server": ANY_SERVER, "rest_api_version": version}

    def ask(
        self,
        what: str,
        path: str,
        parameters: dict[str, str] | None = None,
        base: str = JIRA.JIRA_BASE_URL,
    ) -> bytes:
        """The JSON that a question is answered with; errors as of JiraClient.ask."""
        url = base.format(**self._address, path=path)
        with ResilientSession(max_retries=0) as session:
            session.trust_env = False
            session.mount(ANY_SERVER, JiraAdapter(self, what))
            return session.get(url, params=parameters).content

    def fetch_fields(self) -> tuple[Field, ...]:
        """Every field that this account may know of."""
        return metadata.read_fields(self.site, self.ask("its fields", "field"))

    def fetch_issue_types(self) -> tuple[IssueType, ...]:
        """Every issue type."""
        return metadata.read_issue_types(self.site, self.ask("its issue types", "issuetype"))

    def may_browse(self, project: Project) -> bool:
        """Whether Jira grants this account the permission to browse a project."""
        what = f"its permissions in project {project.key}"
        parameters = {"projectKey": project.key, "permissions": metadata.BROWSE}
        answer = self.ask(what, "mypermissions", parameters)
        return metadata.read_permission(self.site, what, answer)

    def find_estimate_field(self, project: Project) -> str | None:
        """The id of the field that a project's first board adds up; None where it adds up none."""
        parameters = {"projectKeyOrId": project.key, "maxResults": "1"}
        boards = self._ask_boards("board", BoardList, parameters).values
        if not boards:
            return None
        board = self._ask_boards(f"board/{boards[0].id}/configuration", BoardConfiguration)
        return board.estimation.field.fieldId if board.estimation else None

    def _ask_boards(self, path: str, kind: type[T], parameters: dict[str, str] | None = None) -> T:
        answer = self.ask("its boards", path, parameters, JIRA.AGILE_BASE_URL)
        return decode_answer(self.site, "its boards", answer, kind)

    def fetch_projects(self, deployment: str) -> list[Project]:
        """Every project that this account may see; IncompleteWalkError if not all of them come."""
        if deployment == "datacenter":
            answer = self.ask("its projects", "project")
            listed = decode_answer(self.site, "its projects", answer, list[ProjectAnswer])
            return metadata.read_projects(listed)
        projects: dict[int, Project] = {}
        start = 0
        while len(projects) < MOST_PROJECTS:
            page = self._fetch_project_page(start)
            known = len(projects)
            start += len(page.values)
            projects |= {project.id: project for project in metadata.read_projects(page.values)}
            if page.isLast or not page.values or start == page.total:
                self._check_all_came(len(projects), page.total)
                return list(projects.values())
            if len(projects) == known:
                break
        what = "lists the same projects for ever"
        raise IncompleteWalkError(Problem(self.site.where, what, "Please report this."))

    def _fetch_project_page(self, start: int) -> ProjectPage:
        what = "its projects"
        parameters = {"startAt": f"{start}", "maxResults": f"{PROJECTS_A_PAGE}", "orderBy": "key"}
        answer = self.ask(what, "project/search", parameters)
        return decode_answer(self.site, what, answer, ProjectPage)

    def _check_all_came(self, came: int, total: int | None) -> None:
        if total is not None and came < total:
            what = f"counts {total} projects and lists {came}"
            remedy = "Nothing was published; run again."
            raise IncompleteWalkError(Problem(self.site.where, what, remedy))
