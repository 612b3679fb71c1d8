"""The settings, read once from the environment; every mistake is reported at once.

Each setting NAME may also be given as NAME_FILE, the path of a file that holds the value, or as
a file of that name in the folder that HEADWAY_SECRETS_DIR names.
Secrets are left out when the settings are printed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import URL

from models.errors import Problem, SettingsError
from sync.jira.client.site import Site
from sync.settings.env_file import read_env_file
from sync.settings.schedule import Schedule, parse_digest, parse_schedule
from sync.settings.sources import PREFIX, FileReader, find_setting, read_sources
from sync.settings.values import (
    HttpAddress,
    parse_address,
    parse_certificates,
    parse_day,
    parse_deployment,
    parse_duration,
    parse_http_address,
    parse_names,
    parse_path,
    parse_proxy,
    parse_receiver,
    parse_signing_keys,
    parse_site_name,
    parse_timezone,
    parse_token,
    parse_tolerance,
    parse_webhook_format,
)
from sync.store.db.engines import parse_url

NOT_OURS = {"HEADWAY_TEST_DATA", "HEADWAY_TEST_CONTRACTS"}
"""Names that begin like settings and are read by the project's own tests."""

NEEDED_FOR_JIRA = {
    "jira_url": "Set it to your Jira's address, like https://example.atlassian.net.",
    "jira_token": "Set it to an API token (Cloud) or personal access token.",
}

SLACK_HOST = "hooks.slack.com"
"""Where Slack takes incoming webhooks."""
DIGEST_EVERY = "14d"
SHORTEST_STALE = timedelta(hours=26)
LONGEST_STALE = timedelta(days=8)
"""A week and a day: a list that runs less often confirm is called fresh by a person alone."""


def _setting(parse: Callable[[str], Any], default: str | None = None, secret: bool = False) -> Any:
    """One setting: how its text is read, and the text that stands for it where none is given."""
    value = None if default is None else parse(default)
    return field(default=value, repr=not secret, metadata={"parse": parse})


def _database(name: str, default: str) -> Any:
    return _setting(partial(parse_url, setting=f"{PREFIX}{name}"), default, secret=True)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting of Headway under its name without HEADWAY_, in lower case.

    `given` are the names of those that were set, `files` where those stand that a file gives. A
    command may be told of a `snapshot` to
    be read in place of both databases.
    """

    site: str = _setting(parse_site_name, "main")
    jira_url: str | None = _setting(parse_address)
    jira_email: str | None = _setting(str)
    jira_token: str | None = _setting(parse_token, secret=True)
    jira_token_expires: date | None = _setting(parse_day)
    jira_api_url: str | None = _setting(parse_address)
    jira_ca_file: str | None = _setting(parse_certificates)
    jira_proxy: str | None = _setting(parse_proxy, secret=True)
    jira_projects: tuple[str, ...] = _setting(parse_names, "")
    jira_deployment: str = _setting(parse_deployment, "auto")
    clean_url: URL = _database("CLEAN_URL", "sqlite:///var/clean.db")
    state_url: URL = _database("STATE_URL", "sqlite:///var/internal/state.db")
    config_dir: Path = _setting(parse_path, "config")
    schedule: Schedule = _setting(parse_schedule, "1d")
    timezone: str = _setting(parse_timezone, "UTC")
    stale_after: timedelta | None = _setting(parse_duration)
    clock_tolerance: timedelta | None = _setting(parse_tolerance, "1d")
    board_path: Path | None = _setting(parse_path)
    requests_file: Path | None = _setting(parse_path)
    webhook_url: str | None = _setting(parse_receiver, secret=True)
    webhook_secret: tuple[bytes, ...] | None = _setting(parse_signing_keys, secret=True)
    webhook_format: str = _setting(parse_webhook_format, "auto")
    digest: Schedule | None = _setting(parse_digest, DIGEST_EVERY)
    heartbeat_url: str | None = _setting(parse_receiver, secret=True)
    http_address: HttpAddress | None = _setting(parse_http_address)
    secrets_dir: Path | None = _setting(parse_path)
    given: frozenset[str] = frozenset()
    files: Mapping[str, Path] = field(default_factory=dict, repr=False)
    snapshot: Path | None = None

    @property
    def freshness(self) -> timedelta:
        """How long a publication counts as fresh: twice the schedule, within sense."""
        if self.stale_after is not None:
            return self.stale_after
        twice = 2 * self.schedule.longest_gap(self.timezone)
        return min(max(twice, SHORTEST_STALE), LONGEST_STALE)

    @property
    def speaks_slack(self) -> bool:
        """Whether webhooks have the shape of Slack's, which are not signed."""
        if self.webhook_format != "auto":
            return self.webhook_format == "slack"
        return urlsplit(self.webhook_url or "").hostname == SLACK_HOST

    def connection(self) -> Site:
        """The Jira to read, or SettingsError naming every setting that is missing for it."""
        if self.jira_url is None or self.jira_token is None:
            raise SettingsError(_find_unset(self.given))
        return Site(
            name=self.site,
            url=self.jira_url,
            token=self.jira_token,
            read_token=self._build_token_reader(self.jira_token),
            email=self.jira_email,
            api_url=self.jira_api_url,
            ca_file=self.jira_ca_file,
            proxy=self.jira_proxy,
            projects=self.jira_projects,
            deployment=self.jira_deployment,
        )

    def _build_token_reader(self, token: str) -> Callable[[], str] | None:
        """What gives the token of now, where it stands in a file."""
        path = self.files.get("jira_token")
        return FileReader(path, parse_token, token) if path else None


