"""A worker: takes jobs while there is room, does each in a thread, and ends when it is told to."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker
from sqlalchemy import Engine, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import URL

from models.errors import DatabaseError, SchemaError
from models.tables import jobs
from sync.dispatch.jobs.database import build_jobs_engine, check_jobs_database, open_jobs
from sync.dispatch.jobs.engine import (
    FIRST_LOADS,
    HEARTBEAT,
    PASSES,
    RUNS,
    TASK,
    count_passes,
    find_next_pass,
    find_next_try,
)
from sync.dispatch.jobs.memory import MemoryRoom
from sync.dispatch.jobs.slots import Slots, name_work
from sync.dispatch.work import Outcome, Work

log = structlog.get_logger()

POLL = 1.0
"""Seconds between two looks for jobs. Nobody is woken by a message: a reader could send one too."""
TRY_AGAIN = 3.0
"""Seconds until a jobs database is asked again that does not answer."""
LISTEN_FOR_STOP = 0.1
STUCK_AFTER = 180.0
"""Seconds without a turn of its loop, after which a worker counts as dead."""
CONNECTIONS = 4


class JobEndedError(Exception):
    """The engine learns so that a job did not come through; it is told of elsewhere."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.exit_code)
        self.outcome = outcome


class _ComeBackLater(BaseRetryStrategy):
    """What may succeed with nobody's help comes back; what was told to stop, at once; what another
    worker may do, soon."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, JobEndedError):
            return None
        now = datetime.now(UTC)
        if exception.outcome.is_lacking:
            return RetryDecision(retry_at=find_next_pass(count_passes(job), now))
        if not exception.outcome.comes_back:
            return None
        is_stopped = exception.outcome.is_stopped
        return RetryDecision(retry_at=now if is_stopped else find_next_try(job.attempts, now))


class JobWorker:
    """Has `do` carry out jobs until `stop` is set: `slots` at a time, fewer where memory is short.

    `do` is called in threads, raises nothing, and itself ends soon after `stop` is set.
    """

    def __init__(
        self,
        url: URL,
        do: Callable[[Work], Outcome],
        *,
        version: str,
        slots: int,
        room: MemoryRoom,
        stop: threading.Event,
        poll: float = POLL,
    ) -> None:
        self._url, self._do, self._version = url, do, version
        self.slots, self._room, self._stop, self._poll = slots, room, stop, poll
        self._engine = build_jobs_engine(url)
        self._at_work: set[int | None] = set()
        self._passed_on: set[int | None] = set()
        self._lacks: dict[str, str] = {}
        self.is_ready = False
        self._looked_at = time.monotonic()

    def is_alive(self) -> bool:
        """Whether its loop goes round."""
        return self._stop.is_set() or time.monotonic() - self._looked_at < STUCK_AFTER

    @property
    def running(self) -> int:
        """How many jobs it does now."""
        return len(self._at_work)

    @property
    def memory_limit(self) -> int | None:
        """Bytes that it may take in all; None where there is no limit."""
        return self._room.limit

    def work(self) -> None:
        """Until stopped; SchemaError where the jobs database is not of this version's schema.

        One that does not answer is asked again; jobs go on meanwhile, and those whose end could
        not be noted are done once more, which changes nothing.
        """
        said = ""
        try:
            while not self._stop.is_set():
                said = self._work_on(said)
                self._stop.wait(TRY_AGAIN if said else 0.0)
        finally:
            self._engine.dispose()

    def _work_on(self, said: str) -> str:
        """Take jobs until stopped or the jobs database is lost; what is wrong with it, if it is."""
        try:
            check_jobs_database(self._engine)
            if said:
                log.info("work.database-back")
            asyncio.run(self._take_jobs())
        except SchemaError:
            raise
        except DatabaseError as error:
            return self._tell_once(str(error), said)
        except (ConnectorException, psycopg.Error) as error:
            return self._tell_once(type(error).__name__, said)
        return ""

    def _tell_once(self, error: str, said: str) -> str:
        self.is_ready, self._looked_at = False, time.monotonic()
        if error != said:
            log.warning("work.waiting-for-database", error=error)
        return error

    async def _take_jobs(self) -> None:
        """Take jobs until told to stop, or until the jobs database is lost."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.slots + 1, "job"))
        loop.set_exception_handler(_note_exception)
        connector = PsycopgConnector(
            conninfo=self._url.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=1,
            max_size=CONNECTIONS,
            timeout=10.0,
            configure=_choose_schema,
            kwargs={"autocommit": True, "prepare_threshold": None, "connect_timeout": 10},
        )
        app = App(connector=connector)
        app.job_manager = Slots(
            connector,
            self.slots,
            self._room,
            self._version,
            is_stopping=self._stop.is_set,
            passed_on=self._passed_on,
        )
        app.task(name=TASK, pass_context=True, retry=_ComeBackLater())(self._do_job)
        async with app.open_async():
            worker = Worker(
                app,
                queues=[RUNS, FIRST_LOADS],
                concurrency=self.slots,
                fetch_job_polling_interval=self._poll,
                abort_job_polling_interval=3600.0,
                listen_notify=False,
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT.total_seconds(),
                stalled_worker_timeout=3600.0,
            )
            listener = asyncio.create_task(self._listen_for_stop(worker))
            try:
                await worker.run()  # type: ignore[no-untyped-call]
            finally:
                listener.cancel()

    async def _listen_for_stop(self, worker: Worker) -> None:
        self.is_ready = True
        while not self._stop.is_set():
            self._looked_at = time.monotonic()
            await asyncio.sleep(LISTEN_FOR_STOP)
        worker.stop()  # type: ignore[no-untyped-call]

    def _do_job(self, context: JobContext, /, **_names: Any) -> None:
        """One job, in a thread of its own."""
        work = name_work(context.job)
        named = {"list": work.list, "site": work.site} if work.site else {"list": work.list}
        log.info("work.begun", **named, attempt=context.job.attempts + 1)
        self._at_work.add(context.job.id)
        outcome = self._do(work)
        self._at_work.discard(context.job.id)
        if outcome.is_lacking:
            self._pass_on(context.job, work, outcome)
            raise JobEndedError(outcome)
        self._lacks.pop(work.list, None)
        if outcome.is_ours:
            self._note(work, outcome)
        log.info("work.ended", **named, exit_code=outcome.exit_code)
        if outcome.exit_code:
            raise JobEndedError(outcome)

    def _pass_on(self, job: Job, work: Work, outcome: Outcome) -> None:
        """Leave a job to a worker that has what is not set here; it is told once.

        After so many that lacked it, it is noted that nobody seems to have it.
        """
        self._passed_on.add(job.id)
        if self._lacks.get(work.list) != outcome.what:
            self._lacks[work.list] = outcome.what
            log.warning("work.lacks", list=work.list, error=outcome.what, put_back=True)
        if count_passes(job) + 1 >= PASSES:
            self._note(work, outcome)

    def _note(self, work: Work, outcome: Outcome) -> None:
        try:
            note_outcome(self._engine, work, outcome)
        except DatabaseError as error:
            log.warning("work.not-noted", list=work.list, error=str(error))


