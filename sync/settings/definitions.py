"""Every setting: what it is called, how its text is read, and what holds where none is given.

Secrets are left out when settings are printed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import URL

from models.errors import Problem, SettingsError
from models.tables import clean, state
from sync.jira.client.site import Site
from sync.settings.schedule import Schedule, parse_digest, parse_schedule
from sync.settings.site import SITE_PARSERS, SiteSettings, define_setting
from sync.settings.sources import PREFIX
from sync.settings.values import (
    HttpAddress,
    parse_duration,
    parse_http_address,
    parse_memory,
    parse_path,
    parse_receiver,
    parse_signing_keys,
    parse_timezone,
    parse_tolerance,
    parse_webhook_format,
)
from sync.settings.workers import parse_workers_url
from sync.store.clean.readers_role import READERS_ROLE
from sync.store.db.addresses import describe_place, parse_url
from sync.store.db.schema_names import add_schema, find_schemas, parse_schema_name

ONLY_LIST = "main"
"""What the list is called where there is only one, and nobody gave it a name."""
SLACK_HOST = "hooks.slack.com"
"""Where Slack takes incoming webhooks."""
DIGEST_EVERY = "14d"
SHORTEST_STALE = timedelta(hours=26)
LONGEST_STALE = timedelta(days=8)
"""A week and a day: a list that runs less often confirm is called fresh by a person alone."""


def _database(name: str, default: str) -> Any:
    return define_setting(partial(parse_url, setting=f"{PREFIX}{name}"), default, secret=True)


def _named_in_postgresql(usual: str) -> Any:
    return define_setting(partial(parse_schema_name, usual=usual), usual)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting of one list under its name without HEADWAY_, in lower case.

    `sites` are those that feed it. `given` are the names of settings that were set. A command may
    be told of a `snapshot` to be read in place of both databases. `is_one_of_several` is whether
    the installation has other lists too: whoever is told of it has to know its name then.
    """

    sites: tuple[SiteSettings, ...] = (SiteSettings(),)
    clean_url: URL = _database("CLEAN_URL", "sqlite:///var/clean.db")
    state_url: URL = _database("STATE_URL", "sqlite:///var/internal/state.db")
    clean_schema: str = _named_in_postgresql(clean.VIEWS_SCHEMA)
    state_schema: str = _named_in_postgresql(state.SCHEMA)
    readers_role: str = _named_in_postgresql(READERS_ROLE)
    config_dir: Path = define_setting(parse_path, "config")
    schedule: Schedule = define_setting(parse_schedule, "1d")
    timezone: str = define_setting(parse_timezone, "UTC")
    stale_after: timedelta | None = define_setting(parse_duration)
    clock_tolerance: timedelta | None = define_setting(parse_tolerance, "1d")
    board_path: Path | None = define_setting(parse_path)
    requests_file: Path | None = define_setting(parse_path)
    webhook_url: str | None = define_setting(parse_receiver, secret=True)
    webhook_secret: tuple[bytes, ...] | None = define_setting(parse_signing_keys, secret=True)
    webhook_format: str = define_setting(parse_webhook_format, "auto")
    digest: Schedule | None = define_setting(parse_digest, DIGEST_EVERY)
    heartbeat_url: str | None = define_setting(parse_receiver, secret=True)
    http_address: HttpAddress | None = define_setting(parse_http_address)
    workers_url: URL | None = define_setting(parse_workers_url, secret=True)
    work_memory: int | None = define_setting(parse_memory)
    secrets_dir: Path | None = define_setting(parse_path)
    sites_file: Path | None = define_setting(parse_path)
    list_name: str = ONLY_LIST
    is_one_of_several: bool = False
    given: frozenset[str] = frozenset()
    snapshot: Path | None = None

    def __post_init__(self) -> None:
        """The addresses say the schemas too: who is given an address needs no more."""
        object.__setattr__(self, "clean_url", add_schema(self.clean_url, self.clean_schema))
        object.__setattr__(self, "state_url", add_schema(self.state_url, self.state_schema))

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

    @property
    def site_names(self) -> tuple[str, ...]:
        """What the sites that feed the list are called, in the order in which they are set."""
        return tuple(site.name for site in self.sites)

    def find_site(self, name: str) -> SiteSettings:
        """The site of a name; KeyError where none that feeds this list is called so."""
        return {site.name: site for site in self.sites}[name]

    def connection(self, name: str | None = None) -> Site:
        """A Jira to read, the only one unless one is named.

        SettingsError naming every setting that is missing for it; KeyError as of `find_site`.
        """
        return (self.only_site if name is None else self.find_site(name)).connect()

    @property
    def only_site(self) -> SiteSettings:
        """The site of a list that one site feeds; SettingsError where there are more."""
        if len(self.sites) > 1:
            what = f"names {len(self.sites)} sites, and this is for one"
            raise SettingsError(Problem(f"{PREFIX}SITES_FILE", what))
        return self.sites[0]

    @property
    def site(self) -> str:
        """What the only site is called."""
        return self.only_site.name

    @property
    def jira_url(self) -> str | None:
        """Where the only site is."""
        return self.only_site.url

    @property
    def jira_projects(self) -> tuple[str, ...]:
        """The projects of the only site; none where all that can be seen are read."""
        return self.only_site.projects

    @property
    def jira_token_expires(self) -> date | None:
        """The day on which the token of the only site ends, where it is known."""
        return self.only_site.token_expires

    @property
    def jira_ca_file(self) -> str | None:
        """The private authority of a site: who receives messages may be behind the same."""
        return next((site.ca_file for site in self.sites if site.ca_file), None)


