"""Writes down how a run went: in the record of runs, on the head row, and in the log."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile

import msgspec
import structlog
from msgspec import Struct

from models.errors import (
    FieldsEmptiedError,
    HeadwayError,
    HeldError,
    IncompleteWalkError,
    LastingError,
    Problem,
    StoppedError,
)
from models.finding import Finding
from models.loss import Loss
from models.plan import Plan, Proposal
from sync.crash_points import pass_crash_point
from sync.jira.read.walk import WalkReport
from sync.pipeline.context import Context
from sync.store.clean.freshness import mark_freshness
from sync.store.clean.lease import Lease
from sync.store.clean.publish import PublishResult
from sync.store.state import runs
from sync.store.state.last_publication import PublicationMark
from translators.plurals import count_noun

log = structlog.get_logger()

SAME = 2
"""So many runs before it that failed in the same way make a failure one that lasts."""


class RunResult(Struct, frozen=True, kw_only=True):
    """What a run that came to a plan did. `outcome` is published, unchanged or partial.

    `chain` is the hash that closes the publication log. `losses` are issues that are not shown any
    more, of projects that are kept as they were.
    """

    run_id: str
    outcome: str
    exit_code: int
    revision: int
    change_seq: int
    chain: str | None
    rows_written: int
    seconds: float
    walk: WalkReport
    plan: Plan
    findings: tuple[Finding, ...]
    losses: tuple[Loss, ...] = ()


@dataclass
class RunLog:
    """The record of one run, from its start to its one ending; `noticed` is what it found there."""

    context: Context
    lease: Lease
    run_id: str
    noticed: tuple[Finding, ...] = ()
    ended: bool = False
    last_publication: PublicationMark | None = None

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
                counts=counts,
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
            as_of=plan.as_of,
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
            if status is not None:
                mark_freshness(self.context.clean, status, self.lease.token)
        except HeadwayError as second:
            log.error("sync.unrecorded", error=str(second))

    def _record_ending(self, ending: runs.Ending) -> None:
        runs.finish_run(self.context.state, self.run_id, ending)
        self.ended = True
        pass_crash_point("run.ended")


@contextmanager
def open_run_log(context: Context, lease: Lease) -> Iterator[RunLog]:
    """Record a run's start; whatever it raises is recorded as its ending, and raised on."""
    run_id, dated = runs.start_run(context.state, context.settings.site)
    run_log = RunLog(context, lease, run_id, tuple(_report_healed(dated)))
    with structlog.contextvars.bound_contextvars(run=run_id):
        log.info("sync.started", site=context.settings.site)
        pass_crash_point("run.recorded")
        try:
            yield run_log
        except IncompleteWalkError as error:
            lasting = _find_lasting(context, error)
            run_log.record_failure(lasting or error)
            if lasting:
                raise lasting from None
            raise
        except BaseException as error:
            run_log.record_failure(error)
            raise


def _find_lasting(context: Context, error: IncompleteWalkError) -> LastingError | None:
    """The error of a run that failed as those before it did: another one will not mend it."""
    site = context.settings.site
    before = [run for run in runs.read_last_runs(context.state, site, SAME + 1) if run.exit_code]
    cause = _name_cause(str(error))
    same = list(takewhile(lambda run: _name_cause(run.message or "") == cause, before))
    if len(same) < SAME:
        return None
    remedy = (
        f"{SAME + 1} runs in a row ended so: another will not mend it. What was published stays. "
        "`headway doctor` tries what a walk rests on; show this to who runs Jira."
    )
    return LastingError(error.problems[0]._replace(remedy=remedy))


def _name_cause(message: str) -> str:
    """The first line of a message, whatever numbers are in it."""
    return re.sub(r"\d+", "#", message.partition("\n")[0])


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
