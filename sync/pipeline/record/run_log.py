"""Writes down how a run went: in the record of runs, on the head row, and in the log."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import structlog

from models.errors import (
    DatabaseError,
    FieldsEmptiedError,
    HeadwayError,
    HeldError,
    IncompleteWalkError,
    Problem,
    RefusedError,
    StoppedError,
)
from models.finding import Finding
from models.loss import Loss
from models.plan import Plan, Proposal
from sync.crash_points import pass_crash_point
from sync.jira.client.run_limits import RunLimits
from sync.jira.read.walk import WalkReport
from sync.pipeline.context import Context
from sync.pipeline.record.lasting import find_lasting
from sync.pipeline.record.result import RunResult, count_causes
from sync.pipeline.record.stages import Tracer, go_through_stage, trace_nothing
from sync.settings.site_keys import call_by_keys
from sync.store.clean.freshness import mark_freshness, read_freshness
from sync.store.clean.lease import PUBLICATION, Lease
from sync.store.clean.publish import PublishResult
from sync.store.state.last_publication import PublicationMark
from sync.store.state.runs import runs
from sync.store.state.runs.totals import RunCost
from translators.plain_text import format_moment
from translators.plurals import count_noun

log = structlog.get_logger()


@dataclass
class RunLog:
    """The record of one run, from its start to its one ending; `noticed` is what it found there.

    `limits` count what it took of Jira, `seconds` how long each stage took so far. One that does
    not read Jira says nothing of when that was.
    """

    context: Context
    lease: Lease
    run_id: str
    noticed: tuple[Finding, ...] = ()
    ended: bool = False
    last_publication: PublicationMark | None = None
    reads_jira: bool = True
    limits: RunLimits | None = None
    tracer: Tracer = trace_nothing
    seconds: dict[str, float] = field(default_factory=dict)

    def go_through_stage(self, stage: str) -> AbstractContextManager[dict[str, int]]:
        """One stage of the run; what is put into the dictionary is told of it."""
        return go_through_stage(stage, self.tracer, self.run_id, self.seconds)

    def record_success(self, result: RunResult) -> None:
        """The run published, or confirmed that there was nothing to publish."""
        counts = {
            "issues": result.walk.issues,
            "requests": result.walk.requests,
            "epics": result.plan.tally.epics,
            "rows_written": result.rows_written,
            "active": result.plan.active,
            "unrated": result.plan.unrated,
            "unseen_projects": result.plan.unseen_projects,
        }
        if result.plan.unseen_sites:
            counts["unseen_sites"] = result.plan.unseen_sites
        if result.kept:
            counts["kept"] = msgspec.to_builtins(result.kept)
        if result.losses:
            counts["losses"] = msgspec.to_builtins(result.losses)
        if (items := result.plan.tally.items) is not None:
            counts["items"] = msgspec.to_builtins(items)
        self._record_ending(
            runs.Ending(
                outcome=result.outcome,
                exit_code=result.exit_code,
                as_of=result.plan.as_of,
                revision=result.revision,
                counts=counts | {"causes": count_causes(result.plan.tally)},
                plan=result.plan,
                findings=result.findings,
            )
        )
        log.info(
            "sync.finished",
            outcome=result.outcome,
            revision=result.revision,
            change_seq=result.change_seq,
            chain=result.chain,
            seconds=round(result.seconds, 2),
            findings=len(result.findings),
            **counts,
        )

    def record_reading(
        self, walk: WalkReport, as_of: datetime, findings: Sequence[Finding], losses: Sequence[Loss]
    ) -> None:
        """One of several sites was read; what it comes to is another run's business."""
        counts: dict[str, Any] = {"issues": walk.issues, "requests": walk.requests}
        if losses:
            counts["losses"] = msgspec.to_builtins(losses)
        outcome, exit_code = ("partial", RefusedError.exit_code) if losses else ("read", 0)
        ending = runs.Ending(
            outcome=outcome, exit_code=exit_code, as_of=as_of, counts=counts, findings=findings
        )
        self._record_ending(ending)
        log.info("site.read", outcome=outcome, findings=len(findings), **counts)

    def record_hold(self, proposal: Proposal, findings: Sequence[Finding]) -> HeldError:
        """A guard holds the plan back: it is kept whole, and the error to raise is returned."""
        plan = proposal.plan
        error = HeldError(
            Problem(f"guard {hold.guard}", f"holds the publication back: {hold.why}", hold.remedy)
            for hold in plan.holds
        )
        ending = runs.Ending(
            outcome="held",
            exit_code=HeldError.exit_code,
            message=str(error),
            as_of=plan.as_of if self.reads_jira else None,
            counts={"unrated": plan.unrated, "unseen_projects": plan.unseen_projects},
            plan=plan,
            proposal=proposal,
            findings=findings,
        )
        self._record_ending(ending)
        mark_freshness(self.context.clean, "held", self.lease.token)
        return error

    def record_approval(self, what: str, plan: Plan, published: PublishResult) -> None:
        """A person had a plan published; `what` says which: published what run X had held back."""
        ending = runs.Ending(
            outcome="approved",
            exit_code=0,
            message=what,
            as_of=plan.as_of,
            revision=published.revision,
            counts={"active": plan.active, "unrated": plan.unrated},
            plan=plan,
        )
        self._record_ending(ending)
        log.info("sync.approved", what=what, revision=published.revision, chain=published.hash)

    def record_new_rules(self, plan: Plan, published: PublishResult) -> None:
        """Changed rules were published on what was read last."""
        ending = runs.Ending(
            outcome="rules",
            exit_code=0,
            message="published changed rules on what was read last; Jira was not asked",
            revision=published.revision,
            counts={"active": plan.active, "unrated": plan.unrated},
            plan=plan,
        )
        self._record_ending(ending)
        log.info(
            "rules.published",
            revision=published.revision,
            change_seq=published.change_seq,
            chain=published.hash,
            rows_written=published.rows_written,
        )

    def record_failure(self, error: BaseException) -> None:
        """The run came to no plan; whoever started it tells of the error.

        A database that is down must not hide the first error.
        """
        message = f"a bug in Headway: {type(error).__name__}"
        exit_code = HeadwayError.exit_code
        if isinstance(error, HeadwayError):
            error.run_id, message, exit_code = self.run_id, str(error), error.exit_code
        if self.ended:
            return
        outcome, status = _tell_outcome(error)
        try:
            emptied = error.emptied if isinstance(error, FieldsEmptiedError) else ()
            self._record_ending(
                runs.Ending(outcome=outcome, exit_code=exit_code, message=message, emptied=emptied)
            )
            if status is not None and self.lease.row is PUBLICATION:
                mark_freshness(self.context.clean, status, self.lease.token)
        except HeadwayError as second:
            log.error("sync.unrecorded", error=str(second))

    def _record_ending(self, ending: runs.Ending) -> None:
        took = RunCost(seconds=self.seconds)
        if self.limits:
            took = RunCost(
                seconds=self.seconds,
                requests=self.limits.requests,
                retries=self.limits.retries,
                paused=round(self.limits.paused, 3),
            )
        runs.finish_run(self.context.state, self.run_id, ending, took)
        self.ended = True
        pass_crash_point("run.ended")


