"""How both servers listen: a socket at an address, clients that must come to an end, and a log that
nobody can fill by asking."""

import asyncio
import logging
import math
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS_TO_ASK = 10.0
"""Seconds in which a client has asked in full: one that is slower keeps a place from others."""
SECONDS_OF_SILENCE = 600.0
"""In which the same is said once: whoever reaches the address could have it said without end."""
EVENTS = {
    "Exceeded concurrency limit.": "http.too-many",
    "Invalid HTTP request received.": "http.not-understood",
    "Unsupported upgrade request.": "http.not-understood",
    "Exception in ASGI application\n": "http.bug",
}
"""What uvicorn says, in our words; what else it says below an error is left out."""


def listen_at(host: str, port: int, backlog: int) -> socket.socket:
    """A socket at an address of this machine, port 0: at one that is free; OSError if it is none.

    With SO_REUSEADDR, since the server before may just have ended.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except UnicodeError:
        raise OSError(None, "is no name of a machine") from None
    return socket.create_server(address[:2], family=family, backlog=backlog)


class BoundedProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, and the end of a connection that never asks in full.

    Uvicorn alone ends one only once it has answered it, so that a few open connections that say
    nothing would keep everybody else out.
    """

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Let the clock run for as long as something is awaited of the client, and no longer."""
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._stop_watching()
        elif self._end is None:
            self._end = self.loop.call_later(SECONDS_TO_ASK, self.transport.abort)

    def _stop_watching(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None


@contextmanager
def speaking_seldom() -> Iterator[None]:
    """Have uvicorn log by `EVENTS` while this block lasts, each but a bug once in a while."""
    logger, words = logging.getLogger("uvicorn.error"), _SeldomWords()
    logger.addFilter(words)
    try:
        yield
    finally:
        logger.removeFilter(words)


class _SeldomWords(logging.Filter):
    """One of several, where several servers answer: what another has put in our words is known."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = event = EVENTS.get(str(record.msg), record.msg)
        if event not in EVENTS.values() or record.levelno >= logging.ERROR:
            return record.levelno >= logging.ERROR
        is_news = abs(record.created - self._said.get(event, -math.inf)) >= SECONDS_OF_SILENCE
        if is_news:
            self._said[event] = record.created
        return is_news
