"""Answers whether a clock or a worker lives, can work, and how it fares: it shows no list."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sync.service.http.health import METRICS, NO_STORE

NOT_YET = "Nothing was read yet, and a database is slow to answer. Try again in a minute.\n"


class LifePages:
    """`/healthz`, `/readyz` and `/metrics`. What is wrong is for the log; here is whether anything
    is. `write_metrics` may take its time, and gives None where there is nothing to tell yet."""

    def __init__(
        self,
        is_alive: Callable[[], bool],
        is_ready: Callable[[], bool],
        write_metrics: Callable[[], bytes | None],
    ) -> None:
        self._is_alive, self._is_ready = is_alive, is_ready
        self._write_metrics = write_metrics

    @property
    def routes(self) -> list[Route]:
        """The addresses that are answered."""
        return [
            Route("/healthz", self.tell_life),
            Route("/readyz", self.tell_readiness),
            Route("/metrics", self.tell_metrics),
        ]

    async def tell_life(self, _request: Request) -> Response:
        """200 while it looks after its work, whatever databases and Jiras do."""
        return _answer(self._is_alive(), "It has stopped looking after its work: start it again.\n")

    async def tell_readiness(self, _request: Request) -> Response:
        """200 while the database of its work answers."""
        return _answer(self._is_ready(), "The jobs database does not answer: see the log.\n")

    async def tell_metrics(self, _request: Request) -> Response:
        """How it fares, in numbers, for Prometheus."""
        body = await run_in_threadpool(self._write_metrics)
        if body is None:
            return PlainTextResponse(NOT_YET, 503, NO_STORE | {"retry-after": "60"})
        return Response(body, headers=NO_STORE, media_type=METRICS)


def _answer(is_good: bool, lack: str) -> Response:
    return PlainTextResponse("ok\n" if is_good else lack, 200 if is_good else 503, NO_STORE)
