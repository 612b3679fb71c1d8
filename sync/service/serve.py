"""`headway serve`: runs on the schedule, and what it looks after between them."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from models.errors import (
    DatabaseError,
    HeadwayError,
    LeaseHeldError,
    RuleBookError,
    SchemaError,
    SettingsError,
    StoppedError,
    describe_os_error,
)
from sync.notifications.heartbeat import Heartbeat, keep_heartbeat
from sync.notifications.webhooks import WebhookSender, note_webhooks
from sync.pipeline.context import Context, open_context
from sync.pipeline.record.failures import BUG, log_failure
from sync.pipeline.record.result import RunResult
from sync.pipeline.record.stages import Tracer, trace_nothing
from sync.pipeline.run.new_rules import are_others_in_force, find_why_to_read, publish_new_rules
from sync.pipeline.run.run import check_access, last_success, run_once
from sync.pipeline.translation_cache import read_passed_texts
from sync.service.answering import answer_beside, build_ask_counter
from sync.service.ending import run_to_end
from sync.service.run_schedule import RunSchedule, format_moment
from sync.service.served_rules import ServedRules
from sync.service.signals import stop_on_signal
from sync.service.standby import Look, Standby
from sync.service.startup import wait_for_databases
from sync.service.traces import keep_traces
from sync.service.vitals import Vitals
from sync.settings.settings import Settings

log = structlog.get_logger()

THREADS = {"APScheduler", "webhooks"}
LOOK_EVERY = 3.0
"""Seconds between two looks: at the clock, the rules, the lease of another worker, and at a
database that did not answer at the start."""
STUCK_AFTER = 180.0
"""Seconds without a look, after which the service counts as dead."""
TRY_AGAIN = 60.0
"""Seconds until changed rules are tried again that a database would not take."""


class ScheduledSync:
    """One schedule, one thread that works, and the two ways to end: a signal, or a fatal error.

    An error that a later run may get over is logged and the schedule goes on. A lease that another
    worker holds is none: of two that stand by for each other, one has it. Only what no
    later run can mend ends the service by itself: our bug, a schema; and at its beginning a Jira
    that does not know us. One that knows us no longer may know the next run's token.

    Each run has the settings that are read anew before it, so that a token or a password that was
    exchanged in its file is taken; schedule, time zone and rule book folder stay those of the
    start. `waits_for_schema` has it wait for databases that are still to be migrated.
    """

    def __init__(
        self,
        settings: Settings,
        read_anew: Callable[[], Settings] | None = None,
        *,
        waits_for_schema: bool = False,
    ) -> None:
        self.settings = settings
        self.read_anew = read_anew or (lambda: settings)
        self.stop = threading.Event()
        self.webhooks = WebhookSender(self.read_anew)
        self.exit_code = 0
        self.asks = build_ask_counter(self.read_anew)
        self.vitals = Vitals(self._is_alive, self._find_due)
        self.tracer: Tracer = trace_nothing
        self.schedule = RunSchedule(
            settings.schedule, settings.timezone, self.run, self.vitals.count_skip
        )
        self.rules = ServedRules(settings.config_dir)
        self.standby = Standby()
        self._waits_for_schema = waits_for_schema
        self._is_wanted = False
        self._is_busy = False
        self._rules_not_before = 0.0
        self._last_ended: datetime | None = None
        self._looked_at: float | None = None

    def serve(self) -> int:
        """Serve until stopped; returns the exit code. Must be called from the main thread."""
        with (
            stop_on_signal() as self.stop,
            answer_beside(self.settings, self.read_anew, self.vitals, self.asks),
            keep_traces() as self.tracer,
        ):
            last = wait_for_databases(
                self.read_anew, self.stop, LOOK_EVERY, waits_for_schema=self._waits_for_schema
            )
            if not self.stop.is_set():
                check_access(self.settings)
            schedule, zone = self.settings.schedule, self.settings.timezone
            next_runs = schedule.next_runs(zone, last, datetime.now(UTC))
            self.schedule.start(next_runs[0])
            log.info(
                "serve.started",
                schedule=self.settings.schedule.text,
                timezone=self.settings.timezone,
                next_run=self._tell_next_run(),
                next_runs=[format_moment(moment) for moment in next_runs],
            )
            with self.webhooks.keep_sending():
                while not self.stop.wait(LOOK_EVERY):
                    self.look(datetime.now(UTC))
                log.info("serve.stopping")
                self.schedule.stop()
        log.info("serve.ended", exit_code=self.exit_code)
        return self.exit_code

    def look(self, now: datetime) -> None:
        """Look after what may have changed between two runs."""
        self._looked_at = time.monotonic()
        if self.schedule.mend(now):
            self._is_wanted = True
        if self._is_busy:
            return
        if self.standby.is_on:
            self.look_at_lease()
        elif time.monotonic() >= self._rules_not_before and self.rules.has_changed():
            self.rules.take()
            self.schedule.do_aside(self.publish_rules)

    def look_at_lease(self) -> None:
        """Take over where the worker that we stand by for is gone."""
        try:
            found = self.standby.look(self.read_anew())
        except SettingsError:
            return
        if found is Look.TAKE_OVER:
            self._run_soon()

    def _run_soon(self) -> None:
        """Have a run begin as soon as none is going on, whatever the schedule says."""
        self._is_wanted = True
        self.schedule.move_next(datetime.now(UTC))

    def _find_due(self) -> datetime | None:
        return self.schedule.find_next()

    def _is_alive(self) -> bool:
        """Whether the threads live that it cannot do without, once it has begun."""
        if self._looked_at is None or self.stop.is_set():
            return True
        living = {thread.name for thread in threading.enumerate()}
        return living >= THREADS and time.monotonic() - self._looked_at < STUCK_AFTER

    def run(self) -> None:
        """One run; whatever it raises is logged, and only what is fatal ends the service.

        It opens the databases anew: a file may have been replaced by its backup since.
        """
        if self.stop.is_set():
            return
        self._carry_out("sync", self._run_and_tell)
        self.asks.write()
        self._last_ended = datetime.now(UTC)
        skipped = self.schedule.take_skipped()
        if not self.stop.is_set() and (skipped or not self.standby.is_on):
            counts = {"skipped": skipped} if skipped else {}
            log.info("serve.waiting", next_run=self._tell_next_run(), **counts)

    def publish_rules(self) -> None:
        """Publish what changed rules come to, without a run if they need none.

        Where a database fails, or another worker is at it, that is tried again.
        """
        if not self.stop.is_set():
            self._carry_out("rules", self._try_to_publish_rules)

    def _try_to_publish_rules(self) -> None:
        try:
            self._publish_rules()
        except LeaseHeldError:
            self.rules.put_back()
            raise
        except DatabaseError:
            self.rules.put_back()
            self._rules_not_before = time.monotonic() + TRY_AGAIN
            raise

    def _carry_out(self, what: str, work: Callable[[], None]) -> None:
        self._is_busy = True
        try:
            work()
        except SchemaError as error:
            log_failure(f"{what}.failed", error)
            self._end_with(error.exit_code)
        except StoppedError as error:
            log.info(f"{what}.stopped", run=error.run_id)
        except LeaseHeldError as error:
            self.standby.begin(error)
        except HeadwayError as error:
            log_failure(f"{what}.failed", error)
        except OSError as error:
            log_failure(f"{what}.failed", describe_os_error(error))
        except Exception:
            log.exception(f"{what}.bug", exit_code=BUG)
            self._end_with(BUG)
        finally:
            self._is_busy = False
        self.webhooks.wake()

    def _run_and_tell(self) -> None:
        """One run with the settings of now, or of the start to say that they cannot be read."""
        is_wanted, self._is_wanted = self._is_wanted, False
        with keep_heartbeat(self.settings) as heartbeat:
            heartbeat.settings = self.read_anew()
            with open_context(heartbeat.settings) as context, note_webhooks(context):
                if is_wanted or not self._is_done_elsewhere(context):
                    heartbeat.tell_result(self._run_by_rules(context, heartbeat))
                    self.standby.end()

    def _is_done_elsewhere(self, context: Context) -> bool:
        """Whether another worker has made the run that is due; ours then follows that one."""
        last, now = last_success(context), datetime.now(UTC)
        if last is None or self._last_ended is None or not self._last_ended < last <= now:
            return False
        if self.schedule.is_due_after(last, now):
            return False
        due = self.settings.schedule.next_firings(self.settings.timezone, last, 1)
        self.schedule.move_next(due[0])
        log.debug("serve.done-elsewhere", next_run=format_moment(due[0]))
        return True

    def _run_by_rules(self, context: Context, heartbeat: Heartbeat) -> RunResult:
        """A run by the rules of now, or by the last good ones where it shows that those are not."""
        run = partial(
            run_once,
            context,
            stop=self.stop,
            on_start=heartbeat.tell_start,
            read_rules=self.rules.read,
            tracer=self.tracer,
        )
        try:
            result = run()
        except RuleBookError as error:
            if not self.rules.refuse(error):
                raise
            result = run()
        self.rules.accept()
        return result

    def _publish_rules(self) -> None:
        with open_context(self.read_anew()) as context, note_webhooks(context):
            rulebook, broken = self.rules.read(context, read_passed_texts(context.first.site_store))
            if broken or not are_others_in_force(context, rulebook):
                return
            why = find_why_to_read(context, rulebook)
            log.info("rules.changed", digest=rulebook.digest, reads_jira=why)
            if why is not None:
                self._run_soon()
                return
            publish_new_rules(context, rulebook, self.stop)
            self.rules.accept()

    def _tell_next_run(self) -> str | None:
        """When the next run is due, in UTC; None if the schedule has no more."""
        due = self.schedule.find_next()
        return format_moment(due) if due else None

    def _end_with(self, exit_code: int) -> None:
        self.exit_code = exit_code
        self.stop.set()


def run_service(read_settings: Callable[[], Settings], *, waits_for_schema: bool = False) -> int:
    """`headway serve` with the settings that `read_settings` reads; the exit code."""

    def serve() -> int:
        service = ScheduledSync(read_settings(), read_settings, waits_for_schema=waits_for_schema)
        return service.serve()

    return run_to_end(serve, failed="serve.failed", bug="serve.bug")
