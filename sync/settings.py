"""The settings, read once from the environment; every mistake is reported at once.

Each setting NAME may also be given as NAME_FILE, the path of a file that holds the value.
Secrets are wrapped so that printing the settings never shows them.
"""

import difflib
import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SecretStr,
    ValidationError,
)

from models.errors import Problem, SettingsError
from sync.schedule import Schedule, parse_schedule
from sync.source.site import Site

PREFIX = "HEADWAY_"
NOT_OURS = {"HEADWAY_TEST_DATA", "HEADWAY_TEST_CONTRACTS"}
"""Names that begin like settings and are read by the project's own tests."""

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_STALE = timedelta(hours=26)

_DURATION = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SITE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def _address(value: str) -> str:
    """An https address (http on loopback only) without credentials in it."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not an address; write it like https://example.atlassian.net")
    if parts.username or parts.password:
        raise ValueError("carries credentials; put them into the e-mail and token settings")
    if parts.query or parts.fragment:
        raise ValueError("must end with the path; leave out everything from ? or # on")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    return value.rstrip("/")


def _duration(value: str) -> timedelta:
    found = _DURATION.fullmatch(value.strip())
    if not found or not int(found[1]):
        raise ValueError("is not a length of time; write it like 90m, 26h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone; write it like Europe/Berlin") from None
    return value


def _site_name(value: str) -> str:
    if not _SITE_NAME.fullmatch(value):
        raise ValueError("must be a short name of lower-case letters, digits and dashes")
    return value


def _deployment(value: str) -> str:
    if value not in ("auto", "cloud", "datacenter"):
        raise ValueError("must be auto, cloud or datacenter")
    return value


def _file(value: str) -> Path:
    path = Path(value)
    if not path.is_file():
        raise ValueError("names a file that is not there")
    return path


def _schedule(value: object) -> Schedule:
    return value if isinstance(value, Schedule) else parse_schedule(str(value))


Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseModel):
    """Every setting of Headway under its name without HEADWAY_, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    site: Annotated[str, AfterValidator(_site_name)] = "main"
    jira_url: Address | None = None
    jira_email: str | None = None
    jira_token: SecretStr | None = None
    jira_token_expires: date | None = None
    jira_api_url: Address | None = None
    jira_ca_file: Annotated[Path, BeforeValidator(_file)] | None = None
    jira_projects: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    jira_deployment: Annotated[str, AfterValidator(_deployment)] = "auto"
    clean_url: SecretStr = SecretStr("sqlite:///var/clean.db")
    state_url: SecretStr = SecretStr("sqlite:///var/internal/state.db")
    config_dir: Path = Path("config")
    schedule: Annotated[Schedule, BeforeValidator(_schedule)] = Schedule("1d")
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    stale_after: Annotated[timedelta, BeforeValidator(_duration)] | None = None
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
        missing = [
            Problem(f"{PREFIX}{name.upper()}", "is not set", remedy)
            for name, remedy in (
                ("jira_url", "Set it to your Jira's address, like https://example.atlassian.net."),
                ("jira_token", "Set it to an API token (Cloud) or personal access token."),
            )
            if getattr(self, name) is None
        ]
        if missing or self.jira_url is None or self.jira_token is None:
            raise SettingsError(missing)
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


def read_settings(environment: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """Settings from the environment, with those of `env_file` (if any) taking precedence.

    Raises SettingsError with every mistake: unknown names, unreadable files, bad values.
    """
    given = {k: v for k, v in environment.items() if k.startswith(PREFIX) and k not in NOT_OURS}
    if env_file is not None:
        given |= _env_file(env_file)
    values, problems = _values(given)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += [_problem(dict(detail)) for detail in error.errors()]
    if problems:
        raise SettingsError(problems)
    return settings


def _values(given: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    values: dict[str, str] = {}
    problems = []
    for name, value in sorted(given.items()):
        key = name.removeprefix(PREFIX).lower()
        if key in Settings.model_fields:
            if value.strip():
                values[key] = value.strip()
        elif key.removesuffix("_file") in Settings.model_fields and key.endswith("_file"):
            if name.removesuffix("_FILE") in given:
                problems.append(Problem(name, "is set beside the same setting without _FILE"))
            try:
                values[key.removesuffix("_file")] = Path(value).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
                problems.append(Problem(name, f"cannot read {value}: {reason}"))
        else:
            problems.append(Problem(name, "is not a setting of Headway", _did_you_mean(key)))
    return values, problems


def _did_you_mean(key: str) -> str:
    close = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"Did you mean {PREFIX}{close[0].upper()}?" if close else "headway --help lists them."


def _problem(detail: Mapping[str, Any]) -> Problem:
    name = PREFIX + str(detail["loc"][0]).upper()
    what = str(detail["msg"]).removeprefix("Value error, ")
    return Problem(name, what)


def _env_file(path: Path) -> dict[str, str]:
    """NAME=value lines; blank lines, # comments, `export` and quotes are understood."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(Problem(f"--env-file {path}", f"cannot be read: {reason}")) from None
    values: dict[str, str] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        name, found, value = text.partition("=")
        if not found:
            problems.append(Problem(f"{path}:{number}", "is not NAME=value"))
        elif name.strip().startswith(PREFIX):
            values[name.strip()] = _unquoted(value.strip())
    if problems:
        raise SettingsError(problems)
    return values


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