LIST_PARSERS: Mapping[str, Callable[[str], Any]] = {
    setting.name: setting.metadata["parse"] for setting in fields(Settings) if setting.metadata
}
PARSERS: Mapping[str, Callable[[str], Any]] = {**SITE_PARSERS, **LIST_PARSERS}
"""How the text of each setting is read, by its name without HEADWAY_, in lower case."""


def find_idle_webhook(settings: Settings, name_place: Callable[[str], str]) -> list[Problem]:
    """What webhooks need and is not set, or is set and would do nothing.

    `name_place` gives the place where a setting is made, or would be.
    """
    secret, name = name_place("webhook_secret"), name_place("webhook_url")
    how = settings.webhook_format
    if settings.webhook_url is None:
        remedy = f"Set {name} too, or take it out."
        idle = {secret: settings.webhook_secret, name_place("webhook_format"): how != "auto"}
        idle |= {name_place("digest"): settings.digest not in (None, parse_digest(DIGEST_EVERY))}
        what = "does nothing without an address"
        return [Problem(each, what, remedy) for each, is_set in idle.items() if is_set]
    if settings.speaks_slack and settings.webhook_secret:
        return [Problem(secret, "does nothing: what Slack is sent is not signed", "Take it out.")]
    if not settings.speaks_slack and not settings.webhook_secret:
        remedy = "Set it to the secret that the receiver checks signatures with."
        return [Problem(secret, f"is not set, and {name} is", remedy)]
    return []


USUAL = {each.name: each.default for each in fields(Settings)}


def find_idle_schemas(settings: Settings, name_place: Callable[[str], str]) -> list[Problem]:
    """Names of PostgreSQL where there is none, and a schema that would be two things at once."""
    problems = []
    urls = {"clean_schema": settings.clean_url, "state_schema": settings.state_url}
    urls["readers_role"] = settings.clean_url
    for name, url in urls.items():
        if getattr(settings, name) != USUAL[name] and url.get_backend_name() != "postgresql":
            what = "does nothing: on SQLite there are no schemas and no roles"
            problems.append(Problem(name_place(name), what, "Take it out."))
    own = find_schemas(settings.clean_url, clean.SCHEMA)
    same = describe_place(settings.clean_url) == describe_place(settings.state_url)
    if same and settings.state_schema in own and not problems:
        what = f"{settings.state_schema} is a schema of the clean database already"
        problems.append(Problem(name_place("state_schema"), what, "Choose another name."))
    return problems
