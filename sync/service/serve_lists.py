"""`headway serve` for several lists, or for workers: one clock over all of them."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from models.errors import DatabaseError, HeadwayError, LeaseHeldError, SchemaError
from sync.dispatch.clock import Clock
from sync.dispatch.dispatcher import InlineDispatcher
from sync.pipeline.context import open_context
from sync.pipeline.run.run import last_success
from sync.service.ending import run_to_end
from sync.service.known_lists import KnownLists
from sync.service.lists_reading import ListsReader
from sync.service.serve import LOOK_EVERY, STUCK_AFTER
from sync.service.signals import stop_on_signal
from sync.settings.installation import Installation
from sync.settings.settings import Settings
from sync.settings.values import HttpAddress

if TYPE_CHECKING:
    from sync.dispatch.jobs.standing import Jobs

log = structlog.get_logger()


class ClockService:
    """Looks every few seconds at what is due, until told to stop."""

    def __init__(self, lists: KnownLists) -> None:
        self.lists = lists
        self.stop = threading.Event()
        self.is_ready = True
        self._looked_at = time.monotonic()
        self._said = ""

    def is_alive(self) -> bool:
        """Whether it looked lately."""
        return self.stop.is_set() or time.monotonic() - self._looked_at < STUCK_AFTER

    def serve_inline(self) -> None:
        """Do all work in this process, one list after another."""
        began = {name: self._find_last(name, each) for name, each in self.lists.read().items()}
        known = {name: moment for name, moment in began.items() if moment is not None}
        inline = InlineDispatcher(self.lists.find, self.stop, known)
        clock = Clock(self.lists.read, inline)
        log.info("clock.started", lists=len(began), workers=False)
        while not self.stop.wait(LOOK_EVERY):
            self._looked_at = time.monotonic()
            clock.look(datetime.now(UTC))
        log.info("serve.stopping")
        inline.close()

    def _find_last(self, name: str, settings: Settings) -> datetime | None:
        """When a list's last good run began; None where its databases cannot tell."""
        try:
            with open_context(settings) as context:
                return last_success(context)
        except HeadwayError as error:
            log.warning("clock.last-run-unknown", list=name, error=str(error))
            return None

    def serve_workers(self, lead: Callable[["ClockService"], None]) -> None:
        """Hand work out for as long as this clock has the lease; stand by while another has it."""
        while not self.stop.is_set():
            self._looked_at = time.monotonic()
            try:
                lead(self)
                self._said = ""
            except SchemaError:
                raise
            except LeaseHeldError as error:
                self.is_ready = True
                self._tell_once("clock.standing-by", error)
            except DatabaseError as error:
                self.is_ready = False
                self._tell_once("clock.waiting-for-database", error)
            self.stop.wait(LOOK_EVERY)

    def look(self) -> None:
        """It has looked at its work, and the database answered."""
        self._looked_at = time.monotonic()
        self.is_ready, self._said = True, ""

    def _tell_once(self, event: str, error: HeadwayError) -> None:
        if self._said != event:
            self._said = event
            log.warning(event, why=str(error))


def answer_life(
    address: HttpAddress | None,
    is_alive: Callable[[], bool],
    is_ready: Callable[[], bool],
    write_metrics: Callable[[], bytes | None],
) -> AbstractContextManager[object]:
    """Answer /healthz, /readyz and /metrics, where an address is set."""
    if address is None:
        return nullcontext()
    from sync.service.http.life import LifePages  # noqa: PLC0415 - the web stack, for who listens
    from sync.service.http.server import answer_http  # noqa: PLC0415

    return answer_http(address, LifePages(is_alive, is_ready, write_metrics).routes)


def write_clock_metrics(reader: ListsReader) -> bytes | None:
    """What a scrape of a clock says; None while nothing was read yet."""
    from sync.service.http.list_metrics import write_list_metrics  # noqa: PLC0415 - as above

    reading = reader.read()
    return None if reading is None else write_list_metrics(reading)


def serve_lists(
    read: Callable[[], Installation],
    address: HttpAddress | None = None,
    lead: Callable[[ClockService], None] | None = None,
    find_jobs: "Callable[[], Jobs] | None" = None,
) -> int:
    """Serve all lists: in this process, or by `lead` with workers; the exit code.

    `find_jobs` tells of the jobs of those workers.
    """

    def serve() -> int:
        with stop_on_signal() as stop:
            service = ClockService(KnownLists(read))
            service.stop = stop
            reader = ListsReader(service.lists.read_installation, find_jobs)
            tell = partial(write_clock_metrics, reader)
            with answer_life(address, service.is_alive, lambda: service.is_ready, tell):
                service.serve_workers(lead) if lead else service.serve_inline()
        log.info("serve.ended", exit_code=0)
        return 0

    return run_to_end(serve, failed="serve.failed", bug="serve.bug")
