"""The clock of `headway serve`, and the only importer of APScheduler besides the schedule."""

import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from models.errors import (
    DatabaseError,
    HeadwayError,
    LeaseHeldError,
    SchemaError,
    SettingsError,
    StoppedError,
    TryLaterError,
    describe_os_error,
)
from sync.notifications.heartbeat import keep_heartbeat
from sync.notifications.webhooks import WebhookSender, note_webhooks
from sync.pipeline.context import open_context
from sync.pipeline.run import check_access, last_success, run_once
from sync.pipeline.stages import Tracer, trace_nothing
from sync.rulebook import usable_rulebook
from sync.service.signals import stop_on_signal
from sync.service.traces import keep_traces
from sync.service.vitals import Vitals
from sync.settings.settings import Settings

log = structlog.get_logger()

JOB = "sync"
DATABASE_WAIT = 15.0
"""Seconds between two looks at a database that did not answer at the start."""
BUG = 70
THREADS = {"APScheduler", "webhooks"}
LOOK_EVERY = 60.0
"""Seconds. A clock that is set while the service waits is noticed after so long."""


class ScheduledSync:
    """One scheduled job, one thread for it, and the two ways to end: a signal, or a fatal error.

    An error that a later run may get over is logged and the schedule goes on. A lease that another
    worker holds is none: of two that stand by for each other, one has it. Only what no
    later run can mend ends the service by itself: our bug, a schema; and at its beginning a Jira
    that does not know us. One that knows us no longer may know the next run's token.

    Each run has the settings that are read anew before it, so that a token or a password that was
    exchanged in its file is taken; schedule and time zone stay those of the start.
    """

    def __init__(self, settings: Settings, read_anew: Callable[[], Settings] | None = None) -> None:
        self.settings = settings
        self.read_anew = read_anew or (lambda: settings)
        self.stop = threading.Event()
        self.webhooks = WebhookSender(self.read_anew)
        self.exit_code = 0
        self.vitals = Vitals(self._is_alive, self._find_due)
        self.tracer: Tracer = trace_nothing
        self._looked_at: float | None = None
        self.scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": ThreadPoolExecutor(1)}
        )

    def serve(self) -> int:
        """Serve until stopped; returns the exit code. Must be called from the main thread."""
        usable_rulebook(self.settings.config_dir)
        with stop_on_signal() as self.stop, self._answer_http(), keep_traces() as self.tracer:
            last = self._wait_for_databases()
            if not self.stop.is_set():
                check_access(self.settings)
            schedule, zone = self.settings.schedule, self.settings.timezone
            next_runs = schedule.next_runs(zone, last, datetime.now(UTC))
            self.schedule_runs(next_runs[0])
            self.scheduler.start()
            log.info(
                "serve.started",
                schedule=self.settings.schedule.text,
                timezone=self.settings.timezone,
                next_run=self._find_next_run(),
                next_runs=[_format_moment(moment) for moment in next_runs],
            )
            with self.webhooks.keep_sending():
                while not self.stop.wait(LOOK_EVERY):
                    self.mend_schedule(datetime.now(UTC))
                log.info("serve.stopping")
                self.scheduler.shutdown(wait=True)
        log.info("serve.ended", exit_code=self.exit_code)
        return self.exit_code

    def _answer_http(self) -> AbstractContextManager[object]:
        """The board and `find`, for as long as the service goes on, if it is told an address."""
        if self.settings.http_address is None:
            return nullcontext()
        from sync.service.http.board import BoardPages
        from sync.service.http.health import HealthPages
        from sync.service.http.server import answer_http

        pages = BoardPages(self.read_anew), HealthPages(self.read_anew, self.vitals)
        return answer_http(
            self.settings.http_address, [route for page in pages for route in page.routes]
        )

    def _wait_for_databases(self) -> datetime | None:
        """When the last good run began, as soon as both databases answer.

        One that is down may be up soon, and is asked again until we are told to stop. What no
        waiting mends, a schema, is raised.
        """
        said = ""
        while not self.stop.is_set():
            try:
                with open_context(self.read_anew()) as context:
                    return last_success(context)
            except SchemaError:
                raise
            except (DatabaseError, SettingsError) as error:
                if str(error) != said:
                    said = str(error)
                    log.warning("serve.waiting-for-database", error=said)
                self.stop.wait(DATABASE_WAIT)
        return None

    def schedule_runs(self, first: datetime) -> None:
        """Have the scheduler run from `first` on."""
        self.scheduler.add_listener(self._log_skip, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
        self.scheduler.add_job(
            self._run_once,
            self.settings.schedule.build_trigger(self.settings.timezone),
            id=JOB,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=first,
        )

    def mend_schedule(self, now: datetime) -> None:
        """Run at once if the next run is further off than the schedule can have it.

        The run before was due by a clock that was ahead.
        """
        self._looked_at = time.monotonic()
        job = self.scheduler.get_job(JOB)
        latest = self.settings.schedule.next_firings(self.settings.timezone, now, 1)
        if job and latest and job.next_run_time > latest[0] + timedelta(seconds=1):
            log.warning("serve.clock-went-back", next_run=self._find_next_run())
            job.modify(next_run_time=now)
        else:
            self.scheduler.wakeup()

    def _find_next_run(self) -> str | None:
        """When the next run is due, in UTC; None if the schedule has no more."""
        due = self._find_due()
        return _format_moment(due) if due else None

    def _find_due(self) -> datetime | None:
        job = self.scheduler.get_job(JOB)
        due: datetime | None = getattr(job, "next_run_time", None)
        return due

    def _is_alive(self) -> bool:
        """Whether the threads live that it cannot do without, once it has begun."""
        if self._looked_at is None or self.stop.is_set():
            return True
        living = {thread.name for thread in threading.enumerate()}
        return living >= THREADS and time.monotonic() - self._looked_at < 3 * LOOK_EVERY

    def _run_once(self) -> None:
        """One run; whatever it raises is logged, and only what is fatal ends the service.

        It opens the databases anew: a file may have been replaced by its backup since.
        """
        if self.stop.is_set():
            return
        try:
            self._run_and_tell()
        except SchemaError as error:
            log_failure("sync.failed", error)
            self._end_with(error.exit_code)
        except StoppedError as error:
            log.info("sync.stopped", run=error.run_id)
        except LeaseHeldError as error:
            log.info("sync.left", why=str(error))
        except HeadwayError as error:
            log_failure("sync.failed", error)
        except OSError as error:
            log_failure("sync.failed", describe_os_error(error))
        except Exception:
            log.exception("sync.bug", exit_code=BUG)
            self._end_with(BUG)
        self.webhooks.wake()
        if not self.stop.is_set():
            log.info("serve.waiting", next_run=self._find_next_run())

    def _run_and_tell(self) -> None:
        """One run with the settings of now, or of the start to say that they cannot be read."""
        with keep_heartbeat(self.settings) as heartbeat:
            heartbeat.settings = self.read_anew()
            with open_context(heartbeat.settings) as context, note_webhooks(context):
                result = run_once(
                    context, stop=self.stop, on_start=heartbeat.tell_start, tracer=self.tracer
                )
                heartbeat.tell_result(result)

    def _end_with(self, exit_code: int) -> None:
        self.exit_code = exit_code
        self.stop.set()

    def _log_skip(self, event: Any) -> None:
        self.vitals.count_skip("missed" if event.code == EVENT_JOB_MISSED else "overrun")
        log.warning("serve.skipped", job=event.job_id, why="the run before is still going on")


def _format_moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def log_failure(event: str, error: HeadwayError) -> None:
    """One line for an error, with the run that it ended."""
    tell = log.warning if isinstance(error, TryLaterError) else log.error
    tell(event, run=error.run_id, exit_code=error.exit_code, error=str(error))


def run_service(read_settings: Callable[[], Settings]) -> int:
    """`headway serve` with the settings that `read_settings` reads; the exit code.

    Off a terminal stderr is the log and nothing else, so what keeps it from starting is a line too.
    """
    try:
        return ScheduledSync(read_settings(), read_settings).serve()
    except (HeadwayError, OSError) as raised:
        error = describe_os_error(raised) if isinstance(raised, OSError) else raised
        if sys.stderr.isatty():
            raise error from None
        log_failure("serve.failed", error)
        return error.exit_code
    except Exception:
        log.exception("serve.bug", exit_code=BUG)
        return BUG
