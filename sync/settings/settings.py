"""The settings, read once from the environment; every mistake is reported at once.

Each setting NAME may also be given as NAME_FILE, the path of a file that holds the value.
Secrets are wrapped so that printing the settings never shows them.
"""

import difflib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from models.errors import Problem, SettingsError
from sync.jira.client.site import Site
from sync.settings.env_file import read_env_file
from sync.settings.schedule import Schedule
from sync.settings.values import (
    Address,
    Certificates,
    Database,
    Day,
    Deployment,
    Duration,
    Names,
    SiteName,
    Times,
    Token,
    Zone,
)

PREFIX = "HEADWAY_"
NOT_OURS = {"HEADWAY_TEST_DATA", "HEADWAY_TEST_CONTRACTS"}
"""Names that begin like settings and are read by the project's own tests."""

NEEDED_FOR_JIRA = {
    "jira_url": "Set it to your Jira's address, like https://example.atlassian.net.",
    "jira_token": "Set it to an API token (Cloud) or personal access token.",
}

SHORTEST_STALE = timedelta(hours=26)


class Settings(BaseModel):
    """Every setting of Headway under its name without HEADWAY_, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    site: SiteName = "main"
    jira_url: Address | None = None
    jira_email: str | None = None
    jira_token: Token | None = None
    jira_token_expires: Day | None = None
    jira_api_url: Address | None = None
    jira_ca_file: Certificates | None = None
    jira_projects: Names = ()
    jira_deployment: Deployment = "auto"
    clean_url: Database = SecretStr("sqlite:///var/clean.db")
    state_url: Database = SecretStr("sqlite:///var/internal/state.db")
    config_dir: Path = Path("config")
    schedule: Times = Schedule("1d")
    timezone: Zone = "UTC"
    stale_after: Duration | None = None
    board_path: Path | None = None
    requests_file: Path | None = None
    webhook_url: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    heartbeat_url: SecretStr | None = None
    http_address: str | None = None

    @property
    def freshness(self) -> timedelta:
        """How long a publication counts as fresh: twice the schedule, at least 26 hours."""
        if self.stale_after is not None:
            return self.stale_after
        return max(2 * self.schedule.interval(self.timezone), SHORTEST_STALE)

    def connection(self) -> Site:
        """The Jira to read, or SettingsError naming every setting that is missing for it."""
        if self.jira_url is None or self.jira_token is None:
            raise SettingsError(_unset(name for name, value in self if value is not None))
        return Site(
            name=self.site,
            url=self.jira_url,
            token=self.jira_token.get_secret_value(),
            email=self.jira_email,
            api_url=self.jira_api_url,
            ca_file=str(self.jira_ca_file) if self.jira_ca_file else None,
            projects=self.jira_projects,
            deployment=self.jira_deployment,
        )


def read_settings(
    environment: Mapping[str, str], env_file: Path | None = None, *, for_jira: bool = False
) -> Settings:
    """Settings from the environment, with those of `env_file` (if any) taking precedence.

    Raises SettingsError with every mistake: unknown names, unreadable files, bad values, and
    `for_jira` what is not set and needed to read Jira.
    """
    in_file, problems = read_env_file(env_file, PREFIX) if env_file else ({}, [])
    overruled = {_setting_of(name) for name in in_file} - {None}
    given = in_file | {
        name: value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in NOT_OURS and _setting_of(name) not in overruled
    }
    given = {name: value for name, value in given.items() if value.strip()}
    values, misread = _values(given)
    problems += misread
    if for_jira:
        problems += _unset(map(_setting_of, given))
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += [_problem(dict(detail)) for detail in error.errors()]
    if problems:
        raise SettingsError(problems)
    return settings


def _setting_of(name: str) -> str | None:
    """The setting that a name gives, itself or by a file; None if there is no such setting."""
    key = name.removeprefix(PREFIX).lower()
    return next((k for k in (key, key.removesuffix("_file")) if k in Settings.model_fields), None)


def _unset(given: Iterable[str | None]) -> list[Problem]:
    """What reading Jira needs and is not among the settings given."""
    given = set(given)
    return [
        Problem(f"{PREFIX}{name.upper()}", "is not set", remedy)
        for name, remedy in NEEDED_FOR_JIRA.items()
        if name not in given
    ]


def _values(given: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """The values by setting, those of files read; names that give none are problems."""
    values: dict[str, str] = {}
    problems = []
    for name, value in sorted(given.items()):
        setting = _setting_of(name)
        if setting is None:
            key = name.removeprefix(PREFIX).lower()
            problems.append(Problem(name, "is not a setting of Headway", _did_you_mean(key)))
        elif setting in values:
            problems.append(Problem(name, "is set beside the same setting without _FILE"))
        elif name == PREFIX + setting.upper():
            values[setting] = value.strip()
        else:
            try:
                values[setting] = _content(Path(value))
            except ValueError as error:
                problems.append(Problem(name, str(error)))
    return values, problems


def _content(path: Path) -> str:
    """What a file says, or ValueError saying why that is nothing."""
    try:
        content = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ValueError(f"cannot read {path}: {reason}") from None
    if not content:
        raise ValueError(f"names {path}, which is empty")
    return content


def _did_you_mean(key: str) -> str:
    close = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"Did you mean {PREFIX}{close[0].upper()}?" if close else "The README lists them all."


def _problem(detail: Mapping[str, Any]) -> Problem:
    name = PREFIX + str(detail["loc"][0]).upper()
    what = str(detail["msg"]).removeprefix("Value error, ")
    return Problem(name, what)
