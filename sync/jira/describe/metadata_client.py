"""Asks a site small questions: the only importer of `jira`. Each has a timeout and a retry."""

from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import requests
import structlog
from jira import JIRA
from jira.exceptions import JIRAError

from models.backlog import Field, Identity, IssueType, Project
from models.errors import (
    IdentityError,
    IncompleteWalkError,
    JiraUnreachableError,
    Problem,
    RefusedError,
    SettingsError,
    TryLaterError,
)
from sync.jira.client.errors import (
    check_login,
    explain_refusal,
    explain_too_large,
    explain_unreachable,
    explain_wait,
)
from sync.jira.client.http import parse_retry_after
from sync.jira.client.limits import BoundedAdapter, TooLarge, call_within
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe import metadata

log = structlog.get_logger()

CONNECT_SECONDS, READ_SECONDS = 5, 30
PROJECTS_A_PAGE = 50
MOST_PROJECT_PAGES = 1_000

T = TypeVar("T")


def _login(site: Site) -> dict[str, Any]:
    if site.speaks_cloud:
        return {"basic_auth": (site.email or "", site.token)}
    return {"token_auth": site.token}


def _client(site: Site, version: str, login: dict[str, Any]) -> JIRA:
    client = JIRA(
        server=site.base,
        options={"rest_api_version": version, "verify": site.ca_file or True},
        get_server_info=False,
        max_retries=0,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
        **login,
    )
    session = client._session
    session.trust_env = False
    session.max_redirects = 0
    for scheme in ("https://", "http://"):
        session.mount(scheme, BoundedAdapter())

    def check(response: requests.Response, *_: Any, **__: Any) -> None:
        path = urlsplit(response.url).path
        log.debug("jira.answered", path=path, status=response.status_code)
        if login:
            try:
                check_login(site, response.status_code, response.headers)
            except IdentityError:
                response.close()
                raise

    session.hooks["response"].append(check)
    return client


class _Busy(JiraUnreachableError):
    """Jira cannot answer now; `hint` is how many seconds it asks us to wait, if it says so."""

    def __init__(self, problems: Iterable[Problem], hint: float | None) -> None:
        super().__init__(problems)
        self.hint = hint


class _StrangeAnswer(IdentityError):
    """What came is no answer of a Jira, unless it broke on its way."""


