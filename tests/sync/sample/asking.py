"""Talks to the sample Jira over its socket, with nothing but the standard library."""

import base64
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from sync.sample.server.server import SampleJira

SEARCH = "/rest/api/3/search/jql"
BULK = "/rest/api/3/issue/bulkfetch"
OLD_SEARCH = "/rest/api/2/search"


@dataclass(frozen=True)
class Answer:
    """One reply as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)

    @property
    def said(self) -> str:
        """Jira's first error message."""
        return str(self.json["errorMessages"][0])


def credentials(jira: SampleJira, token: str | None = None) -> dict[str, str]:
    """The header that signs in, right or with another token."""
    secret = jira.token if token is None else token
    if not jira.view.is_cloud:
        return {"Authorization": f"Bearer {secret}"}
    pair = base64.b64encode(f"{jira.email}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def ask(
    jira: SampleJira,
    path: str,
    body: Any = None,
    *,
    headers: dict[str, str] | None = None,
    through: str | None = None,
    **parameters: Any,
) -> Answer:
    """One request on a connection of its own: GET, or POST when there is a body.

    `through` is the address of a proxy before the Jira.
    """
    address = urlsplit(through or jira.url)
    connection = HTTPConnection(address.netloc, timeout=5)
    query = f"?{urlencode(parameters)}" if parameters else ""
    method = "GET" if body is None else "POST"
    content = None if body is None else json.dumps(body).encode()
    signed = credentials(jira) if headers is None else headers
    try:
        connection.request(
            method,
            address.path + path + query,
            content,
            signed if body is None else signed | {"Content-Type": "application/json"},
        )
        reply = connection.getresponse()
        return Answer(reply.status, dict(reply.getheaders()), reply.read())
    finally:
        connection.close()


def search(jira: SampleJira, jql: str, **more: Any) -> Any:
    """One page of a Cloud search."""
    return ask(jira, SEARCH, {"jql": jql, **more}).json


def pages(jira: SampleJira, jql: str, **more: Any) -> Iterator[list[dict[str, Any]]]:
    """Every page of a Cloud search, by its tokens."""
    page = search(jira, jql, **more)
    yield page["issues"]
    while "nextPageToken" in page:
        page = search(jira, jql, nextPageToken=page["nextPageToken"], **more)
        yield page["issues"]


def ids(issues: list[dict[str, Any]]) -> list[int]:
    """The ids of issues as they came."""
    return [int(issue["id"]) for issue in issues]


def field(jira: SampleJira, name: str) -> str:
    """The id under which a site lists the field of that name."""
    version = 3 if jira.view.is_cloud else 2
    listed = ask(jira, f"/rest/api/{version}/field").json
    return str(next(each["id"] for each in listed if each["name"] == name))


def raw(jira: SampleJira, path: str) -> socket.socket:
    """A socket on which one GET was sent."""
    address = urlsplit(jira.url)
    connection = socket.create_connection((address.hostname, address.port or 0), timeout=5)
    authorization = credentials(jira)["Authorization"]
    lines = (f"GET {path} HTTP/1.1", "Host: sample", f"Authorization: {authorization}", "", "")
    connection.sendall("\r\n".join(lines).encode())
    return connection
