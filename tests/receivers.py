"""A receiver of heartbeats and webhooks on this machine, that answers as it is told to."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from tests.sync.jira.reading import TLS

LOOPBACK = TLS / "loopback.pem"
SLOW = -1
"""In place of a status: the receiver takes the request and says nothing."""


@dataclass(frozen=True)
class Received:
    """One request as it came, what it was answered, and what `look` saw when it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    status: int = 200
    seen: Any = None

    @property
    def payload(self) -> dict[str, Any]:
        """The JSON of a webhook."""
        decoded: dict[str, Any] = msgspec.json.decode(self.body)
        return decoded


@dataclass
class Receiver:
    """What it received, in order. `statuses` are answered one after the other, then `status`."""

    port: int = 0
    scheme: str = "http"
    status: int = 200
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    look: Callable[[], Any] = lambda: None
    received: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}/hook-canary-path"

    @property
    def paths(self) -> list[str]:
        """What was asked for, without queries, below the address."""
        return [
            each.path.partition("?")[0].removeprefix("/hook-canary-path") for each in self.received
        ]

    @property
    def kinds(self) -> list[str]:
        """The types of the webhooks received."""
        return [each.payload["type"] for each in self.received]


@contextmanager
def running_receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """One on a port of its own; with a certificate it speaks TLS."""
    receiver = Receiver(scheme="https" if certificate else "http")
    with listening(receiver, certificate):
        yield receiver


@contextmanager
def listening(receiver: Receiver, certificate: Path | None = None) -> Iterator[None]:
    """Meanwhile it is there: at its port, or at a free one, which is its own from then on."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.statuses.pop(0) if receiver.statuses else receiver.status
            seen = receiver.look()
            receiver.received.append(Received(self.path, headers, body, status, seen))
            if status == SLOW:
                receiver.released.wait(60)
                return
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
