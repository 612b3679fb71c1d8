"""The settings, read once from the environment; every mistake is reported at once.

Each setting NAME may also be given as NAME_FILE, the path of a file that holds the value, or as
a file of that name in the folder that HEADWAY_SECRETS_DIR names. Where HEADWAY_SITES_FILE names a
file of sites, what Jira is and who reads it stands there.
"""

from collections.abc import Mapping
from pathlib import Path

from models.errors import Problem, SettingsError
from sync.settings.definitions import (
    LIST_PARSERS,
    PARSERS,
    Settings,
    find_idle_schemas,
    find_idle_webhook,
)
from sync.settings.environment import Environment, name_setting_place, read_environment
from sync.settings.installation import Installation
from sync.settings.site import SITE_FIELDS, SiteSettings

__all__ = ["PARSERS", "Settings", "read_installation", "read_settings"]

NEEDED_FOR_JIRA = {
    "jira_url": "Set it to your Jira's address, like https://example.atlassian.net.",
    "jira_token": "Set it to an API token (Cloud) or personal access token.",
}


def read_settings(
    environment: Mapping[str, str],
    env_file: Path | None = None,
    *,
    for_jira: bool = False,
    list_name: str | None = None,
) -> Settings:
    """The settings of a list, the only one unless one is named; see `read_installation`.

    Raises SettingsError with every mistake: unknown names, unreadable files, bad values, and
    `for_jira` what is not set and needed to read Jira. UsageError where several lists are set and
    none is named, or none is called so.
    """
    installation = read_installation(environment, env_file, for_jira=for_jira)
    return installation.select_list(list_name, for_jira=for_jira)


def read_installation(
    environment: Mapping[str, str], env_file: Path | None = None, *, for_jira: bool = False
) -> Installation:
    """The settings of all lists, with those of `env_file` (if any) taking precedence.

    Raises SettingsError with every mistake of the environment and of the sites file; of what is
    needed to read Jira `for_jira` alone. Secrets that a list lacks are told where it is selected.
    """
    given = read_environment(environment, env_file)
    if "sites_file" in given.entered:
        from sync.settings.listed_settings import build_lists  # noqa: PLC0415 - slow import

        return build_lists(given)
    missing = _find_missing(given.entered)
    problems = [*given.problems, *(missing if for_jira else ())]
    if given.is_readable:
        settings = _build_settings(given, missing)
        problems += find_idle_webhook(settings, name_setting_place)
        problems += find_idle_schemas(settings, name_setting_place)
    if problems:
        raise SettingsError(problems)
    return Installation({settings.list_name: settings})


def _build_settings(given: Environment, missing: tuple[Problem, ...]) -> Settings:
    """The settings of the only list, and in them its only site."""
    of_site = {SITE_FIELDS[name]: given.values[name] for name in SITE_FIELDS.keys() & given.values}
    site = SiteSettings(**of_site, token_file=given.files.get("jira_token"), missing=missing)
    others = {name: value for name, value in given.values.items() if name in LIST_PARSERS}
    return Settings(sites=(site,), given=frozenset(given.values), **others)


def _find_missing(entered: frozenset[str]) -> tuple[Problem, ...]:
    """What reading Jira needs and is not among the settings given."""
    return tuple(
        Problem(name_setting_place(name), "is not set", remedy)
        for name, remedy in NEEDED_FOR_JIRA.items()
        if name not in entered
    )
