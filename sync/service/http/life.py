"""Answers whether a clock or a worker lives and can work: it has no list of its own to show."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sync.service.http.health import NO_STORE


class LifePages:
    """`/healthz` and `/readyz`. What is wrong is for the log; here is whether anything is."""

    def __init__(self, is_alive: Callable[[], bool], is_ready: Callable[[], bool]) -> None:
        self._is_alive, self._is_ready = is_alive, is_ready

    @property
    def routes(self) -> list[Route]:
        """The addresses that are answered."""
        return [Route("/healthz", self.tell_life), Route("/readyz", self.tell_readiness)]

    async def tell_life(self, _request: Request) -> Response:
        """200 while it looks after its work, whatever databases and Jiras do."""
        return _answer(self._is_alive(), "It has stopped looking after its work: start it again.\n")

    async def tell_readiness(self, _request: Request) -> Response:
        """200 while the database of its work answers."""
        return _answer(self._is_ready(), "The jobs database does not answer: see the log.\n")


def _answer(is_good: bool, lack: str) -> Response:
    return PlainTextResponse("ok\n" if is_good else lack, 200 if is_good else 503, NO_STORE)
