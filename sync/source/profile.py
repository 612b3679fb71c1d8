"""Asks a site what it is: the only importer of `jira`. A few small calls, each with a timeout."""

import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import structlog
from jira import JIRA
from jira.exceptions import JIRAError
from msgspec import Struct

from models.backlog import Identity, Project, SiteProfile
from models.errors import (
    IdentityError,
    IncompleteWalkError,
    JiraUnreachableError,
    Problem,
    RefusedError,
    SettingsError,
    TryLaterError,
)
from sync.source import answers
from sync.source.http import hint_of
from sync.source.patience import Patience
from sync.source.refusals import check_login, refusal, unreachable
from sync.source.site import Site

log = structlog.get_logger()

CONNECT_SECONDS, READ_SECONDS = 5, 30
PROJECTS_A_PAGE = 50
MOST_PROJECT_PAGES = 1_000

T = TypeVar("T")


class Greeting(Struct, frozen=True, kw_only=True):
    """What a site answers to two questions: what it is, and who we are."""

    deployment: str
    version: str
    server_time: datetime
    identity: Identity


def greet(site: Site, patience: Patience) -> Greeting:
    """Ask what the site is and who we are there: two requests.

    A question that Jira cannot answer now is asked again, as `patience` says. Raises
    JiraUnreachableError, IdentityError, RefusedError or SettingsError in plain words.
    """
    answers.check_email(site)
    with _Interview(site, patience) as interview:
        info = interview.server_information()
        return Greeting(
            deployment=answers.deployment_of(site, info),
            version=info.version,
            server_time=answers.moment_of(site, info),
            identity=interview.identity(),
        )


def describe(
    site: Site, greeting: Greeting, patience: Patience, seen_before: Collection[str] = ()
) -> SiteProfile:
    """Ask for the site's fields, issue types and projects; errors as of `greet`.

    A project that the settings name must be there, unless its key was `seen_before`.
    """
    with _Interview(site, patience) as interview:
        client = interview.client
        fields = interview.ask("its fields", client.fields)
        types = interview.ask("its issue types", client.issue_types)
        projects = interview.projects(greeting.deployment)
    return SiteProfile(
        deployment=greeting.deployment,
        version=greeting.version,
        server_time=greeting.server_time,
        described_at=greeting.server_time,
        identity=greeting.identity,
        asked_projects=site.projects,
        projects=answers.wanted_projects(site, projects, seen_before),
        types=answers.types_of(site, [found.raw for found in types]),
        fields=answers.fields_of(site, fields),
    )


def profile_site(site: Site, patience: Patience) -> SiteProfile:
    """All that there is to know of a site that was never seen before."""
    return describe(site, greet(site, patience), patience)


def check_identity(site: Site, profile: SiteProfile, patience: Patience) -> None:
    """Ask again who we are; IdentityError if that is not who we were at the beginning."""
    with _Interview(site, patience) as interview:
        now = interview.identity()
    if now.account != profile.identity.account:
        what = "takes us for somebody else than at the start of the walk"
        remedy = "Check whether the token was replaced during the run; run again."
        raise IdentityError(Problem(site.where, what, remedy))


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


class _Interview:
    """Asks one site questions through one client."""

    def __init__(self, site: Site, patience: Patience) -> None:
        self.site = site
        self.client = _client(site, "3" if site.speaks_cloud else "2", _login(site))
        self._patience = patience

    def __enter__(self) -> "_Interview":
        return self

    def __exit__(self, *_: object) -> None:
        self.client._session.close()

    def ask(self, what: str, question: Callable[[], T]) -> T:
        """Ask one question, again if Jira cannot answer now; failures are said in our words."""
        for attempt in range(1, self._patience.attempts):
            try:
                return _answer(self.site, what, question)
            except (JiraUnreachableError, _StrangeAnswer) as error:
                hint = error.hint if isinstance(error, _Busy) else None
                time.sleep(self._patience.wait(attempt, hint))
        return _answer(self.site, what, question)

    def server_information(self) -> answers.Info:
        """What the server says of itself.

        One kind of Jira refuses the other kind's credentials before it says what it is. Then it is
        asked once more without any, to tell a wrong setting from a wrong token.
        """
        what = "its server information"
        try:
            return answers.shaped(
                self.site, what, self.ask(what, self.client.server_info), answers.Info
            )
        except IdentityError as refused:
            self._check_settings()
            raise refused

    def _check_settings(self) -> None:
        """Ask as a stranger; SettingsError if the settings are for the other kind of Jira."""
        what = "its server information"
        stranger = _client(self.site, "2", {})
        try:
            said = _answer(self.site, what, stranger.server_info)
            answers.deployment_of(self.site, answers.shaped(self.site, what, said, answers.Info))
        except SettingsError as mistaken:
            raise mistaken from None
        except (RefusedError, TryLaterError):
            return
        finally:
            stranger._session.close()

    def identity(self) -> Identity:
        """Who Jira says we are."""
        return answers.identity_of(self.site, self.ask("who we are", self.client.myself))

    def projects(self, deployment: str) -> list[Project]:
        """Every project that this account may see."""
        if deployment == "datacenter":
            found = self.ask("its projects", self.client.projects)
            return answers.projects_of(self.site, [project.raw for project in found])
        projects: dict[int, Project] = {}
        start = 0
        for _ in range(MOST_PROJECT_PAGES):
            page = self._page_of_projects(start)
            found_here = answers.projects_on(page)
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

    def _page_of_projects(self, start: int) -> answers.ProjectPage:
        what = "its projects"
        query = f"project/search?startAt={start}&maxResults={PROJECTS_A_PAGE}&orderBy=key"
        said = self.ask(what, partial(self.client.find, query)).raw
        return answers.shaped(self.site, what, said, answers.ProjectPage)

    def _check_all_came(self, came: int, total: int | None) -> None:
        if total is not None and came < total:
            what = f"counts {total} projects and lists {came}"
            remedy = "Nothing was published; run again."
            raise IncompleteWalkError(Problem(self.site.where, what, remedy))


def _answer(site: Site, what: str, question: Callable[[], T]) -> T:
    try:
        return question()
    except JIRAError as error:
        failure = refusal(site, error.status_code or 0, what)
        if isinstance(failure, JiraUnreachableError) and error.response is not None:
            raise _Busy(failure.problems, hint_of(error.response.headers)) from None
        raise failure from None
    except requests.exceptions.TooManyRedirects:
        raise refusal(site, 302, what) from None
    except requests.exceptions.JSONDecodeError:
        raise _StrangeAnswer(_no_jira(site, what)) from None
    except requests.exceptions.RequestException as error:
        raise unreachable(site, error) from None
    except (AttributeError, KeyError, NotImplementedError, TypeError, ValueError):
        # `jira` builds its objects without looking, so a stranger's JSON breaks it anyhow.
        raise _StrangeAnswer(_no_jira(site, what)) from None


def _no_jira(site: Site, what: str) -> Problem:
    said = f"does not look like a Jira: it answers {what} with something else"
    return Problem(site.where, said, answers.CHECK_ADDRESS)
