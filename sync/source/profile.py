"""Asks a site what it is: the only importer of `jira`. A few small calls, each with a timeout."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import requests
from jira import JIRA
from jira.exceptions import JIRAError
from rapidfuzz import process

from models.backlog import Field, Identity, IssueType, Project, SiteProfile
from models.errors import IdentityError, JiraUnreachableError, Problem, RefusedError, SettingsError
from sync.source.patience import Patience
from sync.source.refusals import check_login, refusal, unreachable
from sync.source.site import Site

CONNECT_SECONDS, READ_SECONDS = 5, 30
PROJECTS_A_PAGE = 50
MOST_PROJECT_PAGES = 1_000

T = TypeVar("T")


def profile_site(site: Site, patience: Patience) -> SiteProfile:
    """What the site is, who we are there, and which of its projects we are to read.

    A question that Jira cannot answer now is asked again, as `patience` says. Raises
    JiraUnreachableError, IdentityError, RefusedError or SettingsError in plain words.
    """
    interview = _Interview(site, patience)
    client = interview.client
    info = interview.ask("its server information", client.server_info)
    deployment = _deployment(site, info)
    identity = interview.identity()
    fields = interview.ask("its fields", client.fields)
    types = interview.ask("its issue types", client.issue_types)
    projects = _wanted(site, interview.projects(deployment))
    return SiteProfile(
        deployment=deployment,
        version=str(info.get("version", "")),
        server_time=_moment(site, info.get("serverTime")),
        identity=identity,
        projects=tuple(projects),
        types=tuple(_type(found.raw) for found in types),
        fields=tuple(_field(found) for found in fields),
    )


def check_identity(site: Site, profile: SiteProfile, patience: Patience) -> None:
    """Ask again who we are; IdentityError if that is not who we were at the beginning."""
    now = _Interview(site, patience).identity()
    if now.account != profile.identity.account:
        what = "takes us for somebody else than at the start of the walk"
        remedy = "Check whether the token was replaced during the run; run again."
        raise IdentityError(Problem(site.where, what, remedy))


def _client(site: Site) -> JIRA:
    version = "3" if site.speaks_cloud else "2"
    login: dict[str, Any] = (
        {"basic_auth": (site.email or "", site.token)}
        if site.speaks_cloud
        else {"token_auth": site.token}
    )
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
        check_login(site, response.status_code, response.headers)

    session.hooks["response"].append(check)
    return client


class _Interview:
    """Asks one site questions through one client."""

    def __init__(self, site: Site, patience: Patience) -> None:
        self.site = site
        self.client = _client(site)
        self._patience = patience

    def ask(self, what: str, question: Callable[[], T]) -> T:
        """Ask one question, again if Jira cannot answer now; failures are said in our words."""
        for attempt in range(1, self._patience.attempts):
            try:
                return _answer(self.site, what, question)
            except JiraUnreachableError:
                time.sleep(self._patience.wait(attempt, None))
        return _answer(self.site, what, question)

    def identity(self) -> Identity:
        """Who Jira says we are."""
        me = self.ask("who we are", self.client.myself)
        account = me.get("accountId") or me.get("key") or me.get("name")
        if not account:
            what = "does not say who we are"
            raise IdentityError(Problem(self.site.where, what, _CHECK_ADDRESS))
        return Identity(str(account), str(me.get("displayName", "")))

    def projects(self, deployment: str) -> list[Project]:
        """Every project that this account may see."""
        if deployment == "datacenter":
            found = self.ask("its projects", self.client.projects)
            return [_project(project.raw) for project in found]
        projects: list[Project] = []
        for _ in range(MOST_PROJECT_PAGES):
            query = f"project/search?startAt={len(projects)}&maxResults={PROJECTS_A_PAGE}"
            page = self.ask("its projects", partial(self.client.find, query)).raw or {"values": []}
            projects += [_project(raw) for raw in page["values"]]
            if page.get("isLast", True) or not page["values"]:
                return projects
        what = "lists projects without end"
        raise RefusedError(Problem(self.site.where, what, "Please report this."))


def _answer(site: Site, what: str, question: Callable[[], T]) -> T:
    try:
        return question()
    except JIRAError as error:
        raise refusal(site, error.status_code or 0, what) from None
    except requests.exceptions.TooManyRedirects:
        raise refusal(site, 302, what) from None
    except (requests.exceptions.JSONDecodeError, ValueError):
        problem = Problem(
            site.where, f"answers {what} with something that is not JSON", _CHECK_ADDRESS
        )
        raise IdentityError(problem) from None
    except requests.exceptions.RequestException as error:
        raise unreachable(site, error) from None


_CHECK_ADDRESS = "Check HEADWAY_JIRA_URL: it must be the address of Jira itself."


def _deployment(site: Site, info: dict[str, Any]) -> str:
    kind = str(info.get("deploymentType", ""))
    if not kind:
        raise IdentityError(Problem(site.where, "does not look like a Jira", _CHECK_ADDRESS))
    found = "cloud" if kind.casefold() == "cloud" else "datacenter"
    if found == "cloud" and not site.speaks_cloud:
        what = "is not set, and this is Jira Cloud"
        remedy = "Set it to the e-mail address the token belongs to."
        raise SettingsError(Problem("HEADWAY_JIRA_EMAIL", what, remedy))
    if found == "datacenter" and site.speaks_cloud:
        what = "this is Jira Data Center, which takes a personal access token alone"
        remedy = "Unset HEADWAY_JIRA_EMAIL (and HEADWAY_JIRA_DEPLOYMENT)."
        raise SettingsError(Problem(site.where, what, remedy))
    return found


def _wanted(site: Site, visible: list[Project]) -> list[Project]:
    """The projects to read: all visible ones, or exactly those that the settings name."""
    if not visible:
        what = "shows this account no project at all"
        remedy = "Give the account permission to browse the projects it is to read."
        raise RefusedError(Problem(site.where, what, remedy))
    if not site.projects:
        return visible
    by_key = {project.key.upper(): project for project in visible}
    unknown = [key for key in site.projects if key.upper() not in by_key]
    if unknown:
        raise RefusedError([_unknown(key, by_key) for key in unknown])
    return [by_key[key] for key in dict.fromkeys(key.upper() for key in site.projects)]


def _unknown(key: str, visible: Iterable[str]) -> Problem:
    close = process.extractOne(key.upper(), list(visible), score_cutoff=60)
    hint = f"Did you mean {close[0]}? " if close else ""
    what = f"names project {key}, which this account cannot see"
    return Problem(
        "HEADWAY_JIRA_PROJECTS", what, f"{hint}Check the key and the account's permissions."
    )


def _project(raw: dict[str, Any]) -> Project:
    return Project(
        id=int(raw["id"]),
        key=raw["key"],
        name=raw.get("name") or raw["key"],
        team_managed=raw.get("style") == "next-gen",
    )


def _type(raw: dict[str, Any]) -> IssueType:
    return IssueType(
        id=str(raw["id"]),
        name=raw.get("name") or "",
        subtask=bool(raw.get("subtask")),
        rung=raw.get("hierarchyLevel"),
    )


def _field(raw: dict[str, Any]) -> Field:
    return Field(
        id=raw["id"],
        name=raw.get("untranslatedName") or raw.get("name") or raw["id"],
        kind=(raw.get("schema") or {}).get("custom"),
    )


def _moment(site: Site, text: str | None) -> datetime:
    try:
        return datetime.fromisoformat(text or "").astimezone(UTC)
    except ValueError:
        what = "does not tell its time"
        raise IdentityError(Problem(site.where, what, _CHECK_ADDRESS)) from None
