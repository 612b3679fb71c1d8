"""What a server logs of those who ask: once, in our words, however often they ask."""

import logging
import socket
from contextlib import ExitStack
from logging.handlers import BufferingHandler

from sync.service.http.server import MOST_AT_ONCE, answer_http
from sync.settings.values import HttpAddress


def test_nobody_fills_the_log_by_asking() -> None:
    heard = BufferingHandler(1000)
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(heard)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
    try:
        with answer_http(HttpAddress(*address), []), ExitStack() as opened:

            def ask(words: bytes) -> bytes:
                other = opened.enter_context(socket.create_connection(address, timeout=20))
                other.sendall(words)
                return other.recv(12)

            nonsense = {ask(b"nonsense\r\n\r\n") for _ in range(3)}
            for _ in range(MOST_AT_ONCE):
                opened.enter_context(socket.create_connection(address))
            too_many = {ask(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(3)}
    finally:
        logger.removeHandler(heard)

    assert (nonsense, too_many) == ({b"HTTP/1.1 400"}, {b"HTTP/1.1 503"})
    assert [record.msg for record in heard.buffer] == ["http.not-understood", "http.too-many"]
