"""What is answered over HTTP, asked over a socket of this machine."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, event

from models.errors import SettingsError
from sync.listening import connections
from sync.pipeline.sales.ask_counter import AskCounter
from sync.service.http.board import BoardPages
from sync.service.http.server import answer_http
from sync.settings.settings import Settings, read_settings
from sync.settings.values import HttpAddress, parse_http_address
from tests.loaded import TIMEOUT
from tests.runs.programs import wait_until


def keep_none(_words: Sequence[str]) -> bool:
    """As who may not write the database that words are counted in."""
    return False


@contextmanager
def served(
    settings: Settings,
    host: str = "127.0.0.1",
    keep: Callable[[Sequence[str]], bool] = keep_none,
) -> Iterator[httpx.Client]:
    """A client of a server that shows the list of these settings."""
    with socket.create_server((host, 0)) as taken:
        port = taken.getsockname()[1]
    routes = BoardPages(lambda: settings, AskCounter(keep)).routes
    with (
        answer_http(HttpAddress(host, port), routes),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=TIMEOUT) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[httpx.Client]:
    with served(settings) as found:
        yield found


def test_every_answer_carries_the_headers_that_keep_a_browser_in_bounds(
    client: httpx.Client,
) -> None:
    for path in ("/", "/find?q=SSO", "/find", "/nothing"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


def test_the_page_is_sent_once_for_as_long_as_it_holds(client: httpx.Client) -> None:
    first = client.get("/")
    again = client.get("/", headers={"if-none-match": first.headers["etag"]})
    head = client.head("/")

    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert (again.status_code, again.content) == (304, b"")
    assert head.status_code == 200
    assert head.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_reading_is_allowed(client: httpx.Client, method: str) -> None:
    for path in ("/", "/find?q=SSO"):
        assert client.request(method, path).status_code == 405


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", f"?q={'x' * 1_001}", "?other=1"])
def test_an_ask_without_words_or_without_an_end_is_refused(
    client: httpx.Client, query: str
) -> None:
    said = client.get(f"/find{query}")

    assert said.status_code == 400
    assert "the words of the customer as q" in said.text


@pytest.mark.parametrize(
    "ask",
    ["\x00\x1b[31m", "' OR 1=1 --", "<script>", "\u202e", "\U0001f600" * 200, "%ff", "a" * 999],
)
def test_odd_asks_are_answered_as_any_other(client: httpx.Client, ask: str) -> None:
    said = client.get("/find", params={"q": ask})

    assert said.status_code == 200
    assert said.json()["answer"] in (
        "nothing is recorded under these words",
        "close: ask first",
    )
    assert said.json()["row"] is None


def test_whole_asks_of_people_are_counted_and_what_nobody_meant_is_not(settings: Settings) -> None:
    counted: list[str] = []

    def keep(words: Sequence[str]) -> bool:
        counted.extend(words)
        return True

    unmeant: list[tuple[str, str, dict[str, str]]] = [
        ("GET", "&typing", {}),
        ("GET", "&typing=1", {"sec-fetch-site": "same-origin"}),
        ("HEAD", "", {}),
        ("GET", "", {"sec-fetch-site": "cross-site"}),
        ("GET", "", {"sec-fetch-site": "same-site"}),
        ("GET", "", {"sec-purpose": "prefetch"}),
    ]
    meant: tuple[dict[str, str], ...] = (
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    )

    with served(settings, keep=keep) as client:
        answers = [
            client.request(method, f"/find?q=holo{more}", headers=headers)
            for method, more, headers in unmeant
        ]
        answers += [client.get("/find?q=do+you+have+holograms", headers=each) for each in meant]
        client.get("/find?q=SSO")
        for odd in ("\x00\x07", "x" * 1_001, "", "\u202e"):
            client.get("/find", params={"q": odd})
        assert client.get("/").status_code == 200

    assert {each.status_code for each in answers} == {200}
    assert counted == ["holograms"] * 3


def test_only_this_machines_names_are_answered_where_it_alone_may_ask(
    client: httpx.Client,
) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "[::1", "localhost.evil.example:80"):
        assert client.get("/", headers={"host": host}).status_code == 421
    for host in ("localhost:8080", "127.0.0.1", "[::1]:8080", "LOCALHOST"):
        assert client.get("/", headers={"host": host}).status_code == 200


def test_where_others_may_ask_they_may_by_any_name(settings: Settings) -> None:
    with served(settings, "0.0.0.0") as client:
        assert client.get("/", headers={"host": "board.example"}).status_code == 200


def test_a_list_that_cannot_be_read_is_no_matter_of_a_readers(tmp_path: Path) -> None:
    nowhere = read_settings({"HEADWAY_CLEAN_URL": f"sqlite:///{tmp_path}/secret/clean.db"})

    with served(nowhere) as client:
        for path in ("/", "/find?q=SSO"):
            said = client.get(path)
            assert said.status_code == 503
            assert "secret" not in said.text
            assert said.headers["retry-after"] == "60"


def talk_to(client: httpx.Client) -> socket.socket:
    """A connection to the same server."""
    address = (client.base_url.host, client.base_url.port or 0)
    return socket.create_connection(address, timeout=20)


def read_all(connection: socket.socket) -> bytes:
    """What comes until it is ended."""
    parts = []
    with suppress(ConnectionResetError):
        while part := connection.recv(100_000):
            parts.append(part)
    return b"".join(parts)


LONG = b"a" * 100_000


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01 hello\r\n\r\n", b"400"),
        (b"GET /?" + LONG + b" HTTP/1.1\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + LONG + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 10_000 + b"\r\n\r\n", b"200"),
    ],
)
def test_what_is_no_request_and_what_has_no_end_is_refused_and_others_are_answered(
    client: httpx.Client, sent: bytes, status: bytes
) -> None:
    with talk_to(client) as other:
        other.sendall(sent)
        said = other.recv(100)

    assert said.startswith(b"HTTP/1.1 " + status)
    assert client.get("/find?q=SSO").status_code == 200


HALF_SAID = (
    b"",
    b"GET / HTTP/1.1\r\nHost: localh",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
)


def test_who_never_asks_in_full_is_ended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SECONDS_TO_ASK", 0.2)
    monkeypatch.setattr(connections, "SECONDS_TO_SEND", 0.3)

    with served(settings) as client, ExitStack() as opened:
        others = [opened.enter_context(talk_to(client)) for _ in HALF_SAID]
        for other, said in zip(others, HALF_SAID, strict=True):
            other.sendall(said)
        heard = [read_all(other) for other in others]

    assert heard[:2] == [b"", b""]
    assert heard[2].startswith(b"HTTP/1.1 405 ")


def test_who_never_asks_in_full_keeps_nobody_else_out_for_a_moment(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SECONDS_TO_ASK", 60)  # no clock makes room
    monkeypatch.setitem(connections.LIMITS, "timeout_keep_alive", 60)
    with served(settings) as client, ExitStack() as opened:
        client.get("/find?q=SSO")  # and keeps its connection
        others = [opened.enter_context(talk_to(client)) for _ in range(200)]
        for number, other in enumerate(others):
            with suppress(ConnectionResetError, BrokenPipeError):
                other.sendall(HALF_SAID[number % len(HALF_SAID)])
        said = [client.get("/find?q=SSO")]
        said += [client.get("/find?q=SSO", headers={"connection": "close"}) for _ in range(4)]

    assert [each.status_code for each in said] == [200] * 5


def test_who_reads_no_answer_is_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SECONDS_TO_TAKE", 0.5)
    monkeypatch.setattr(connections, "SECONDS_TO_ASK", 0.1)
    asked = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100

    with served(settings) as client, talk_to(client) as other:
        other.sendall(asked)
        port = client.base_url.port or 0
        was_open = count_open(port)
        wait_until(lambda: not count_open(port), Path("/dev/null"))
        heard = len(read_all(other))
        monkeypatch.undo()
        whole = len(client.get("/").content)

    assert was_open == 1
    assert heard < 100 * whole


def count_open(port: int) -> int:
    """How many connections a server of this machine has open, by the system's own table."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(f":{port:04X}" in line.split()[1] and line.split()[3] == "01" for line in lines)


