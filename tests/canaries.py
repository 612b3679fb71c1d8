"""Secrets that no one else has, planted wherever one is set, and the hunt for them afterwards."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.receivers import Receiver, running_receiver
from tests.runs.place import Place
from tests.sync.jira.client.connect_proxy import running_proxy

TOKEN = "canary-token-5d1f"
WRONG_TOKEN = "canary-wrong-token-a7c2"
PASSWORD = "canary/password:8e40"
PROXY = "canary-proxy-2b9d"
HOOK = "canary-hook-c613"
SWITCH = "canary-switch-97aa"
KEY = b"canary-key-41f7-canary-key-41f7."
SIGNING = f"whsec_{base64.b64encode(KEY).decode()}"


def list_forms() -> Iterator[tuple[str, bytes]]:
    """Each secret in each form in which one is written, by its name."""
    email = "headway@sample.invalid"
    plain = {
        "token": TOKEN,
        "wrong token": WRONG_TOKEN,
        "password": PASSWORD,
        "proxy's password": PROXY,
        "webhook's address": HOOK,
        "heartbeat's address": SWITCH,
        "signing key": base64.b64encode(KEY).decode(),
    }
    for name, secret in plain.items():
        yield name, secret.encode()
        if (quoted := quote(secret, safe="")) != secret:
            yield f"{name}, quoted", quoted.encode()
        yield f"{name}, in base64", base64.b64encode(secret.encode())
    yield "signing key itself", KEY
    for token in (TOKEN, WRONG_TOKEN):
        yield "login", base64.b64encode(f"{email}:{token}".encode())
    yield "proxy's login", base64.b64encode(f"reader:{PROXY}".encode())


FORMS = tuple(list_forms())


def find_in(content: bytes) -> set[str]:
    """The names of the secrets that stand in some bytes."""
    return {name for name, form in FORMS if form in content}


@dataclass
class Planted:
    """A place where every secret is a canary, and all that came out of it so far."""

    place: Place
    hook: Receiver
    said: dict[str, bytes] = field(default_factory=dict)

    def headway(self, *arguments: str, **settings: str | None) -> int:
        """Run a command and keep what it said; its exit code."""
        said = self.place.headway(*arguments, **settings)
        name = f"{len(self.said)}: headway {' '.join(arguments)} {settings or ''}"
        self.said[name] = f"{said.out}\n{said.err}".encode(errors="surrogateescape")
        return said.code

    def hunt(self) -> dict[str, set[str]]:
        """Where any secret was found: what was said, every file, row and message."""
        places = dict(self.said)
        places |= {str(path): path.read_bytes() for path in self._list_files()}
        places |= dict(self._dump_databases())
        for number, message in enumerate(self.hook.received):
            headers = "\n".join(f"{name}: {value}" for name, value in message.headers.items())
            places[f"message {number}"] = headers.encode() + message.body
        return {where: found for where, what in places.items() if (found := find_in(what))}

    def _list_files(self) -> Iterable[Path]:
        """All that stands in the place but the settings themselves."""
        files = (path for path in self.place.folder.rglob("*") if path.is_file())
        return [path for path in files if path.name != "env" and "secrets" not in path.parts]

    def _dump_databases(self) -> Iterator[tuple[str, bytes]]:
        for url in (self.place.clean_url, self.place.state_url):
            if url.startswith("postgresql"):
                yield from dump_database(url.replace("+psycopg", ""))


def dump_database(url: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table of ours on PostgreSQL, as text."""
    tables = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname !~ '^pg_|^information'"
    with psycopg.connect(url) as connection:
        for schema, table in connection.execute(tables).fetchall():
            row = sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(schema, table))
            rows = connection.execute(row).fetchall()
            yield f"{schema}.{table}", "\n".join(text for (text,) in rows).encode()


@contextmanager
def planted_in(place: Place) -> Iterator[Planted]:
    """The place with a canary for every secret that it can do with; its Jira knows the token."""
    place.jira.account.token = TOKEN
    with running_receiver() as hook, running_proxy(f"reader:{PROXY}") as proxy:
        place.settings |= {
            "jira_proxy": f"http://reader:{PROXY}@{proxy.address}",
            "webhook_url": f"{hook.url}?key={HOOK}",
            "webhook_secret": SIGNING,
            "heartbeat_url": f"{hook.url}?key={SWITCH}",
            "board_path": str(place.folder / "board.html"),
        }
        yield Planted(place, hook)


def at_dead_server(database: str) -> Mapping[str, str]:
    """The settings of databases whose server is not there, with a password in the address."""
    word = quote(PASSWORD, safe="")
    address = f"postgresql://anna:{word}@127.0.0.1:1/{database}?sslpassword={word}"
    return {"clean_url": address, "state_url": address}
