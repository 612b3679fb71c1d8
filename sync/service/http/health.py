"""Answers who looks after the service: whether it lives, whether its list may be relied on, and
how it fares."""

import threading
from collections.abc import Callable, Iterator

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from models.errors import SettingsError
from sync.service.http.metrics import write_metrics
from sync.service.http.readings import Reading, read_service
from sync.service.vitals import Vitals
from sync.settings.settings import Settings

log = structlog.get_logger()

METRICS = "text/plain; version=0.0.4; charset=utf-8"
NO_STORE = {"cache-control": "no-store"}
LONGEST_WAIT = 8.0
"""Seconds that who asks waits for those before it: each would open the databases."""
BUSY = "Others are asking, and a database is slow to answer. Try again in a minute.\n"
DEAD = "A thread that the service cannot do without has ended. Start it again.\n"


class HealthPages:
    """The three addresses; none of them tells why something is wrong: that is for the log."""

    def __init__(self, read_settings: Callable[[], Settings], vitals: Vitals) -> None:
        self._read_settings = read_settings
        self._vitals = vitals
        self._one_at_a_time = threading.Lock()
        self._said = ""

    @property
    def routes(self) -> list[Route]:
        """The addresses that are answered."""
        return [
            Route("/healthz", self.tell_life),
            Route("/readyz", self.tell_readiness),
            Route("/metrics", self.tell_metrics),
        ]

    async def tell_life(self, _request: Request) -> Response:
        """200 while the process does its work: a Jira or a database that is down is no reason to
        start it again."""
        is_alive = self._vitals.is_alive()
        return PlainTextResponse("ok\n" if is_alive else DEAD, 200 if is_alive else 503, NO_STORE)

    async def tell_readiness(self, _request: Request) -> Response:
        """200 while there is a list, whole in its databases and fresh; else 503, and what lacks."""
        reading = await run_in_threadpool(self._read)
        if isinstance(reading, Response):
            return reading
        lacks = [*_find_lacks(reading)]
        answer = {"ready": not lacks, "lacks": lacks}
        status = 503 if lacks else 200
        body = msgspec.json.encode(answer)
        return Response(body, status, NO_STORE, "application/json")

    async def tell_metrics(self, _request: Request) -> Response:
        """How it fares, in numbers, for Prometheus."""
        reading = await run_in_threadpool(self._read)
        if isinstance(reading, Response):
            return reading
        body = await run_in_threadpool(write_metrics, reading, self._vitals)
        return Response(body, headers=NO_STORE, media_type=METRICS)

    def _read(self) -> Reading | Response:
        if not self._one_at_a_time.acquire(timeout=LONGEST_WAIT):
            return PlainTextResponse(BUSY, 503, NO_STORE | {"retry-after": "60"})
        try:
            reading = read_service(self._read_settings())
            self._note_faults("\n".join(reading.faults.values()))
        except SettingsError as error:
            self._note_faults(str(error))
            told = "The settings cannot be read: see the log.\n"
            return PlainTextResponse(told, 503, NO_STORE | {"retry-after": "60"})
        finally:
            self._one_at_a_time.release()
        return reading

    def _note_faults(self, said: str) -> None:
        """What is wrong, in the log, once for as long as it is."""
        if said and said != self._said:
            log.warning("http.not-ready", error=said)
        self._said = said


def _find_lacks(reading: Reading) -> Iterator[str]:
    """What keeps the list from being relied on, in words of ours: no address is among them."""
    for name in reading.faults:
        yield f"the {name} database cannot be read, or has another schema"
    if reading.clean is None:
        return
    fresh = reading.clean.freshness
    if fresh.checked_at is None:
        yield "nothing was published yet"
    elif fresh.is_stale:
        yield "the list is stale: no run has confirmed it"