def note_outcome(engine: Engine, work: Work, outcome: Outcome) -> None:
    """Write down how work ended, and since when it has been failing."""
    table = jobs.work
    is_good = outcome.exit_code == 0
    values: Mapping[str, Any] = {
        "list": work.list,
        "site": work.site,
        "ended_at": func.now(),
        "exit_code": outcome.exit_code,
        "what": outcome.what,
        "failing_since": None if is_good else func.now(),
        "is_loaded": outcome.has_read,
    }
    note = insert(table).values(values)
    now: dict[str, Any] = {name: note.excluded[name] for name in ("ended_at", "exit_code", "what")}
    now["failing_since"] = (
        note.excluded.failing_since
        if is_good
        else func.coalesce(table.c.failing_since, note.excluded.failing_since)
    )
    now["is_loaded"] = table.c.is_loaded | note.excluded.is_loaded
    with open_jobs(engine) as connection:
        connection.execute(note.on_conflict_do_update(constraint=table.primary_key, set_=now))


async def _choose_schema(connection: "psycopg.AsyncConnection[Any]") -> None:
    await connection.execute(f"SET search_path TO {jobs.SCHEMA}".encode())


def _note_exception(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a job's end could not be noted for; the clock finds the job again."""
    log.warning("work.end-not-noted", error=str(context.get("exception") or context["message"]))
