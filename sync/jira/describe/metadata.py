"""What a site answers about itself, in our words: judged before it is believed."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from models.backlog import Field, Identity, IssueType, Project
from models.errors import IdentityError, Problem, RefusedError, SettingsError
from sync.jira.client.errors import CHECK_ADDRESS
from sync.jira.client.site import Site
from sync.jira.client.texts import LONGEST_ID, clean_key, clean_name
from sync.jira.describe.answers import (
    FieldAnswer,
    IssueTypeAnswer,
    Permission,
    PermissionList,
    ProjectAnswer,
    ServerInfo,
    UserAnswer,
    decode_answer,
)
from translators.spelling import find_close_names

BROWSE = "BROWSE_PROJECTS"
CLOSE = 65
"""Of 100: PAYY is like PAY and RTP like RPT, but NOPE is not like CORE."""

_GIVE_PERMISSION = "Give the account permission to browse the projects it is to read."


def read_permission(site: Site, what: str, answer: bytes) -> bool:
    """Whether Jira grants the permission to browse."""
    granted = decode_answer(site, what, answer, PermissionList).permissions
    return granted.get(BROWSE, Permission()).havePermission


def read_identity(site: Site, answer: bytes) -> Identity:
    """Who Jira says we are."""
    user = decode_answer(site, "who we are", answer, UserAnswer)
    account = user.accountId or user.key or user.name
    if not account:
        raise IdentityError(Problem(site.where, "does not say who we are", CHECK_ADDRESS))
    return Identity(clean_name(account), clean_name(user.displayName or ""))


def read_projects(answers: Iterable[ProjectAnswer]) -> list[Project]:
    """The projects that were listed."""
    return [
        Project(
            id=answer.id,
            key=clean_key(answer.key),
            name=clean_name(answer.name or answer.key),
            team_managed=answer.style == "next-gen",
        )
        for answer in answers
    ]


def read_issue_types(site: Site, answer: bytes) -> tuple[IssueType, ...]:
    """The issue types of a site; a Jira without any is none we were let into."""
    every = decode_answer(site, "its issue types", answer, list[IssueTypeAnswer])
    _check_some(site, "issue type", every)
    return tuple(
        IssueType(
            id=clean_key(listed.id, LONGEST_ID),
            name=clean_name(listed.name or ""),
            subtask=listed.subtask,
            hierarchy_level=listed.hierarchyLevel,
        )
        for listed in every
    )


def read_fields(site: Site, answer: bytes) -> tuple[Field, ...]:
    """The fields of a site; a Jira without any is none we were let into."""
    every = decode_answer(site, "its fields", answer, list[FieldAnswer])
    _check_some(site, "field", every)
    return tuple(
        Field(
            id=listed.id,
            name=clean_name(listed.untranslatedName or listed.name or listed.id),
            kind=clean_name(listed.schema.custom or "") or None if listed.schema else None,
            project_id=listed.scope.project.id if listed.scope and listed.scope.project else None,
        )
        for listed in every
        if listed.id == clean_key(listed.id, LONGEST_ID)
    )


def _check_some(site: Site, name: str, every: Collection[object]) -> None:
    if not every:
        what = f"shows this account no {name} at all"
        raise RefusedError(Problem(site.where, what, _GIVE_PERMISSION))


def read_server_time(site: Site, info: ServerInfo) -> datetime:
    """The site's clock."""
    try:
        server_time = datetime.fromisoformat(info.serverTime)
        if server_time.tzinfo is not None:
            return server_time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise IdentityError(Problem(site.where, "does not tell its time", CHECK_ADDRESS))


def check_email(site: Site) -> None:
    """SettingsError if the settings speak of Cloud and leave out the account."""
    if site.speaks_cloud and not site.email:
        raise SettingsError(_report_missing_email("and HEADWAY_JIRA_DEPLOYMENT says cloud"))


def check_deployment(site: Site, info: ServerInfo) -> str:
    """What kind of Jira it is, or SettingsError if the settings take it for the other kind."""
    if not info.deploymentType:
        raise IdentityError(Problem(site.where, "does not look like a Jira", CHECK_ADDRESS))
    deployment = "cloud" if info.deploymentType.casefold() == "cloud" else "datacenter"
    if deployment == "cloud" and not site.speaks_cloud:
        if not site.email:
            raise SettingsError(_report_missing_email("and this is Jira Cloud"))
        what = "says datacenter, and this is Jira Cloud"
        raise SettingsError(Problem("HEADWAY_JIRA_DEPLOYMENT", what, "Unset it."))
    if deployment == "datacenter" and site.speaks_cloud:
        what = "this is Jira Data Center, which takes a personal access token alone"
        remedy = "Unset HEADWAY_JIRA_EMAIL (and HEADWAY_JIRA_DEPLOYMENT)."
        raise SettingsError(Problem(site.where, what, remedy))
    return deployment


def _report_missing_email(why: str) -> Problem:
    remedy = "Set it to the e-mail address the token belongs to."
    return Problem("HEADWAY_JIRA_EMAIL", f"is not set, {why}", remedy)


def choose_projects(
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
        raise RefusedError([_report_unknown(key, by_key) for key in never_seen or unknown])
    return tuple(by_key[key] for key in named if key in by_key)


def _report_unknown(key: str, visible: Iterable[str]) -> Problem:
    close = find_close_names(key.upper(), visible, CLOSE, most=3)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    what = f"names project {key}, which this account cannot see"
    return Problem(
        "HEADWAY_JIRA_PROJECTS", what, f"{hint}Check the key and the account's permissions."
    )
