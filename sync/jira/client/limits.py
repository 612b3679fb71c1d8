"""Holds what `requests` reads to a size, and a question to a deadline; it knows neither of itself.

Its timeouts are for single reads, so a reply that drips would be waited for as long as it likes.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter

LARGEST_REPLY = 32 * 1024 * 1024
_CHUNK = 64 * 1024

T = TypeVar("T")


class TooLarge(requests.exceptions.RequestException):
    """A reply grew past all sense."""


class BoundedAdapter(HTTPAdapter):
    """Reads every reply whole before it is handed on, unpacked, up to `LARGEST_REPLY` bytes."""

    def send(
        self, request: requests.PreparedRequest, *more: Any, **settings: Any
    ) -> requests.Response:
        """The reply; TooLarge where it does not come to an end."""
        reply = super().send(request, *more, **settings | {"stream": True})
        content = bytearray()
        if not is_packed_once(reply.headers):
            reply.close()
            raise TooLarge
        for chunk in reply.iter_content(_CHUNK):
            content += chunk
            if len(content) > LARGEST_REPLY:
                reply.close()
                raise TooLarge
        reply._content = bytes(content)
        return reply


def is_packed_once(headers: Mapping[str, str]) -> bool:
    """Whether a reply is packed once at the most: packed twice, a little unpacks to everything."""
    return "," not in headers.get("content-encoding", "")


def call_within(seconds: float, question: Callable[[], T]) -> T:
    """What the question comes to; TimeoutError where that takes longer.

    The thread that still waits then ends when the other side hangs up, or with the process.
    """
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 - raised again where it was asked
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    return answer.result(timeout=seconds)
