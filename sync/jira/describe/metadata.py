"""What a site answers about itself, in our words: judged before it is believed."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from rapidfuzz import process

from models.backlog import Field, Identity, IssueType, Project
from models.errors import IdentityError, Problem, RefusedError, SettingsError
from sync.jira.client.site import Site

T = TypeVar("T")

CLOSE = 65
"""Of 100: PAYY is like PAY and RTP like RPT, but NOPE is not like CORE."""

CHECK_ADDRESS = "Check HEADWAY_JIRA_URL: it must be the address of Jira itself."
_GIVE_PERMISSION = "Give the account permission to browse the projects it is to read."


class Info(Struct):
    """Server information; what calls itself a deployment of no type is no Jira."""

    baseUrl: Any = None  # noqa: N815 - Jira's own name; administrators write what they like
    deploymentType: str = ""  # noqa: N815
    version: str = ""
    serverTime: str = ""  # noqa: N815


class _Me(Struct):
    accountId: str | None = None  # noqa: N815
    key: str | None = None
    name: str | None = None
    displayName: str | None = None  # noqa: N815


class _Project(Struct):
    id: int
    key: str
    name: str | None = None
    style: str | None = None


class ProjectPage(Struct):
    """One page of projects."""

    values: list[_Project]
    total: int | None = None
    isLast: bool | None = None  # noqa: N815


class _Type(Struct):
    id: str
    name: str | None = None
    subtask: bool = False
    hierarchyLevel: int | None = None  # noqa: N815


class _Schema(Struct):
    custom: str | None = None


class Identified(Struct):
    id: int


class _Scope(Struct):
    project: Identified | None = None


class _Field(Struct):
    id: str
    name: str | None = None
    untranslatedName: str | None = None  # noqa: N815
    schema: _Schema | None = None
    scope: _Scope | None = None


class _Estimated(Struct, frozen=True):
    fieldId: str | None = None  # noqa: N815


class _Estimation(Struct):
    field: _Estimated = _Estimated()


class Board(Struct):
    """A board's configuration; a board that counts issues adds up no field."""

    estimation: _Estimation | None = None


class Boards(Struct):
    """The first boards of a project."""

    values: list[Identified]


class _Permission(Struct, frozen=True):
    havePermission: bool = False  # noqa: N815


class _Permissions(Struct):
    permissions: dict[str, _Permission]


def may_browse(site: Site, answer: Any) -> bool:
    """Whether Jira grants the permission to browse."""
    granted = convert_answer(site, "its permissions", answer, _Permissions).permissions
    return granted.get("BROWSE_PROJECTS", _Permission()).havePermission


def convert_answer(site: Site, what: str, value: Any, kind: type[T]) -> T:
    """The value as that kind, or IdentityError: whatever answered so is no Jira."""
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        said = f"does not look like a Jira: it answers {what} with something else"
        raise IdentityError(Problem(site.where, said, CHECK_ADDRESS)) from None


def identity_of(site: Site, answer: Any) -> Identity:
    """Who Jira says we are."""
    me = convert_answer(site, "who we are", answer, _Me)
    account = me.accountId or me.key or me.name
    if not account:
        raise IdentityError(Problem(site.where, "does not say who we are", CHECK_ADDRESS))
    return Identity(account, me.displayName or "")


def projects_of(site: Site, answer: Any) -> list[Project]:
    """The projects of a site that lists them all at once."""
    return [
        _project(found) for found in convert_answer(site, "its projects", answer, list[_Project])
    ]


def projects_on(page: ProjectPage) -> list[Project]:
    """The projects on one page."""
    return [_project(found) for found in page.values]


def _project(found: _Project) -> Project:
    return Project(
        id=found.id,
        key=found.key,
        name=found.name or found.key,
        team_managed=found.style == "next-gen",
    )


