"""The clock of workers, while it leads: it hands out what is due, and takes jobs from the dead."""

import threading
import time
from datetime import UTC, datetime
from importlib.metadata import version

import structlog
from sqlalchemy.engine import URL

from models.errors import DatabaseError, SchemaError
from sync.dispatch.clock import Clock, RulesSeen
from sync.dispatch.jobs.database import CLOCK, build_jobs_engine, check_apart, check_jobs_database
from sync.dispatch.jobs.dispatcher import JobDispatcher
from sync.service.serve import LOOK_EVERY
from sync.service.serve_lists import ClockService
from sync.store.clean.lease import acquire_lease

log = structlog.get_logger()

SWEEP_EVERY = 10.0
PREPARE_EVERY = 3600.0


class Leader:
    """Leads clocks and workers of one jobs database."""

    def __init__(self, url: URL, *, waits_for_schema: bool = False) -> None:
        self._url, self._waits_for_schema = url, waits_for_schema
        self._engine = build_jobs_engine(url)
        self._rules: dict[str, RulesSeen] = {}
        self.version = version("headway-sync")

    def lead(self, service: ClockService) -> None:
        """Until told to stop, or another clock has taken over: LeaseHeldError, DatabaseError."""
        try:
            check_apart(self._url, service.lists.read())
            self._check_schema()
            with acquire_lease(self._engine, of=CLOCK) as lease:
                dispatcher = JobDispatcher(self._engine, lease, self.version)
                self._lead_by(service, dispatcher, lease.lost)
        finally:
            self._engine.dispose()

    def _lead_by(
        self, service: ClockService, dispatcher: JobDispatcher, lost: threading.Event
    ) -> None:
        clock = Clock(service.lists.read, dispatcher, self._rules)
        log.info("clock.leading", lists=len(service.lists.read()), version=self.version)
        swept = prepared = float("-inf")
        while not service.stop.is_set() and not lost.is_set():
            now = time.monotonic()
            if now - prepared >= PREPARE_EVERY:
                dispatcher.prepare()
                prepared = now
            if now - swept >= SWEEP_EVERY:
                dispatcher.sweep(datetime.now(UTC))
                swept = now
            clock.look(datetime.now(UTC))
            dispatcher.publish_pulled()
            service.look()
            service.stop.wait(LOOK_EVERY)

    def _check_schema(self) -> None:
        """SchemaError, unless somebody else is to migrate: then it is waited for as one that is
        down."""
        try:
            check_jobs_database(self._engine)
        except SchemaError as error:
            if not self._waits_for_schema:
                raise
            raise DatabaseError(error.problems) from None
