"""Answers HTTP in a thread of its own for as long as the service goes on."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.routing import BaseRoute

from models.errors import Problem, SettingsError
from sync.listening.connections import LIMITS, BoundedProtocol, listen_at
from sync.listening.log import speaking_seldom
from sync.service.http.app import build_app
from sync.settings.values import HttpAddress

log = structlog.get_logger()

LAST_ANSWERS = 2
"""Seconds that answers under way are given once the service ends."""


@contextmanager
def answer_http(address: HttpAddress, routes: Sequence[BaseRoute]) -> Iterator[HttpAddress]:
    """Answer at `address` while this block lasts; SettingsError where nobody may listen there."""
    with _listen(address) as listening, speaking_seldom():
        server = uvicorn.Server(
            uvicorn.Config(
                build_app(address, routes),
                http=BoundedProtocol,
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=LAST_ANSWERS,
                **LIMITS,
            )
        )
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listening]}, name="http", daemon=True
        )
        thread.start()
        log.info("http.listening", address=f"http://{address}/", this_machine=address.is_loopback)
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(LAST_ANSWERS + 3)


def _listen(address: HttpAddress) -> socket.socket:
    try:
        return listen_at(*address, backlog=128)
    except OSError as error:
        what = f"cannot be listened at: {error.strerror or error}"
        remedy = "Name an address and a port of this machine that nothing else listens at."
        raise SettingsError(Problem("HEADWAY_HTTP_ADDRESS", what, remedy)) from None