class JiraMetadataClient:
    """Asks one site questions through one client, each question with patience."""

    def __init__(self, site: Site, retry_policy: RetryPolicy) -> None:
        self.site = site
        self.client = _client(site, "3" if site.speaks_cloud else "2", _login(site))
        self._patience = retry_policy

    def __enter__(self) -> "JiraMetadataClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.client._session.close()

    def ask(self, what: str, question: Callable[[], T]) -> T:
        """Ask one question, again if Jira cannot answer now; failures are said in our words."""
        question = partial(call_within, self._patience.deadline, question)
        for attempt in range(1, self._patience.attempts):
            try:
                return _answer(self.site, what, question)
            except (JiraUnreachableError, _StrangeAnswer) as error:
                hint = error.hint if isinstance(error, _Busy) else None
                if hint is not None and not self._patience.bears(hint):
                    raise explain_wait(self.site, hint) from None
                self._patience.sleep_blocking(self._patience.wait(attempt, hint))
        return _answer(self.site, what, question)

    def server_information(self) -> metadata.Info:
        """What the server says of itself.

        One kind of Jira refuses the other kind's credentials before it says what it is. Then it is
        asked once more without any, to tell a wrong setting from a wrong token.
        """
        what = "its server information"
        try:
            return metadata.convert_answer(
                self.site, what, self.ask(what, self.client.server_info), metadata.Info
            )
        except IdentityError as refused:
            self._check_settings()
            raise refused

    def _check_settings(self) -> None:
        """Ask as a stranger; SettingsError if the settings are for the other kind of Jira."""
        what = "its server information"
        candidate = _client(self.site, "2", {})
        try:
            question = partial(call_within, self._patience.deadline, candidate.server_info)
            said = _answer(self.site, what, question)
            metadata.deployment_of(
                self.site, metadata.convert_answer(self.site, what, said, metadata.Info)
            )
        except SettingsError as mistaken:
            raise mistaken from None
        except (RefusedError, TryLaterError):
            return
        finally:
            candidate._session.close()

    def identity(self) -> Identity:
        """Who Jira says we are."""
        return metadata.identity_of(self.site, self.ask("who we are", self.client.myself))

    def fields(self) -> tuple[Field, ...]:
        """Every field that this account may know of."""
        return metadata.fields_of(self.site, self.ask("its fields", self.client.fields))

    def types(self) -> tuple[IssueType, ...]:
        """Every issue type."""
        found = self.ask("its issue types", self.client.issue_types)
        return metadata.types_of(self.site, [each.raw for each in found])

    def may_browse(self, project: Project) -> bool:
        """Whether Jira grants this account the permission to browse a project."""
        what = f"its permissions in project {project.key}"
        question = partial(
            self.client.my_permissions, projectKey=project.key, permissions="BROWSE_PROJECTS"
        )
        return metadata.may_browse(self.site, self.ask(what, question))

    def id_of(self, key: str) -> int | None:
        """The id of the issue that has or had a key; None where it leads to none we may see."""
        what = "an issue"
        question = partial(
            self.client._get_json, f"issue/{quote(key, safe='')}", {"fields": "issuetype"}
        )

        def ask() -> Any:
            try:
                return question()
            except JIRAError as error:
                if error.status_code == HTTPStatus.NOT_FOUND:
                    return None
                raise

        found = self.ask(what, ask)
        if found is None:
            return None
        return metadata.convert_answer(self.site, what, found, metadata.Identified).id

    def estimate_of(self, project: Project) -> str | None:
        """The id of the field that a project's first board adds up; None where it adds up none."""
        asked = {"projectKeyOrId": project.key, "maxResults": "1"}
        found = self._agile("board", asked, metadata.Boards).values
        if not found:
            return None
        board = self._agile(f"board/{found[0].id}/configuration", {}, metadata.Board)
        return board.estimation.field.fieldId if board.estimation else None

    def _agile(self, path: str, asked: dict[str, str], kind: type[T]) -> T:
        question = partial(self.client._get_json, path, asked, base=JIRA.AGILE_BASE_URL)
        return metadata.convert_answer(
            self.site, "its boards", self.ask("its boards", question), kind
        )

    def projects(self, deployment: str) -> list[Project]:
        """Every project that this account may see."""
        if deployment == "datacenter":
            found = self.ask("its projects", self.client.projects)
            return metadata.projects_of(self.site, [project.raw for project in found])
        projects: dict[int, Project] = {}
        start = 0
        for _ in range(MOST_PROJECT_PAGES):
            page = self._page_of_projects(start)
            found_here = metadata.projects_on(page)
            fresh = [project for project in found_here if project.id not in projects]
            start += len(found_here)
            projects.update((project.id, project) for project in fresh)
            if page.isLast or not found_here or start == page.total:
                self._check_all_came(len(projects), page.total)
                return list(projects.values())
            if not fresh:
                break
        what = "lists the same projects for ever"
        raise IncompleteWalkError(Problem(self.site.where, what, "Please report this."))

    def _page_of_projects(self, start: int) -> metadata.ProjectPage:
        what = "its projects"
        query = f"project/search?startAt={start}&maxResults={PROJECTS_A_PAGE}&orderBy=key"
        said = self.ask(what, partial(self.client.find, query)).raw
        return metadata.convert_answer(self.site, what, said, metadata.ProjectPage)

    def _check_all_came(self, came: int, total: int | None) -> None:
        if total is not None and came < total:
            what = f"counts {total} projects and lists {came}"
            remedy = "Nothing was published; run again."
            raise IncompleteWalkError(Problem(self.site.where, what, remedy))


def _answer(site: Site, what: str, question: Callable[[], T]) -> T:
    try:
        return question()
    except JIRAError as error:
        failure = explain_refusal(site, error.status_code or 0, what)
        if isinstance(failure, JiraUnreachableError) and error.response is not None:
            raise _Busy(failure.problems, parse_retry_after(error.response.headers)) from None
        raise failure from None
    except requests.exceptions.TooManyRedirects:
        raise explain_refusal(site, 302, what) from None
    except TooLarge:
        raise explain_too_large(site) from None
    except TimeoutError as error:
        raise explain_unreachable(site, error) from None
    except requests.exceptions.JSONDecodeError:
        raise _StrangeAnswer(_no_jira(site, what)) from None
    except requests.exceptions.RequestException as error:
        raise explain_unreachable(site, error) from None
    except (AttributeError, KeyError, NotImplementedError, TypeError, ValueError):
        # `jira` builds its objects without looking, so a stranger's JSON breaks it anyhow.
        raise _StrangeAnswer(_no_jira(site, what)) from None


def _no_jira(site: Site, what: str) -> Problem:
    said = f"does not look like a Jira: it answers {what} with something else"
    return Problem(site.where, said, metadata.CHECK_ADDRESS)
