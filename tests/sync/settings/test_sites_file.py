"""A sites file is read whole or refused with every mistake, and never shows a secret."""

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import fastjsonschema
import pytest
import yaml

from models.errors import SettingsError, UsageError
from sync.settings.installation import Installation
from sync.settings.settings import read_installation, read_settings
from sync.settings.sites_schema import SECTIONS, describe_sites_file, write_schema
from tests.architecture.repository import ROOT

SHIPPED = ROOT / "docs" / "sites.schema.json"
CANARY = "ATATT3xFfGF0hunter2abcDEF"
SECRETS = {"MAIN_JIRA_TOKEN": "t1", "EAST_JIRA_TOKEN": "t2", "ACME_CLEAN_URL": "sqlite:///a.db"}
TWO_SITES = """
sites:
  - name: main   # ours
    jira_url: https://main.atlassian.net
    jira_email: bot@example.com
    jira_token: MAIN_JIRA_TOKEN
    jira_token_expires: 2027-03-01
    jira_projects: [PAY, APP]
    timezone: Europe/Berlin
  - name: east
    jira_url: https://jira.east.example/jira
    jira_token: EAST_JIRA_TOKEN
    jira_deployment: datacenter
"""
TWO_LISTS = f"""{TWO_SITES}
lists:
  - name: acme
    sites: [main]
    config_dir: tenants/acme
    clean_url: ACME_CLEAN_URL
    state_url: sqlite:///acme/state.db
    schedule: 6h
  - name: east
    sites: east
    clean_url: sqlite:///east/clean.db
    state_url: sqlite:///east/state.db
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(text: str) -> Path:
        path = tmp_path / "sites.yaml"
        path.write_text(dedent(text))
        return path

    return write_file


def install(path: Path, **others: str) -> Installation:
    return read_installation(SECRETS | {"HEADWAY_SITES_FILE": str(path)} | others)


def mistakes(path: Path, **others: str) -> list[str]:
    """What is wrong, without the folder that the file is in."""
    with pytest.raises(SettingsError) as raised:
        install(path, **others)
    return [str(problem).replace(f"{path.parent}/", "") for problem in raised.value.problems]


def test_without_lists_all_sites_feed_the_one_of_the_environment(write: Write) -> None:
    installation = install(write(TWO_SITES), HEADWAY_SCHEDULE="3h")

    settings = installation.select_list()

    main, east = settings.sites
    assert (settings.list_name, settings.site_names) == ("main", ("main", "east"))
    assert (settings.schedule.text, settings.timezone) == ("3h", "Europe/Berlin")
    assert (main.token, main.projects, str(main.token_expires)) == (
        "t1",
        ("PAY", "APP"),
        "2027-03-01",
    )
    assert settings.connection("main").email == "bot@example.com"
    assert settings.connection("east").base == "https://jira.east.example/jira"
    assert (east.deployment, east.email) == ("datacenter", None)


def test_one_site_of_the_environment_is_a_site_as_any() -> None:
    settings = read_settings({"HEADWAY_JIRA_URL": "https://a.example", "HEADWAY_JIRA_TOKEN": "t"})

    assert settings.site_names == ("main",)
    assert settings.connection() == settings.connection("main")


def test_each_list_has_settings_of_its_own_over_those_of_the_environment(write: Write) -> None:
    installation = install(write(TWO_LISTS), HEADWAY_STALE_AFTER="30h", HEADWAY_SCHEDULE="1d")

    acme, east = (installation.select_list(name) for name in ("acme", "east"))

    assert installation.names == ("acme", "east")
    assert (acme.site, acme.schedule.text, str(acme.config_dir)) == ("main", "6h", "tenants/acme")
    assert (east.site, east.schedule.text, str(east.config_dir)) == ("east", "1d", "config")
    assert (acme.clean_url.database, east.clean_url.database) == ("a.db", "east/clean.db")
    assert acme.stale_after == east.stale_after is not None
    assert (acme.timezone, east.timezone) == ("Europe/Berlin", "UTC")


def test_one_of_several_lists_must_be_named(write: Write) -> None:
    installation = install(write(TWO_LISTS))

    with pytest.raises(UsageError, match=r"there are 2 lists: acme, east"):
        installation.select_list()
    with pytest.raises(UsageError, match=r"'acne' is no list \(did you mean 'acme'\?\)"):
        installation.select_list("acne")


def test_a_secret_that_is_not_here_is_missed_by_its_own_list_alone(write: Write) -> None:
    path = write(TWO_LISTS)

    installation = install(path, ACME_CLEAN_URL="", MAIN_JIRA_TOKEN="")

    assert installation.select_list("east", for_jira=True).site == "east"
    with pytest.raises(SettingsError) as raised:
        installation.select_list("acme", for_jira=True)
    database, token = map(str, raised.value.problems)
    assert database.startswith(f"{path}:19: `clean_url` names ACME_CLEAN_URL, which is not set\n")
    assert "or ACME_CLEAN_URL_FILE to the path" in database
    assert "`jira_token` names MAIN_JIRA_TOKEN, which is not set" in token


def test_a_secret_stands_in_a_file_a_folder_or_the_env_file(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "east_jira_token").write_text("of the folder\n")
    (tmp_path / "token").write_text("of a file")
    env_file = tmp_path / "env"
    path = write(TWO_SITES)
    env_file.write_text(f"MAIN_JIRA_TOKEN=of the env file\nHEADWAY_SITES_FILE={path}\n")
    given = {"EAST_JIRA_TOKEN": "", "HEADWAY_SECRETS_DIR": str(folder)}

    by_file = {"MAIN_JIRA_TOKEN": "", "MAIN_JIRA_TOKEN_FILE": str(tmp_path / "token")}
    main, east = install(path, **given, **by_file).select_list().sites
    overruled = read_settings(SECRETS | given | by_file, env_file).sites[0]

    assert (main.token, main.connect().find_token()) == ("of a file", "of a file")
    assert (east.token, east.token_file) == ("of the folder", folder / "east_jira_token")
    assert (overruled.token, overruled.token_file) == ("of the env file", None)
    twice = install(path, **given, MAIN_JIRA_TOKEN_FILE=str(tmp_path / "token")).select_list()
    assert "is given twice" in str(twice.sites[0].missing)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: east", "name: main", "10:5: error: another site is called 'main', on line 3"),
        (
            "https://jira.east.example/jira",
            "https://MAIN.atlassian.net:443/",
            "11:5: error: `jira_url` is the Jira of 'main', on line 3, under another name",
        ),
        ("jira_email", "jira_mail", "unknown key 'jira_mail' (did you mean 'jira_email'?)"),
        ("jira_token: EAST", "# EAST", "10:5: error: 'jira_token' is missing"),
        ("datacenter", "server", "13:22: error: `jira_deployment` must be auto, cloud or data"),
        ("MAIN_JIRA_TOKEN", CANARY, "6:17: error: `jira_token` must be a secret's name, such as"),
        ("MAIN_JIRA_TOKEN", "ABCDEFGH12345678", "must be a secret's name"),
        ("MAIN_JIRA_TOKEN", "HEADWAY_JIRA_TOKEN", "must not begin with HEADWAY_"),
        ("https://main", f"https://bot:{CANARY}@main", "`jira_url` carries credentials"),
        ("[PAY, APP]", "[PAY, a b]", "`jira_projects` must be a project's key such as PAY"),
        ("MAIN_JIRA_TOKEN", f"&{CANARY} A", "&... is an anchor, which is not read here"),
        ("MAIN_JIRA_TOKEN", f"*{CANARY}", "*... refers elsewhere, which is not read here"),
        ("MAIN_JIRA_TOKEN", f"'{CANARY}", "has a quote that is not closed"),
        ("jira_email: bot@example.com", f"{CANARY}: x", "error: an unknown key; known are name"),
        (
            "jira_email: bot@example.com",
            f"{CANARY}: x\n    {CANARY}: x",
            "an unknown key stands here twice",
        ),
        ("Europe/Berlin", "Europe/Bern", "`timezone` is not a time zone"),
        ("2027-03-01", "1.3.2027", "`jira_token_expires` is not a day"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(write: Write, old: str, new: str, said: str) -> None:
    found = mistakes(write(TWO_SITES.replace(old, new, 1).lstrip("\n").join(["\n", ""])))

    assert said in "\n".join(found)
    assert "sites.yaml:" in found[0]
    assert CANARY not in "\n".join(found)
    assert "ABCDEFGH" not in "\n".join(found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sites: east", "sites: []", "the list 'east' names no site"),
        ("sites: east", "sites: eats", "'eats' is no site of this file (did you mean 'east'?)"),
        ("sites: east", "sites: [east, east]", "'east' stands here twice"),
        ("- name: acme", "- name: east", "another list is called 'east'"),
        ("ACME_CLEAN_URL", "postgresql://a:b@c/d", "`clean_url` must be a secret's name"),
        ("east/clean.db", "a.db", "its clean database is the clean database of 'acme'"),
        ("east/state.db", "acme/state.db", "its internal database is the internal database of"),
        ("east/state.db", "internal/a.db", "its internal database is the clean database of 'acme'"),
        ("sites: [main]", "sites: [main]\n    board_path: b\n    requests_file: b", ""),
        ("6h", "hourly", "`schedule` is not a length of time"),
        ("schedule: 6h", "digest: 7d", "digest: does nothing without an address"),
    ],
)
def test_what_is_wrong_with_lists_is_told(write: Write, old: str, new: str, said: str) -> None:
    path = write(TWO_LISTS.replace(old, new))

    if said:
        assert said in "\n".join(mistakes(path))
    else:
        assert install(path).names == ("acme", "east")


def test_two_lists_share_no_file_of_their_own(write: Write) -> None:
    own = "\n    board_path: b.html\n    requests_file: asks.csv"
    text = TWO_LISTS.replace("sites: [main]", f"sites: [main]{own}")

    found = "\n".join(mistakes(write(text.replace("sites: east", f"sites: east{own}"))))

    assert "its sales board is the sales board of 'acme'" in found
    assert "its table of requests is the table of requests of 'acme'" in found


def test_every_mistake_is_told_at_once(write: Write) -> None:
    text = TWO_SITES.replace("Europe/Berlin", "Bern").replace("datacenter", "server")

    found = mistakes(write(text), HEADWAY_JIRA_URL="https://a.example", HEADWAY_SCHEDULE="x")

    assert [each.partition(":")[0] for each in found] == [
        "HEADWAY_SCHEDULE",
        "HEADWAY_JIRA_URL",
        "sites.yaml",
        "sites.yaml",
    ]
    assert "Take out the one or the other." in found[1]


def test_what_is_one_lists_is_not_taken_from_the_environment(write: Write) -> None:
    found = mistakes(write(TWO_LISTS), HEADWAY_BOARD_PATH="board.html")

    assert "HEADWAY_BOARD_PATH: would be that of every list" in "\n".join(found)


def test_a_zone_that_sites_disagree_on_is_asked_for(write: Write) -> None:
    text = TWO_SITES.replace("    jira_deployment", "    timezone: Asia/Tokyo\n    jira_deployment")
    path = write(text)

    found = "\n".join(mistakes(path))

    assert "its sites are in several time zones: Europe/Berlin, Asia/Tokyo" in found
    chosen = install(path, HEADWAY_TIMEZONE="Asia/Tokyo").select_list()
    assert chosen.timezone == "Asia/Tokyo"


def test_a_site_that_feeds_two_lists_or_none_is_odd_and_no_mistake(write: Write) -> None:
    twice = install(write(TWO_LISTS.replace("sites: east", "sites: [main, east]")))
    unread = install(write(TWO_LISTS.replace("sites: east", "sites: [main]")))

    assert "the site 'main' feeds 2 lists: acme, east" in str(twice.warnings[0])
    assert "the site 'east' feeds no list" in str(unread.warnings[1])


def test_a_sites_file_among_the_rules_would_be_read_as_one(write: Write) -> None:
    path = write(TWO_SITES)

    found = mistakes(path, HEADWAY_CONFIG_DIR=str(path.parent))

    assert "whose files are read as rules" in found[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1: error: is empty"),
        (b"sites: []\n", "1: error: names no site"),
        (b"lists: []\n", "'sites' is missing"),
        (b"- main\n", "must begin with `sites:`"),
        (b"sites:\n  - name: \xff\n", "has a letter that is not UTF-8"),
        (b"# " + b"x" * 2_000_001, "is larger than 2 MB"),
        (b"a: &a [x]\nb: &b [*a, *a]\n", "is an anchor"),
        (b"sites: " + b"[" * 40, "is nested deeper than 20 levels"),
        (b"sites: {}\n", "must be a list"),
        (b"sites:\n  - x\n", "must be a block of keys and values"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "sites.yaml"
    path.write_bytes(content)

    assert said in "\n".join(mistakes(path))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "Is a directory" in mistakes(tmp_path)[0]
    assert "No such file" in mistakes(tmp_path / "gone.yaml")[0]


def test_settings_of_a_sites_file_are_printed_without_secrets(write: Write) -> None:
    installation = install(write(TWO_LISTS), MAIN_JIRA_TOKEN=CANARY)

    assert CANARY not in repr(installation)
    assert installation.select_list("acme").sites[0].token == CANARY


def test_the_schema_takes_what_the_loader_takes_and_refuses_secrets() -> None:
    take = fastjsonschema.compile(describe_sites_file())
    loaded = yaml.load(TWO_LISTS, yaml.BaseLoader)

    take(loaded)

    loaded["sites"][0]["jira_token"] = CANARY
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        take(loaded)


def test_the_page_names_every_key() -> None:
    page = (ROOT / "docs" / "sites.md").read_text("utf-8")
    keys = {key.name for section in SECTIONS for key in section.type.item.keys}  # type: ignore[union-attr]

    assert {key for key in keys if f"`{key}`" not in page} == set()


def test_the_shipped_schema_is_that_of_the_keys() -> None:
    assert SHIPPED.read_text("utf-8") == write_schema()
    keys = [key.name for section in SECTIONS for key in section.type.item.keys]  # type: ignore[union-attr]
    assert set(keys) <= set(json.dumps(describe_sites_file()).split('"'))


if __name__ == "__main__":
    SHIPPED.write_text(write_schema(), "utf-8")
