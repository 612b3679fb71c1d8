"""What may stand in a sites file: each key, what it takes, what it means.

Its loader reads by it, and the JSON Schema is made of it. Values are read as those of the
environment are; where there is a secret, its name is asked for, and never what it is.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from sync.rulebook.mistakes import Mistake, Position
from sync.rulebook.values.kinds import REQUIRED, Key, Kind, Schema, block_of, describe_keys, list_of
from sync.rulebook.values.scalars import text_like
from sync.rulebook.yaml.tree import Mapping as Tree
from sync.rulebook.yaml.tree import Node, Scalar
from sync.settings.definitions import PARSERS

SECRET_FORM = "^[A-Z][A-Z0-9_]{1,79}$"
SQLITE = "sqlite:///"
_LONGEST_WORD = 15
_KEY_FORM = "^[A-Za-z][A-Za-z0-9_]{0,254}$"
_TEXT: Schema = {"type": "string", "pattern": r"\S"}
_ADDRESS: Schema = {"type": "string", "pattern": "^https?://[^@]*$"}
_DURATION: Schema = {"type": "string", "pattern": "^[0-9]{1,12} *[smhd]$"}
NAME_FORM = "^[a-z][a-z0-9-]{0,39}$"


class SecretName(NamedTuple):
    """The name of a secret, and where it is named."""

    name: str
    at: Position


class Entry(NamedTuple):
    """A site or a list as it is written: where, and the values of the keys that are given."""

    at: Position
    values: Mapping[str, Any]
    places: Mapping[str, Position]

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.values["name"])


def _key(name: str, kind: Kind, meaning: str, default: Any = None) -> Key:
    """A key whose mistakes begin with its name: no line is shown, for it may hold a secret."""

    def read(node: Node) -> tuple[Any, list[Mistake]]:
        value, mistakes = kind.read(node)
        return value, [each._replace(what=f"`{name}` {each.what}") for each in mistakes]

    return Key(name, replace(kind, read=read), meaning, default)


def _setting(name: str, words: str, schema: Schema) -> Kind:
    """A kind that is read as the environment's setting of that name is."""
    parse: Callable[[str], Any] = PARSERS[name]

    def read(node: Node) -> tuple[Any, list[Mistake]]:
        if not isinstance(node, Scalar) or not node.text.strip():
            return None, [Mistake(node.at, f"must be {words}")]
        try:
            return parse(node.text.strip()), []
        except ValueError as error:
            return None, [Mistake(node.at, str(error))]

    return Kind(words, schema, read)


def _setting_key(name: str, words: str, schema: Schema, meaning: str, default: Any = None) -> Key:
    """A key whose value is read as the environment's setting of that name is."""
    return _key(name, _setting(name, words, schema), meaning, default)


def _secret_key(name: str, what: str, default: Any = None) -> Key:
    """A key whose value names a secret."""
    return _key(name, SECRET, f"The name of the secret that {what}.", default)


def _read_secret_name(node: Node) -> tuple[SecretName | None, list[Mistake]]:
    text = node.text if isinstance(node, Scalar) else ""
    is_long_word = "_" not in text and len(text) > _LONGEST_WORD and any(map(str.isdigit, text))
    if not re.fullmatch(SECRET_FORM, text) or is_long_word:
        what = "must be a secret's name, such as MAIN_JIRA_TOKEN, and never the secret itself"
        remedy = "Where a secret stood here, have it made anew: this file is read by many."
        return None, [Mistake(node.at, what, remedy)]
    if text.startswith("HEADWAY_"):
        what = "must not begin with HEADWAY_, as settings do: choose another name"
        return None, [Mistake(node.at, what)]
    return SecretName(text, node.at), []


SECRET = Kind(
    "the name of a secret, such as MAIN_JIRA_TOKEN",
    {"type": "string", "pattern": SECRET_FORM, "examples": ["MAIN_JIRA_TOKEN"]},
    _read_secret_name,
)


def _database(name: str) -> Kind:
    """The name of a secret, or the address of a SQLite file, which is none."""
    file = _setting(name, "the address of a SQLite file", {"type": "string"})

    def read(node: Node) -> tuple[Any, list[Mistake]]:
        is_file = isinstance(node, Scalar) and node.text.startswith(SQLITE)
        return file.read(node) if is_file else _read_secret_name(node)

    words = f"{SECRET.words}, or the address of a SQLite file"
    schema = {"type": "string", "pattern": f"({SECRET_FORM})|(^{SQLITE}.)"}
    return Kind(words, schema, read)


