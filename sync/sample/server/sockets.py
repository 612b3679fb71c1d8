"""HTTP/1.1 on a loopback socket, for whatever answers requests."""

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sync.sample.protocol.exchange import Delivery, Reply, Request, as_json

SMALLEST_COMPRESSED = 1024
DRIP_PAUSE = 0.05

Answering = Callable[[Request], tuple[Reply, Delivery | str | None]]
"""Gives the reply and, where its delivery is to be spoilt, how."""


class SampleServer(ThreadingHTTPServer):
    """Knows its open connections, so that closing ends them all."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, answer: Answering, port: int, context_path: str, certificate: Path | None = None
    ) -> None:
        self.answer = answer
        self.context_path = context_path
        self.stopping = threading.Event()
        self._connections: set[Any] = set()
        super().__init__(("127.0.0.1", port), _Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is its own business."""

    def serve(self) -> None:
        """Answers until `close`; who only waits for requests never wakes up in between."""
        while not self.stopping.is_set():
            self.handle_request()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether it is to be answered: that which wakes `serve` up to end is not."""
        return not self.stopping.is_set()

    def close(self, serving: threading.Thread) -> None:
        """Stops listening and hangs up on everybody, once `serve` has ended in its thread."""
        self.stopping.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server_port), 5):
            pass
        serving.join()
        self.server_close()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests off a kept-alive connection; every reply is one write."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SampleServer

    def do_GET(self) -> None:
        """Answers."""
        self._answer()

    def do_POST(self) -> None:
        """Answers."""
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        prefix = self.server.context_path
        if not path.startswith(prefix + "/"):
            self.wfile.write(_head(as_json({}, 404), 2) + b"{}")
            return
        path = path.removeprefix(prefix)
        headers = {name.lower(): text for name, text in self.headers.items()}
        request = Request(self.command, path, query, headers, body)
        reply, spoiling = self.server.answer(request)
        self._send(reply, spoiling)

    def _send(self, reply: Reply, spoiling: Delivery | str | None) -> None:
        if spoiling == "reset":
            self._reset()
            return
        body = reply.body
        wants_gzip = "gzip" in self.headers.get("Accept-Encoding", "")
        is_packed = "Content-Encoding" in reply.headers
        worth_it = wants_gzip and not is_packed and len(body) > SMALLEST_COMPRESSED
        if spoiling == "gzip-cut" or worth_it:
            body = gzip.compress(body, compresslevel=1)
            reply = replace(reply, headers=reply.headers | {"Content-Encoding": "gzip"})
        head = _head(reply, len(body))
        if isinstance(spoiling, Delivery):
            self._deliver(spoiling.send(head, body))
        elif spoiling == "drip":
            self._drip(head + body)
        elif spoiling:
            self.wfile.write(head + body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(head + body)

    def _deliver(self, pieces: Iterable[bytes]) -> None:
        self.close_connection = True
        for piece in pieces:
            self.wfile.write(piece)
            if self.server.stopping.is_set():
                break

    def _drip(self, message: bytes) -> None:
        for place in range(len(message)):
            self.wfile.write(message[place : place + 1])
            if self.server.stopping.wait(DRIP_PAUSE):
                break
        self.close_connection = True

    def _reset(self) -> None:
        linger_not_at_all = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not_at_all)
        self.close_connection = True
        self.connection.close()


def _head(reply: Reply, length: int) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        f"Content-Type: {reply.content_type}",
        f"Content-Length: {length}",
        *(f"{name}: {text}" for name, text in reply.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
