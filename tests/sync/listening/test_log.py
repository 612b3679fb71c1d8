"""What a server logs of those who ask: once, in our words, however often they ask."""

import asyncio
import logging
import socket
import threading
from contextlib import ExitStack
from logging.handlers import BufferingHandler

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync.listening.connections import MOST_AT_ONCE
from sync.service.http.server import answer_http
from sync.settings.values import HttpAddress

ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_nobody_fills_the_log_by_asking() -> None:
    heard = BufferingHandler(1000)
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(heard)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
    asked, is_over = threading.Semaphore(0), threading.Event()

    async def answer_late(_: Request) -> Response:
        asked.release()
        while not is_over.is_set():  # noqa: ASYNC110 - set by another thread
            await asyncio.sleep(0.01)
        return Response()

    routes = [Route("/", answer_late)]
    try:
        with answer_http(HttpAddress(*address), routes), ExitStack() as opened:

            def ask(words: bytes) -> socket.socket:
                other = opened.enter_context(socket.create_connection(address, timeout=20))
                other.sendall(words)
                return other

            nonsense = {ask(b"nonsense\r\n\r\n").recv(12) for _ in range(3)}
            for _ in range(MOST_AT_ONCE):
                ask(ASK)
                assert asked.acquire(timeout=20)
            too_many = {ask(ASK).recv(12) for _ in range(3)}
            is_over.set()
    finally:
        logger.removeHandler(heard)

    assert (nonsense, too_many) == ({b"HTTP/1.1 400"}, {b"HTTP/1.1 503"})
    assert [record.msg for record in heard.buffer] == ["http.not-understood", "http.too-many"]