@contextmanager
def open_run_log(
    context: Context, lease: Lease, tracer: Tracer = trace_nothing, *, reads_jira: bool = True
) -> Iterator[RunLog]:
    """Record a run's start; whatever it raises is recorded as its ending, and raised on."""
    run_id, dated = runs.start_run(context.state, context.run_site)
    noticed = tuple(_report_healed(dated))
    run_log = RunLog(context, lease, run_id, noticed, tracer=tracer, reads_jira=reads_jira)
    with structlog.contextvars.bound_contextvars(run=run_id), tracer("sync") as span:
        span.set_attributes({"headway.run": run_id, "headway.site": context.run_site})
        log.info("sync.started", site=context.run_site)
        pass_crash_point("run.recorded")
        try:
            yield run_log
        except IncompleteWalkError as error:
            _call_by_keys(context, error)
            lasting = find_lasting(context, error)
            run_log.record_failure(lasting or error)
            _tell_list(context, lease, lasting or error)
            if lasting:
                raise lasting from None
            raise
        except BaseException as error:
            _call_by_keys(context, error)
            run_log.record_failure(error)
            _tell_list(context, lease, error)
            raise


def _call_by_keys(context: Context, error: BaseException) -> None:
    if isinstance(error, HeadwayError):
        error.reword(lambda text: call_by_keys(text, context.settings))


def _tell_list(context: Context, lease: Lease, error: BaseException) -> None:
    """Have an error say what sales reads now. One of a database says that itself, and who was
    asked to stop is not told what that did; of one site among several the list's own run tells."""
    if not isinstance(error, HeadwayError) or isinstance(error, DatabaseError | StoppedError):
        return
    if lease.row is not PUBLICATION:
        return
    with suppress(DatabaseError):
        as_of = read_freshness(context.clean).as_of
        what = "nothing was published yet"
        if as_of:
            what = f"sales reads what was published before, as of {format_moment(as_of)}"
        error.add_problem(Problem("list", what))


def check_not_stopped(stop: threading.Event, lease: Lease) -> None:
    """StoppedError where `stop` is set, or the lease is lost: the last look before publishing."""
    if stop.is_set() or lease.lost.is_set():
        what = "was asked to stop before publishing"
        raise StoppedError(Problem("run", what, "Nothing was published; the next run goes on."))


def _report_healed(dated: int) -> Iterator[Finding]:
    """What runs had left, under a clock that was ahead, that would have lasted until then."""
    if dated:
        number = count_noun(dated, "run", "were", one="was")
        what = f"{number} recorded in a time still to come, and count as made just before this one"
        yield Finding("clock-was-ahead", "record of runs", what)


def _tell_outcome(error: BaseException) -> tuple[str, str | None]:
    """How a run that raised ended, and what freshness says of the list because of it."""
    if isinstance(error, StoppedError):
        return "stopped", None
    if isinstance(error, HeldError):
        return "held", "held"
    return "failed", "failing"
