"""How both servers listen: a socket at an address, and clients that keep no place from others."""

import asyncio
import socket
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

SECONDS_TO_ASK = 5.0
"""Seconds in which a client has sent the first lines of what it asks, from when it may."""
SECONDS_TO_SEND = 20.0
"""Seconds in which it has sent the rest, where there is more."""
SECONDS_TO_TAKE = 60.0
"""Seconds in which it has its answer, and has read it."""
MOST_AT_ONCE = 64
"""Connections that are open at a time."""
LONGEST_HEAD = 16 * 1024
"""Bytes of a request's first lines."""
LIMITS: dict[str, Any] = {
    "limit_concurrency": MOST_AT_ONCE + 1,
    "h11_max_incomplete_event_size": LONGEST_HEAD,
    "timeout_keep_alive": 5,
    "ws": "none",
}
"""What uvicorn is told. As many connections as it is told of are refused, and not only more."""

_PIECE = 1024
"""Bytes that are looked at together: by so much may the first lines be longer."""


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
    """HTTP as uvicorn speaks it, and the end of a connection that others wait for in vain.

    Uvicorn alone ends one only once it was answered, so that some that say nothing, or never read,
    would keep everybody else out. Where all places are taken, whoever comes has the place of one
    that is not being answered: of the peer that has most, one that never asked, the oldest first.
    """

    _asking: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None
    _awaited: object = None
    _silent_since = _asked_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()
        self._make_room()

    def data_received(self, data: bytes) -> None:
        """Piece by piece: h11 bounds only what it is given more of."""
        for at in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            super().data_received(data[at : at + _PIECE])
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._awaited = None
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._asking, self._taking):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, and one whose first lines have no end."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        is_long = len(self.conn.trailing_data[0]) > LONGEST_HEAD
        headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
        for event in (
            h11.Response(status_code=431 if is_long else 400, headers=headers),
            h11.Data(data=msg.encode("ascii")),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    @property
    def is_awaited(self) -> bool:
        """Whether more is awaited of the client."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    @property
    def is_answered(self) -> bool:
        """Whether it asked in full, and is not answered to the end."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete and not self.is_awaited

    def _watch(self) -> None:
        """Let a clock run for what is awaited of the client, anew where that is another thing."""
        state, now = self.conn.their_state, self.loop.time()
        if state is self._awaited:
            return
        self._awaited = state
        if self._asking is not None:
            self._asking.cancel()
        if self.is_awaited:
            self._silent_since = now
            seconds = SECONDS_TO_ASK if state is h11.IDLE else SECONDS_TO_SEND
            self._asking = self.loop.call_later(seconds, self._end_if_read)
        else:
            self._asked_at = now
            if self._taking is None:
                self._taking = self.loop.call_later(SECONDS_TO_TAKE, self._end_if_not_taken)

    def _end_if_read(self) -> None:
        """End it, but for one that still reads what it was answered."""
        if not self.transport.get_write_buffer_size():
            self._end()

    def _end_if_not_taken(self) -> None:
        """End it where its answer takes too long, or is not read; look again where it is new."""
        self._taking = None
        left = self._asked_at + SECONDS_TO_TAKE - self.loop.time()
        if not self.is_answered and not self.transport.get_write_buffer_size():
            return
        if left > 0:
            self._taking = self.loop.call_later(left, self._end_if_not_taken)
        else:
            self._end()

    def _make_room(self) -> None:
        """Give this one the place of another, where too many are open."""
        protocols = (each for each in self.connections if isinstance(each, BoundedProtocol))
        others = [each for each in protocols if not each.transport.is_closing()]
        idle = [each for each in others if each is not self and not each.is_answered]
        if len(others) > MOST_AT_ONCE and idle:
            shares = Counter(each.peer for each in others)
            idle.sort(key=lambda each: (-shares[each.peer], *each.silence))
            idle[0]._end()

    def _end(self) -> None:
        """End it at once.

        Uvicorn hears of it a turn of the loop later, and would refuse until then whoever asks in
        the same turn: where many come at once, somebody whose connection was there before them.
        """
        self.transport.abort()
        self.connections.discard(self)

    @property
    def silence(self) -> tuple[bool, float]:
        """Whether it ever asked in full, and since when it is waited for."""
        return self.cycle is not None, self._silent_since

    @property
    def peer(self) -> str:
        """The machine that it comes from."""
        return self.client[0] if self.client else ""
