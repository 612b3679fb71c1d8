"""No secret comes out: not of any command, on any way on which it can fail, into any place."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from mcp.client.client import Client
from sqlalchemy import update

from models.tables import state
from sync.sample.protocol.exchange import Reply, as_errors, as_json
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from sync.store.db.engines import open_writer
from tests.canaries import (
    HOOK,
    PASSWORD,
    PROXY,
    SIGNING,
    SWITCH,
    TOKEN,
    WRONG_TOKEN,
    Planted,
    at_dead_server,
    planted_in,
)
from tests.documents import PROPOSALS
from tests.loaded import TIMEOUT
from tests.postgres import ASKED, Postgres, find_free_port
from tests.receivers import LOOPBACK
from tests.runs.place import PUBLISHED, Place, Places
from tests.runs.programs import started, wait_until
from tests.runs.serving import events, finished, running
from tests.sync.jira.client.connect_proxy import running_proxy

SAYING = ("status", "doctor", "check", "plan", "queue")
"""Commands with --json that read everything."""
ECHOED = f"Authorization: Bearer {TOKEN}; you sent {TOKEN}"


@pytest.fixture
def planted(published: Place) -> Iterator[Planted]:
    """A published place full of canaries."""
    with planted_in(published) as found:
        yield found


def use_everything(planted: Planted) -> None:
    """Every command that goes well, and the files that they write."""
    folder = planted.place.folder
    planted.place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")
    assert planted.headway("--verbose", "sync", "--full") == 0
    assert planted.headway("sync", "--json") == 0
    for command in SAYING:
        planted.headway(command, "--json")
    planted.headway("doctor", "--all")
    planted.headway("check", "--live")
    planted.headway("status", "--all")
    planted.headway("explain", "audit-log", "--json")
    planted.headway("snapshot", str(folder / "snapshot"))
    planted.headway("export", "--json", "--output", str(folder / "export"))
    planted.headway("evidence", "audit-log", "--on", "2030-01-01", "--output", str(folder / "e"))
    planted.headway("board", "--output", str(folder / "page.html"))
    planted.headway("find", "audit", "--json")
    planted.headway("plan", "--save", str(folder / "plan"))
    planted.headway("lint", str(PROPOSALS / "notes.md"), "--json")


def be_refused(planted: Planted) -> None:
    """Jira does not know the token."""
    for command in (("sync",), ("--verbose", "sync"), ("doctor", "--all"), ("check", "--live")):
        planted.headway(*command, jira_token=WRONG_TOKEN)
    planted.headway("status", "--json")


def be_unreachable(planted: Planted) -> None:
    """Nobody answers: no Jira, and no proxy."""
    gone = {"jira_url": "http://127.0.0.1:1", "jira_proxy": None}
    for command in (("sync",), ("doctor", "--all"), ("--verbose", "check", "--live")):
        planted.headway(*command, **gone)
        planted.headway(*command, jira_proxy=f"http://reader:{PROXY}@127.0.0.1:1")


def be_distrustful(planted: Planted) -> None:
    """Jira shows a certificate that nobody vouches for, or speaks no TLS at all."""
    with SampleJira(planted.place.company, certificate=LOOPBACK) as jira:
        for url in (jira.url, planted.place.jira.url.replace("http:", "https:")):
            for command in (("--verbose", "sync"), ("doctor", "--all"), ("check", "--live")):
                own = {"jira_url": url, "jira_ca_file": None}
                assert planted.headway(*command, **own) != 0
                planted.headway(*command, jira_proxy=None, **own)
    assert any(b"certificate" in said for said in planted.said.values())


def be_refused_by_the_proxy(planted: Planted) -> None:
    """The proxy does not let us through, or breaks."""
    with running_proxy("somebody:else") as proxy:
        address = f"http://reader:{PROXY}@{proxy.address}"
        planted.headway("--verbose", "sync", jira_proxy=address)
        planted.headway("doctor", jira_proxy=address)
    with running_proxy(f"reader:{PROXY}", f"503 {PROXY}") as proxy:
        planted.headway("sync", jira_proxy=f"http://reader:{PROXY}@{proxy.address}")


def be_echoed(planted: Planted) -> None:
    """Jira, or something before it, repeats what it was sent."""
    faults = planted.place.jira.faults
    told = {"WWW-Authenticate": ECHOED, "Location": f"https://x.invalid/?{TOKEN}"}
    for status in (400, 401, 403, 404, 302, 500):
        faults[:] = [Fault("/rest", as_errors(status, ECHOED, told), nth=range(2, 99))]
        planted.headway("--verbose", "sync", "--full")
    page = f"<html>{ECHOED}</html>".encode()
    faults[:] = [Fault("/rest", Reply(200, page, content_type="text/html"))]
    planted.headway("sync")
    planted.headway("doctor")
    faults[:] = [Fault("/search", as_json({ECHOED: ECHOED}))]
    planted.headway("sync", "--full")
    faults.clear()


def lose_the_databases(planted: Planted) -> None:
    """Nobody answers where the databases should be, and their addresses hold passwords."""
    dead = at_dead_server("clean")
    for command in (*SAYING, "sync", "migrate", "board", "find x", "recover", "approve x"):
        planted.headway(*command.split(), **dead)
    planted.headway("--verbose", "sync", **dead)
    word = quote(PASSWORD, safe="")
    planted.headway("sync", clean_url=f"postgresql://127.0.0.1:1/x?user=anna&password={word}")


def write_settings_wrong(planted: Planted) -> None:
    """What is set is no setting: it may be a secret all the same."""
    word = quote(PASSWORD, safe="")
    wrong = (
        {"clean_url": f"mysql://anna:{word}@db/clean"},
        {"clean_url": f"postgresql://anna:x@{PASSWORD}@db/clean"},
        {"clean_url": f"postgresql://anna:{PASSWORD}@127.0.0.1:1/clean"},
        {"clean_url": f"postgresql://anna:{word}@db:port/clean"},
        {"clean_url": f"postgresql://anna:{word}@db/clean?{word}={word}"},
        {"state_url": f"sqlite://anna:{word}@db/clean"},
        {"jira_url": f"https://anna:{PROXY}@jira.example"},
        {"jira_url": f"https://jira.example/?token={TOKEN}"},
        {"jira_token": f'"{TOKEN}'},
        {"jira_token": f"Bearer {TOKEN}"},
        {"jira_token": f"{TOKEN}\u00fc"},
        {"jira_proxy": f"socks5://reader:{PROXY}@proxy:1"},
        {"jira_proxy": f"http://reader:{PROXY}@proxy:port"},
        {"webhook_secret": f"{SIGNING}="},
        {"webhook_secret": f"whsec_{HOOK}"},
        {"webhook_url": f"http://example.com/{HOOK}"},
        {"webhook_url": f"https://anna:{HOOK}@example.com/"},
        {"heartbeat_url": f"ftp://example.com/{SWITCH}"},
        {"jira_tokn": TOKEN},
    )
    for settings in wrong:
        for command in ("sync", "doctor"):
            assert planted.headway(command, **settings) in (2, 74), settings
    assert planted.headway("status", "--json", **wrong[0]) == 2


def keep_secrets_in_files(planted: Planted) -> None:
    """Files and a folder that cannot be read as they should."""
    secrets = planted.place.folder / "secrets"
    secrets.mkdir()
    for name, text in {
        "HEADWAY_JIRA_TOKEN": f"Bearer {TOKEN}",
        "HEADWAY_CLEAN_URL": f"mysql://{quote(PASSWORD, safe='')}@x/y",
        "HEADWAY_JIRA_TOKN": TOKEN,
    }.items():
        (secrets / name).write_text(text)
    unset = {"jira_token": None, "clean_url": None, "secrets_dir": str(secrets)}
    assert planted.headway("sync", **unset) == 2
    assert planted.headway("doctor", jira_token_file=str(secrets / "HEADWAY_JIRA_TOKEN")) == 2


def tell_nobody(planted: Planted) -> None:
    """Receivers that refuse, send us elsewhere, are gone, or cannot be trusted."""
    for number, status in enumerate((500, 410, 302, 400)):
        planted.hook.status = status
        planted.hook.headers = {"Location": f"https://x.invalid/{HOOK}"}
        old, new = ("Activity log", "Audit log") if number % 2 else ("Audit log", "Activity log")
        planted.place.rules("capabilities.yaml", f"name: {old}", f"name: {new}")
        planted.headway("--verbose", "sync")
    planted.hook.status = 200
    gone = "https://127.0.0.1:1/"
    planted.headway("sync", webhook_url=f"{gone}{HOOK}", heartbeat_url=f"{gone}{SWITCH}")
    planted.headway("status", "--all")
    planted.headway("doctor", "--all")


def break_down(planted: Planted) -> None:
    """A bug of ours, with a traceback: what stands in the state database is of no shape of ours."""
    with planted.place.open_context() as context, open_writer(context.state) as connection:
        connection.execute(update(state.site).values(profile={"odd": 1}))
    codes = [
        planted.headway("sync"),
        planted.headway("--verbose", "sync"),
        planted.headway("plan", "--json"),
    ]
    assert 70 in codes
    assert any(b"Traceback" in said for said in planted.said.values())


WAYS: tuple[Callable[[Planted], None], ...] = (
    use_everything,
    be_refused,
    be_unreachable,
    be_distrustful,
    be_refused_by_the_proxy,
    be_echoed,
    lose_the_databases,
    write_settings_wrong,
    keep_secrets_in_files,
    tell_nobody,
    break_down,
)
QUICK = (write_settings_wrong, keep_secrets_in_files, break_down)


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(way, id=way.__name__, marks=() if way in QUICK else pytest.mark.all)
        for way in WAYS
    ],
)
def test_no_secret_comes_out(planted: Planted, way: Callable[[Planted], None]) -> None:
    way(planted)

    assert planted.hunt() == {}
    assert planted.said


def test_the_hunt_finds_what_is_there(planted: Planted) -> None:
    """Else all of this would prove nothing."""
    folder = planted.place.folder
    planted.said["said"] = f"{TOKEN} and {quote(PASSWORD, safe='')}".encode()
    (folder / "internal" / "note").write_bytes(b"\x00" + SIGNING.encode())
    planted.headway("sync", heartbeat_url=planted.hook.url, webhook_url=None, webhook_secret=None)
    planted.hook.received[0].headers["x"] = HOOK  # type: ignore[index]

    found = planted.hunt()

    assert found["said"] == {"token", "password, quoted"}
    assert found[str(folder / "internal" / "note")] == {"signing key"}
    assert found["message 0"] == {"webhook's address"}


def fetch(url: str) -> bytes:
    """The head and the body of an answer, whatever it says."""
    with httpx.Client(trust_env=False) as client:
        answer = client.get(url)
    return f"{answer.headers}".encode() + answer.content


@pytest.mark.all
def test_no_secret_comes_out_of_a_service(planted: Planted) -> None:
    place = planted.place
    token = place.folder / "secrets" / "token"
    token.parent.mkdir()
    token.write_text(TOKEN)
    port = find_free_port()
    own = {"jira_token": None, "jira_token_file": str(token), "http_address": str(port)}
    with running(place, "--verbose", "serve", schedule="1s", **own) as (process, log):
        wait_until(lambda: finished(log) >= 1, log)
        for wrong in (WRONG_TOKEN, f"Bearer {TOKEN}"):
            before = len(events(log))
            token.write_text(wrong)
            wait_until(lambda before=before: len(events(log)) > before + 5, log)  # type: ignore[misc]
        token.write_text(TOKEN)
        place.jira.faults.append(Fault("/rest", as_errors(500, ECHOED)))
        before = len(events(log))
        wait_until(lambda: len(events(log)) > before + 5, log)
        for path in ("/", "/find?q=audit", "/nothing", "/healthz", "/readyz", "/metrics"):
            planted.said[path] = fetch(f"http://127.0.0.1:{port}{path}")
        place.jira.faults.clear()
        with place.open_context() as context, open_writer(context.state) as connection:
            connection.execute(update(state.site).values(profile={"odd": 1}))
        place.write_settings(schedule="1s", **own)
        assert process.wait(timeout=TIMEOUT) == 70

    assert "Traceback" in log.read_text()
    assert planted.hunt() == {}


@pytest.mark.all
def test_no_password_of_a_database_comes_out(
    places: Places, tmp_path: Path, postgres_server: Postgres
) -> None:
    word = quote(PASSWORD, safe="")
    with (
        places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place,
        postgres_server.role_with_password(PASSWORD) as change_password,
        planted_in(place) as planted,
    ):
        given = {
            name: getattr(place, name).replace("headway@", f"{ASKED}:{word}@")
            for name in ("clean_url", "state_url")
        }
        place.settings |= given
        assert planted.headway("migrate") == 0
        for way in (use_everything_here, be_echoed, tell_nobody, break_down):
            way(planted)
        change_password("another")
        for command in (*SAYING, "sync", "migrate", "board", "recover"):
            planted.headway(command)
        with running(place, "--verbose", "serve", schedule="1s") as (process, log):
            wait_until(lambda: len(events(log)) >= 1, log)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=TIMEOUT)

        assert planted.hunt() == {}
        assert any(b"refuses the user or the password" in said for said in planted.said.values())


ASKED_OF_TOOLS = {
    "find_capability": {"words": "audit"},
    "list_capabilities": {},
    "how_delivery_works": {},
    "check_wording": {"text": "We ship it in May."},
    "pass_on": {"words": "fax", "why": "they asked"},
}


async def ask_everything(address: str) -> bytes:
    """What every tool says, of what is asked well and badly, and what else there is to fetch."""
    async with Client(address) as client:
        tools = await client.list_tools()
        assert {tool.name for tool in tools.tools} == set(ASKED_OF_TOOLS)
        told = [tools, *[await client.call_tool(*asked) for asked in ASKED_OF_TOOLS.items()]]
        told += [await client.call_tool(name, {"odd": 1}) for name in ASKED_OF_TOOLS]
    async with httpx.AsyncClient(trust_env=False) as http:
        answers = [
            await http.get(address),
            await http.post(address, content=b"{"),
            await http.post(address, json={"method": TOKEN}, headers={"Origin": "https://x.test"}),
        ]
    said = "".join(each.model_dump_json() for each in told)
    return said.encode() + b"".join(f"{a.headers}".encode() + a.content for a in answers)


@pytest.mark.all
def test_no_secret_comes_out_of_what_assistants_ask(
    places: Places, tmp_path: Path, postgres_server: Postgres
) -> None:
    """It is given every setting there is, though it needs two."""
    like = replace(places, commands=PUBLISHED)
    word = quote(PASSWORD, safe="")
    with (
        like.open_place(tmp_path, projects=("ID",), server=postgres_server) as place,
        postgres_server.role_with_password(PASSWORD) as change_password,
        planted_in(place) as planted,
    ):
        place.settings |= {
            "clean_url": place.clean_url.replace("headway@", f"{ASKED}:{word}@"),
            "requests_file": str(tmp_path / "requests.csv"),
        }
        place.write_settings()
        serve = ("--env-file", "env", "--verbose", "mcp", "--http", "127.0.0.1:0")
        with started(*serve, cwd=tmp_path) as (process, log):
            wait_until(lambda: "listening at" in log.read_text(), log)
            address = log.read_text().rpartition("listening at ")[2].strip()
            planted.said["well"] = asyncio.run(ask_everything(address))
            (tmp_path / "requests.csv").unlink()
            (tmp_path / "requests.csv").mkdir()
            change_password("another")
            planted.said["refused"] = asyncio.run(ask_everything(address))
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=TIMEOUT) == 0
        for settings in (at_dead_server("clean"), {"clean_url": f"mysql://anna:{word}@db/clean"}):
            planted.headway("--verbose", "mcp", "--http", "nowhere", **settings)
        planted.said["log"] = log.read_bytes()

        assert b"Audit log" in planted.said["well"]
        assert b"Audit log" not in planted.said["refused"]
        assert planted.hunt() == {}


def use_everything_here(planted: Planted) -> None:
    assert planted.headway("--verbose", "sync", "--full") == 0
    planted.headway("status", "--json", "--all")
    planted.headway("doctor", "--json", "--all")