_NAMED = text_like("a short name of lower-case letters, digits and dashes", NAME_FORM)
_PROJECT = text_like("a project's key such as PAY", _KEY_FORM)
_TIMEZONE = _setting("timezone", "a time zone such as Europe/Berlin", _TEXT)
_SCHEDULE: Schema = {"type": "string", "examples": ["6h", "0 6 * * *"]}
_DEPLOYMENTS: Schema = {"enum": ["auto", "cloud", "datacenter"]}
_NAME_OF_SQL: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,49}$"}
_FORMATS: Schema = {"enum": ["auto", "standard", "slack"]}
_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def _block(kind: str, *keys: Key) -> Kind:
    """A block that remembers where each of its keys stands."""
    block = block_of(kind, *keys)

    def read(node: Node) -> tuple[Any, list[Mistake]]:
        values, mistakes = block.read(node)
        if mistakes or not isinstance(node, Tree):
            return None, mistakes
        given = {name: value for name, value in values.items() if value is not None}
        places = {name: inner.key_at for name, inner in node.items.items()}
        return Entry(node.at, given, places), []

    return replace(block, read=read)


SITE_KEYS = (
    _key("name", _NAMED, "A stable name of ours for this Jira; never its address.", REQUIRED),
    _setting_key(
        "jira_url", "an address", _ADDRESS, "Jira's address, context path included.", REQUIRED
    ),
    _setting_key("jira_email", "an e-mail", _TEXT, "Whose token it is (Cloud)."),
    _secret_key("jira_token", "is the token", REQUIRED),
    _setting_key(
        "jira_token_expires", 'a day such as "2027-03-31"', _DAY, "The day the token ends."
    ),
    _setting_key(
        "jira_api_url",
        "an address",
        _ADDRESS,
        "Where scoped tokens work: `https://api.atlassian.com/ex/jira/…`.",
    ),
    _setting_key(
        "jira_ca_file", "the path of a file", _TEXT, "The certificate authority of a private Jira."
    ),
    _secret_key("jira_proxy", "is the proxy's address"),
    _key("jira_projects", list_of(_PROJECT), "Keys of projects; all that can be seen if none."),
    _setting_key("jira_deployment", "auto, cloud or datacenter", _DEPLOYMENTS, "The kind of Jira."),
    _key("timezone", _TIMEZONE, "The zone of the lists that it feeds and that name none."),
)

LIST_KEYS = (
    _key("name", _NAMED, "A stable name of ours for the list.", REQUIRED),
    _key("sites", list_of(_NAMED), "The sites that feed it, by their names.", REQUIRED),
    _setting_key("config_dir", "a folder", _TEXT, "The folder of its rule book."),
    _key("clean_url", _database("clean_url"), "Its clean database."),
    _key("state_url", _database("state_url"), "Its internal database."),
    _setting_key(
        "clean_schema",
        "the name of a schema",
        _NAME_OF_SQL,
        "The schema of its views, on PostgreSQL.",
    ),
    _setting_key(
        "state_schema",
        "the name of a schema",
        _NAME_OF_SQL,
        "The schema of its internal tables, on PostgreSQL.",
    ),
    _setting_key(
        "readers_role",
        "the name of a role",
        _NAME_OF_SQL,
        "The role that may read its views, on PostgreSQL.",
    ),
    _setting_key(
        "schedule", "an interval such as 6h, or a cron line", _SCHEDULE, "When its runs are due."
    ),
    _key("timezone", _TIMEZONE, "The zone of a cron line, and of days."),
    _setting_key(
        "stale_after",
        "a length of time such as 26h",
        _DURATION,
        "When the list stops counting as fresh.",
    ),
    _setting_key("board_path", "a path", _TEXT, "The file of its sales board."),
    _setting_key("requests_file", "a path", _TEXT, "A table of what its customers asked for."),
    _secret_key("webhook_url", "is the webhook's address"),
    _secret_key("webhook_secret", "webhooks are signed with"),
    _setting_key(
        "webhook_format", "auto, standard or slack", _FORMATS, "The shape of its webhooks."
    ),
    _setting_key(
        "digest",
        "an interval, a cron line or none",
        _SCHEDULE,
        "How often its webhook is told how the list stands.",
    ),
    _secret_key("heartbeat_url", "is its dead man's switch"),
)

SECTIONS = (
    Key("sites", list_of(_block("site", *SITE_KEYS)), "Every Jira that is read."),
    Key("lists", list_of(_block("list", *LIST_KEYS)), "Every list; one of all sites if none.", ()),
)


def describe_sites_file() -> Schema:
    """The JSON Schema, draft 7, of a sites file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "The sites and lists of an installation of Headway",
        "description": "Which Jiras are read, and which lists they feed. No secret stands here.",
        **describe_keys(SECTIONS, is_layered=False),
    }


def write_schema() -> str:
    """The JSON Schema as a file's text."""
    return json.dumps(describe_sites_file(), indent=1, ensure_ascii=False) + "\n"
