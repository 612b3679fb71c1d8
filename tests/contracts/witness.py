"""Stands before Prism and keeps what it objects to, whatever a client makes of the refusal."""

import json
import threading
from http.client import HTTPConnection
from typing import Any, Self
from urllib.parse import urlsplit

from sync.sample.protocol.exchange import Reply, Request
from sync.sample.server.sockets import SampleServer

UNDESCRIBED = "/rest/agile/"
"""Jira Software's own API: neither contract knows it, so that goes to the Jira directly."""

HOP_BY_HOP = {"host", "connection", "accept-encoding", "content-length"}
"""Headers of one connection; nothing is compressed on the way, so that it can be read."""

KEPT = {"x-aaccountid", "x-ausername", "x-seraph-loginreason", "retry-after"}


class Witness:
    """A server on 127.0.0.1 for as long as the `with` block lasts.

    `objections` are what Prism found wrong, one line each; `asked` is every (method, path, status).
    """

    def __init__(self, prism: str, jira: str) -> None:
        self.objections: list[str] = []
        self.asked: list[tuple[str, str, int]] = []
        self._prism, self._jira = urlsplit(prism), urlsplit(jira)
        self._server = SampleServer(self._answer, 0, "")
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close(self._thread)

    def _answer(self, request: Request) -> tuple[Reply, None]:
        to = self._jira if request.path.startswith(UNDESCRIBED) else self._prism
        connection = HTTPConnection(to.netloc, timeout=30)
        headers = {k: v for k, v in request.headers.items() if k not in HOP_BY_HOP}
        path = f"{request.path}?{request.query}" if request.query else request.path
        try:
            connection.request(request.method, path, request.body or None, headers)
            found = connection.getresponse()
            body = found.read()
        finally:
            connection.close()
        self._note_objections(request, body)
        self.asked.append((request.method, request.path, found.status))
        kept = {name: text for name, text in found.getheaders() if name.lower() in KEPT}
        return Reply(found.status, body, kept, found.headers["content-type"]), None

    def _note_objections(self, request: Request, body: bytes) -> None:
        if b"stoplight.io/prism/errors" not in body:
            return
        problem: dict[str, Any] = json.loads(body)
        said = [each["message"] for each in problem.get("validation") or ()]
        for message in said or [f"{problem['title']}: {problem['detail']}"]:
            self.objections.append(f"{request.method} {request.path}: {message}")