def types_of(site: Site, answer: Any) -> tuple[IssueType, ...]:
    """The issue types of a site; a Jira without any is none we were let into."""
    _check_some(site, "issue type", answer)
    return tuple(
        IssueType(
            id=found.id,
            name=found.name or "",
            subtask=found.subtask,
            hierarchy_level=found.hierarchyLevel,
        )
        for found in convert_answer(site, "its issue types", answer, list[_Type])
    )


def fields_of(site: Site, answer: Any) -> tuple[Field, ...]:
    """The fields of a site; a Jira without any is none we were let into."""
    _check_some(site, "field", answer)
    return tuple(
        Field(
            id=found.id,
            name=found.untranslatedName or found.name or found.id,
            kind=found.schema.custom if found.schema else None,
            project_id=found.scope.project.id if found.scope and found.scope.project else None,
        )
        for found in convert_answer(site, "its fields", answer, list[_Field])
    )


def _check_some(site: Site, name: str, answer: Any) -> None:
    if not answer:
        what = f"shows this account no {name} at all"
        raise RefusedError(Problem(site.where, what, _GIVE_PERMISSION))


def moment_of(site: Site, info: Info) -> datetime:
    """The site's clock."""
    try:
        found = datetime.fromisoformat(info.serverTime)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise IdentityError(Problem(site.where, "does not tell its time", CHECK_ADDRESS))
    return found.astimezone(UTC)


def check_email(site: Site) -> None:
    """SettingsError if the settings speak of Cloud and leave out the account."""
    if site.speaks_cloud and not site.email:
        raise SettingsError(_missing_email("and HEADWAY_JIRA_DEPLOYMENT says cloud"))


def deployment_of(site: Site, info: Info) -> str:
    """What kind of Jira it is, or SettingsError if the settings take it for the other kind."""
    if not info.deploymentType:
        raise IdentityError(Problem(site.where, "does not look like a Jira", CHECK_ADDRESS))
    found = "cloud" if info.deploymentType.casefold() == "cloud" else "datacenter"
    if found == "cloud" and not site.speaks_cloud:
        if not site.email:
            raise SettingsError(_missing_email("and this is Jira Cloud"))
        what = "says datacenter, and this is Jira Cloud"
        raise SettingsError(Problem("HEADWAY_JIRA_DEPLOYMENT", what, "Unset it."))
    if found == "datacenter" and site.speaks_cloud:
        what = "this is Jira Data Center, which takes a personal access token alone"
        remedy = "Unset HEADWAY_JIRA_EMAIL (and HEADWAY_JIRA_DEPLOYMENT)."
        raise SettingsError(Problem(site.where, what, remedy))
    return found


def _missing_email(why: str) -> Problem:
    remedy = "Set it to the e-mail address the token belongs to."
    return Problem("HEADWAY_JIRA_EMAIL", f"is not set, {why}", remedy)


def wanted_projects(
    site: Site, visible: list[Project], seen_before: Collection[str] = ()
) -> tuple[Project, ...]:
    """The projects to read: all visible ones, or those that the settings name.

    A named one that was never seen is a mistake; one that was `seen_before` got lost.
    """
    if not visible:
        what = "shows this account no project at all"
        raise RefusedError(Problem(site.where, what, _GIVE_PERMISSION))
    if not site.projects:
        return tuple(visible)
    by_key = {project.key.upper(): project for project in visible}
    named = dict.fromkeys(key.upper() for key in site.projects)
    unknown = [key for key in named if key not in by_key]
    never_seen = [key for key in unknown if key not in seen_before]
    if never_seen or len(unknown) == len(named):
        raise RefusedError([_unknown(key, by_key) for key in never_seen or unknown])
    return tuple(by_key[key] for key in named if key in by_key)


def _unknown(key: str, visible: Iterable[str]) -> Problem:
    close = process.extract(key.upper(), list(visible), limit=3, score_cutoff=CLOSE)
    hint = f"Did you mean {' or '.join(name for name, *_ in close)}? " if close else ""
    what = f"names project {key}, which this account cannot see"
    return Problem(
        "HEADWAY_JIRA_PROJECTS", what, f"{hint}Check the key and the account's permissions."
    )