def test_the_list_is_read_again_only_when_it_is_another(client: httpx.Client) -> None:
    client.get("/find?q=SSO")
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get("/find?q=audit").status_code == client.get("/").status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    read = [each.rpartition(" ")[2] for each in sent if " FROM " in each]
    assert read == ["v1_freshness"] * 2


def test_an_address_of_another_machine_cannot_be_listened_at() -> None:
    with (
        pytest.raises(SettingsError, match="HEADWAY_HTTP_ADDRESS: cannot be listened at"),
        answer_http(HttpAddress("192.0.2.1", 8080), []),
    ):
        raise AssertionError("it listens")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8080", "127.0.0.1:8080"),
        ("127.0.0.1:1", "127.0.0.1:1"),
        ("localhost:65535", "localhost:65535"),
        ("0.0.0.0:80", "0.0.0.0:80"),
        ("[::]:80", "[::]:80"),
        ("[::1]:8080", "[::1]:8080"),
    ],
)
def test_an_address_is_a_port_of_this_machine_unless_it_says_otherwise(
    text: str, said: str
) -> None:
    address = parse_http_address(text)

    assert str(address) == said
    assert address.is_loopback == (not said.startswith(("0.0.0.0", "[::]")))


@pytest.mark.parametrize(
    "text",
    [
        *("0", "65536", "-1", "http", ":8080", "1.2.3.4", "::1:80", "[::1]", "[127.0.0.1]:80"),
        *("http://127.0.0.1:80", "example.com:80", "127.0.0.1:80/x", "127.0.0.1: 80", "\u0661:80"),
    ],
)
def test_what_is_no_address_to_listen_at_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no address to listen at"):
        parse_http_address(text)
