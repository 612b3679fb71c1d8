"""Makes the settings of each list of what a sites file and the environment say."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.engine import URL

from models.errors import Problem, SettingsError
from models.tables import clean
from sync.rulebook.mistakes import Position
from sync.settings.definitions import LIST_PARSERS, Settings, find_idle_schemas, find_idle_webhook
from sync.settings.environment import Environment, name_setting_place
from sync.settings.installation import Installation
from sync.settings.secret_names import Secrets
from sync.settings.site import SITE_FIELDS, SITE_PARSERS, SiteSettings
from sync.settings.sites_file import SitesFile, locate, read_sites_file
from sync.settings.sites_schema import Entry, SecretName
from sync.store.clean.readers_file import place_truth
from sync.store.db.addresses import describe_place
from sync.store.db.schema_names import find_schemas

OF_ONE_LIST = ("board_path", "requests_file", "webhook_url", "webhook_secret", "heartbeat_url")
"""What two lists must not share, and so the environment cannot give to all of them."""
OF_WEBHOOKS = {"webhook_url", "webhook_secret", "webhook_format", "digest"}
OWN = {
    "board_path": "sales board",
    "requests_file": "table of requests",
    "heartbeat_url": "dead man's switch",
}
"""What each list has of its own, besides its databases."""


def build_lists(given: Environment) -> Installation:
    """The settings of all lists; SettingsError with every mistake but unset secrets."""
    problems = list(given.problems)
    path: Path | None = given.values.get("sites_file")
    problems += _find_misplaced(given)
    if path is None:
        raise SettingsError(problems)
    try:
        written = read_sites_file(path)
    except SettingsError as error:
        raise SettingsError([*problems, *error.problems]) from None
    secrets = Secrets(given.named, given.values.get("secrets_dir"))
    sites = {name: _build_site(site, secrets) for name, site in written.sites.items()}
    built = [_build_list(entry, given, written, sites, secrets) for entry in written.lists]
    if not written.lists:
        built = [_build_only_list(given, written, sites)]
    problems += (problem for each in built for problem in each.problems)
    problems += _find_of_one_list(given, path) if written.lists else ()
    problems += _find_shared(written.lists, built)
    problems += _find_among_rules(path, built)
    if problems:
        raise SettingsError(problems)
    return Installation(
        {each.settings.list_name: each.settings for each in built},
        {each.settings.list_name: (*each.unset.values(),) for each in built},
        tuple(_word(each.at, each.what, each.remedy) for each in written.warnings),
    )


class _Built(NamedTuple):
    """The settings of a list, its mistakes, and which of its secrets are not here."""

    settings: Settings
    problems: tuple[Problem, ...] = ()
    unset: Mapping[str, Problem] = {}


def _find_misplaced(given: Environment) -> Iterator[Problem]:
    """What the environment says of the only site, where there is a file that says it of all."""
    for name in SITE_PARSERS:
        if name in given.entered:
            what = "is set, and so is HEADWAY_SITES_FILE, which names all sites"
            yield Problem(name_setting_place(name), what, "Take out the one or the other.")


def _find_of_one_list(given: Environment, path: Path) -> Iterator[Problem]:
    """What the environment says to all lists, and each should have of its own."""
    for name in OF_ONE_LIST:
        if name in given.entered:
            what = f"would be that of every list in {path}"
            remedy = "Take it out, and say it of each list there."
            yield Problem(name_setting_place(name), what, remedy)


def _build_site(entry: Entry, secrets: Secrets) -> SiteSettings:
    """One site; what is wrong with its secrets is told who reads it alone."""
    found = _resolve(entry, SITE_PARSERS, secrets)
    named = {"site": entry.name} | found.values
    return SiteSettings(
        **{SITE_FIELDS[key]: value for key, value in named.items() if key in SITE_FIELDS},
        token_file=found.files.get("jira_token"),
        missing=(*found.unset.values(),),
    )


def _build_only_list(
    given: Environment, written: SitesFile, sites: Mapping[str, SiteSettings]
) -> _Built:
    """The list of the environment, which all sites feed."""
    values = {name: value for name, value in given.values.items() if name in LIST_PARSERS}
    zone, problems = _choose_timezone(written.sites.values(), "timezone" in values)
    chosen = zone | values
    settings = Settings(sites=(*sites.values(),), given=frozenset(given.values), **chosen)
    if given.is_readable:
        problems += find_idle_webhook(settings, name_setting_place)
        problems += find_idle_schemas(settings, name_setting_place)
    return _Built(settings, (*problems,))


def _build_list(
    entry: Entry,
    given: Environment,
    written: SitesFile,
    sites: Mapping[str, SiteSettings],
    secrets: Secrets,
) -> _Built:
    """One list: what it says itself, and else what the environment says of all."""
    found = _resolve(entry, LIST_PARSERS, secrets)
    chosen = {
        name: value
        for name, value in {**given.values, **found.values}.items()
        if name in LIST_PARSERS and (name in found.values or name not in OF_ONE_LIST)
    }
    feeding = [written.sites[name] for name in entry.values["sites"]]
    zone, problems = _choose_timezone(feeding, "timezone" in chosen, entry)
    settings = Settings(
        **(zone | chosen),
        sites=tuple(sites[site.name] for site in feeding),
        list_name=entry.name,
        is_one_of_several=len(written.lists) > 1,
        given=frozenset(chosen),
    )
    if not {"clean_url", "state_url"} & found.unset.keys():
        problems += find_idle_schemas(
            settings, lambda key: f"{_write_place(locate(entry, key))}: {key}"
        )
    if OF_WEBHOOKS & entry.values.keys() and not OF_WEBHOOKS & found.unset.keys():
        problems += find_idle_webhook(
            settings, lambda key: f"{_write_place(locate(entry, key))}: {key}"
        )
    return _Built(settings, (*problems,), found.unset)


class _Found(NamedTuple):
    """The values that an entry gives, secrets by what they are, and the files those stand in.

    `unset` are the keys whose secrets cannot be had, and why.
    """

    values: dict[str, Any]
    files: dict[str, Path]
    unset: dict[str, Problem]


def _resolve(entry: Entry, parsers: Mapping[str, Any], secrets: Secrets) -> _Found:
    """An entry with what stands behind the names of its secrets."""
    found = _Found({}, {}, {})
    for key, value in entry.values.items():
        if not isinstance(value, SecretName):
            found.values[key] = value
            continue
        secret = secrets.find(value.name, parsers[key])
        if secret is None:
            what = f"`{key}` names {value.name}, which is not set"
            remedy = (
                f"Set {value.name}, or {value.name}_FILE to the path of a file, or put a file of "
                "that name into the folder that HEADWAY_SECRETS_DIR names."
            )
            found.unset[key] = _word(value.at, what, remedy)
        elif isinstance(secret, str):
            what = f"`{key}` names {value.name}, which {secret}"
            found.unset[key] = _word(value.at, what)
        else:
            found.values[key] = secret.value
            if secret.file:
                found.files[key] = secret.file
    return found


def _choose_timezone(
    sites: Iterable[Entry], is_given: bool, entry: Entry | None = None
) -> tuple[dict[str, str], list[Problem]]:
    """The zone of a list whose own is not given: that of its sites, if it is one."""
    zones = {site.values["timezone"]: site for site in sites if "timezone" in site.values}
    if is_given or not zones:
        return {}, []
    if len(zones) == 1:
        return {"timezone": next(iter(zones))}, []
    at = entry.at if entry else [*zones.values()][1].at
    what = f"its sites are in several time zones: {', '.join(zones)}"
    remedy = "Say which days the list goes by: " + (
        "`timezone:`." if entry else "HEADWAY_TIMEZONE."
    )
    return {}, [_word(at, what, remedy)]


def _find_shared(entries: Iterable[Entry], built: Iterable[_Built]) -> Iterator[Problem]:
    """What two lists would both write to, or take for their own."""
    known: dict[tuple[str, ...], tuple[Entry, str]] = {}
    for entry, each in zip(entries, built, strict=False):
        told = set(each.unset)
        for key, what, place in _list_own(each.settings):
            first, called = known.setdefault(place, (entry, what))
            if first is not entry and key not in told:
                told.add(key)
                words = f"its {what} is the {called} of {first.name!r}"
                yield _word(locate(entry, key), words, "Give each list its own.")


def _list_own(settings: Settings) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What a list writes to: by which key it is set, in words, and where it is."""
    for name in find_schemas(settings.clean_url, clean.SCHEMA):
        yield "clean_url", "clean database", _place(settings.clean_url, name)
    if settings.clean_url.get_backend_name() == "sqlite":
        yield "clean_url", "clean database", _place(place_truth(settings.clean_url), "")
    yield "state_url", "internal database", _place(settings.state_url, settings.state_schema)
    if settings.clean_url.get_backend_name() == "postgresql":
        server = f"{settings.clean_url.host}:{settings.clean_url.port}"
        yield "readers_role", "readers' role", (server, settings.readers_role)
    for key, what in OWN.items():
        if value := getattr(settings, key):
            is_path = isinstance(value, Path)
            yield key, what, (what, str(value.resolve() if is_path else value))


def _place(url: URL, schema: str) -> tuple[str, ...]:
    where = describe_place(url)
    is_file = url.get_backend_name() == "sqlite"
    return (str(Path(where).absolute()),) if is_file else (where.casefold(), schema)


def _find_among_rules(path: Path, built: Iterable[_Built]) -> Iterator[Problem]:
    """The sites file where rules are sought: it would be read as one of them."""
    folders = {each.settings.config_dir for each in built}
    file = path.resolve()
    for folder in sorted(folders):
        if file.suffix in (".yaml", ".yml") and file.is_relative_to(folder.resolve()):
            what = f"stands in {folder}, whose files are read as rules"
            yield Problem(str(path), what, "Move it, and name its new place in HEADWAY_SITES_FILE.")


def _word(at: Position, what: str, remedy: str = "") -> Problem:
    return Problem(_write_place(at), what, remedy)


def _write_place(at: Position) -> str:
    return f"{at.file}:{at.line}"
