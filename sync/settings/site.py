"""What is set of one site: a Jira under a stable name of ours, and how to log in to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from models.errors import Problem, SettingsError
from sync.jira.client.site import Site
from sync.settings.sources import FileReader
from sync.settings.values import (
    parse_address,
    parse_certificates,
    parse_day,
    parse_deployment,
    parse_names,
    parse_proxy,
    parse_site_name,
    parse_token,
)


def define_setting(
    parse: Callable[[str], Any], default: str | None = None, secret: bool = False
) -> Any:
    """One setting: how its text is read, and the text that stands for it where none is given."""
    value = None if default is None else parse(default)
    return field(default=value, repr=not secret, metadata={"parse": parse})


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    """One site. `token_file` is where its token stands, if in a file.

    `missing` is what is not set and needed to read it: nothing else needs that.
    """

    name: str = define_setting(parse_site_name, "main")
    url: str | None = define_setting(parse_address)
    email: str | None = define_setting(str)
    token: str | None = define_setting(parse_token, secret=True)
    token_expires: date | None = define_setting(parse_day)
    api_url: str | None = define_setting(parse_address)
    ca_file: str | None = define_setting(parse_certificates)
    proxy: str | None = define_setting(parse_proxy, secret=True)
    projects: tuple[str, ...] = define_setting(parse_names, "")
    deployment: str = define_setting(parse_deployment, "auto")
    token_file: Path | None = field(default=None, repr=False)
    missing: tuple[Problem, ...] = field(default=(), repr=False)

    def connect(self) -> Site:
        """What every connection to it is built from, or SettingsError naming what is missing."""
        if self.missing or self.url is None or self.token is None:
            raise SettingsError(self.missing)
        return Site(
            name=self.name,
            url=self.url,
            token=self.token,
            read_token=self._build_token_reader(self.token),
            email=self.email,
            api_url=self.api_url,
            ca_file=self.ca_file,
            proxy=self.proxy,
            projects=self.projects,
            deployment=self.deployment,
        )

    def _build_token_reader(self, token: str) -> Callable[[], str] | None:
        """What gives the token of now, where it stands in a file."""
        return FileReader(self.token_file, parse_token, token) if self.token_file else None


def name_setting(name: str) -> str:
    """The setting that gives a value of the only site, without HEADWAY_ and in lower case."""
    return "site" if name == "name" else f"jira_{name}"


SITE_FIELDS = {name_setting(each.name): each.name for each in fields(SiteSettings) if each.metadata}
"""What each setting of a site is called here."""

SITE_PARSERS: Mapping[str, Callable[[str], Any]] = {
    name_setting(each.name): each.metadata["parse"]
    for each in fields(SiteSettings)
    if each.metadata
}
"""How the text of each is read, by the setting."""
