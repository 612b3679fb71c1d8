"""The clock of `headway serve`, and the only importer of APScheduler besides the schedule."""

import signal
import threading
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from models.errors import HeadwayError, IdentityError, SchemaError
from sync.run import last_success, run_once, usable_rulebook
from sync.settings import Settings
from sync.workshop import Workshop, open_workshop

log = structlog.get_logger()

BUG = 70


class Service:
    """One scheduled job, one thread for it, and the two ways to end: a signal, or a fatal error.

    An error that a later run may get over is logged and the schedule goes on. Only what no
    later run can mend ends the service by itself: our bug, a schema, an identity.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stop = threading.Event()
        self.exit_code = 0

    def run(self) -> int:
        """Serve until stopped; returns the exit code. Must be called from the main thread."""
        usable_rulebook(self.settings.config_dir)
        self.settings.connection()
        with open_workshop(self.settings) as workshop:
            scheduler = self._schedule(workshop)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._on_signal)
            scheduler.start()
            log.info("serve.started", schedule=self.settings.schedule.text)
            self.stop.wait()
            scheduler.shutdown(wait=True)
        log.info("serve.ended", exit_code=self.exit_code)
        return self.exit_code

    def _schedule(self, workshop: Workshop) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        scheduler.add_listener(self._on_skip, EVENT_JOB_MAX_INSTANCES | EVENT_JOB_MISSED)
        scheduler.add_job(
            self._run_once,
            self.settings.schedule.trigger(self.settings.timezone),
            args=[workshop],
            id="sync",
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=first_run(self.settings, last_success(workshop), datetime.now(UTC)),
        )
        return scheduler

    def _run_once(self, workshop: Workshop) -> None:
        """One run; whatever it raises is logged, and only what is fatal ends the service."""
        if self.stop.is_set():
            return
        try:
            run_once(workshop, stop=self.stop)
        except (SchemaError, IdentityError) as error:
            self._end(error.exit_code, str(error))
        except HeadwayError as error:
            log.warning("sync.failed", exit_code=error.exit_code, error=str(error))
        except Exception:
            log.exception("sync.bug")
            self._end(BUG, "a bug in Headway; see the log above")

    def _end(self, exit_code: int, why: str) -> None:
        log.error("serve.fatal", exit_code=exit_code, error=why)
        self.exit_code = exit_code
        self.stop.set()

    def _on_skip(self, event: Any) -> None:
        log.warning("serve.skipped", job=event.job_id, why="the run before is still going on")

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.stop.is_set():
            raise SystemExit(128 + number)
        log.info("serve.stopping", signal=signal.Signals(number).name)
        self.stop.set()


def first_run(settings: Settings, last: datetime | None, now: datetime) -> datetime:
    """When the first run is due: at once if one is overdue, else where the schedule has it."""
    if last is None:
        return now
    if not settings.schedule.is_cron:
        return max(now, last + settings.schedule.interval(settings.timezone))
    trigger: Any = settings.schedule.trigger(settings.timezone)
    after = last + timedelta(seconds=1)
    due: datetime = trigger.get_next_fire_time(None, after)
    return max(now, due)


def serve(settings: Settings) -> int:
    """`headway serve`; settings or a rule book that cannot be used raise UsageError at once."""
    return Service(settings).run()
