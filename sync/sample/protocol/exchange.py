"""One request and one reply, without the sockets."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked.

    `path` starts below the context path and ends before the query; `headers` are named in lower
    case.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def parameters(self) -> dict[str, str]:
        """The query's parameters; a repeated one is joined by commas, as Jira reads it."""
        pairs = parse_qs(self.query, keep_blank_values=True)
        return {name: ",".join(values) for name, values in pairs.items()}

    def document(self) -> dict[str, Any]:
        """The JSON object in the body, or `BadRequestError`."""
        try:
            document = json.loads(self.body)
        except ValueError as error:
            raise BadRequestError(
                "There was an error parsing JSON. Check your request body."
            ) from error
        if not isinstance(document, dict):
            raise BadRequestError("Invalid request payload. Refer to the REST API documentation.")
        return document


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answers; `body` is sent as it is."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a reply is sent where not as it should be: then the connection ends.

    `send` makes of its head and its body the pieces that go out, however many.
    """

    send: Callable[[bytes, bytes], Iterable[bytes]]


class BadRequestError(Exception):
    """Jira refuses the request with status 400 and this message."""


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """The value as a JSON reply."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, dict(headers or {}))


def as_errors(status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Jira's error collection with that message."""
    return as_json({"errorMessages": [message], "errors": {}}, status, headers)