PARSERS: Mapping[str, Callable[[str], Any]] = {
    setting.name: setting.metadata["parse"] for setting in fields(Settings) if setting.metadata
}
"""How the text of each setting is read, by its name without HEADWAY_, in lower case."""


def read_settings(
    environment: Mapping[str, str], env_file: Path | None = None, *, for_jira: bool = False
) -> Settings:
    """Settings from the environment, with those of `env_file` (if any) taking precedence.

    Raises SettingsError with every mistake: unknown names, unreadable files, bad values, and
    `for_jira` what is not set and needed to read Jira.
    """
    in_file, problems = read_env_file(env_file, PREFIX) if env_file else ({}, [])
    overruled = {find_setting(name, PARSERS) for name in in_file} - {None}
    entries = in_file | {
        name: value
        for name, value in environment.items()
        if name.startswith(PREFIX)
        and name not in NOT_OURS
        and find_setting(name, PARSERS) not in overruled
    }
    entries = {name: value for name, value in entries.items() if value.strip()}
    sources, misread = read_sources(entries, PARSERS, overruled)
    problems += misread
    if for_jira:
        entered = {find_setting(name, PARSERS) for name in entries}
        problems += _find_unset(entered | set(sources.texts))
    values, refused = _parse_texts(sources.texts)
    problems += refused
    if not refused:
        problems += _find_unsigned(Settings(**values))
    if problems:
        raise SettingsError(problems)
    return Settings(**values, given=frozenset(values), files=sources.files)


def _find_unset(given: Iterable[str | None]) -> list[Problem]:
    """What reading Jira needs and is not among the settings given."""
    given = set(given)
    return [
        Problem(f"{PREFIX}{name.upper()}", "is not set", remedy)
        for name, remedy in NEEDED_FOR_JIRA.items()
        if name not in given
    ]


def _find_unsigned(settings: Settings) -> list[Problem]:
    """What webhooks need and is not set, or is set and would do nothing."""
    secret, name = f"{PREFIX}WEBHOOK_SECRET", f"{PREFIX}WEBHOOK_URL"
    how = settings.webhook_format
    if settings.webhook_url is None:
        remedy = f"Set {name} too, or take it out."
        idle = {secret: settings.webhook_secret, f"{PREFIX}WEBHOOK_FORMAT": how != "auto"}
        idle |= {f"{PREFIX}DIGEST": settings.digest not in (None, parse_digest(DIGEST_EVERY))}
        what = "does nothing without an address"
        return [Problem(each, what, remedy) for each, is_set in idle.items() if is_set]
    if settings.speaks_slack and settings.webhook_secret:
        return [Problem(secret, "does nothing: what Slack is sent is not signed", "Take it out.")]
    if not settings.speaks_slack and not settings.webhook_secret:
        remedy = "Set it to the secret that the receiver checks signatures with."
        return [Problem(secret, f"is not set, and {name} is", remedy)]
    return []


def _parse_texts(texts: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """The values by setting, and what is wrong with texts that are none."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for setting, text in texts.items():
        try:
            values[setting] = PARSERS[setting](text)
        except SettingsError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem(PREFIX + setting.upper(), str(error)))
    return values, problems
