"""Translates all that feeds a list, and publishes it, under the right to publish."""

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import structlog
from msgspec import Struct

from models.errors import (
    HeadwayError,
    HeldError,
    RefusedError,
    StoppedError,
    TryLaterError,
    join_errors,
)
from models.finding import Finding
from models.loss import Loss
from models.plan import Plan
from sync.jira.read.walk import WalkReport
from sync.pipeline.consistency.histories import check_histories
from sync.pipeline.context import Context
from sync.pipeline.incremental import ListRun, Translated, translate_list
from sync.pipeline.record.result import RunResult
from sync.pipeline.record.run_log import RunLog, check_not_stopped, open_run_log
from sync.pipeline.rules.own_rules import RulesRead
from sync.pipeline.run.gathering import gather_sites
from sync.pipeline.run.kept import count_kept
from sync.pipeline.run.options import RunOptions
from sync.pipeline.run.publication import publish_translated
from sync.pipeline.run.site_run import Rules, pull_site, read_rules
from sync.pipeline.sales.board_after_run import keep_board
from sync.pipeline.sales.take_asks import take_asks
from sync.pipeline.sites.findings import (
    find_token_ends,
    list_losses,
    tell_paused,
    tell_readings,
    tell_silent,
)
from sync.pipeline.sites.health import find_silent_sites
from sync.settings.settings import Settings
from sync.store.clean.lease import acquire_lease, guard_lease
from sync.store.state.site.pauses import read_pauses

log = structlog.get_logger()


class Failure(Struct, frozen=True, kw_only=True):
    """A site that could not be read in this very run, and how that ended."""

    site: str
    error: HeadwayError


class Readings(Struct, frozen=True, kw_only=True):
    """What reading all sites came to, added up, and the sites of which it came to nothing."""

    walk: WalkReport
    failures: tuple[Failure, ...] = ()


ONE_SITE_ONLY = (HeldError, TryLaterError, RefusedError)
"""What goes wrong with one site, and leaves the others as they are."""


def read_and_publish(
    context: Context, options: RunOptions, *, on_start: Callable[[], None] = lambda: None
) -> RunResult:
    """A whole run of several sites, one after the other; then what they come to is published.

    Raises the worst of their errors where none could be read, and whatever is no single site's.
    """
    with _open_run(context, options) as run_log:
        on_start()
        began = time.monotonic()
        rules = _begin(context, run_log, options)
        same_rules = dataclasses.replace(options, read_rules=lambda *_: RulesRead(rules.book))
        readings = _read_sites(context, same_rules)
        return publish_all(context, rules, run_log, options, readings, began=began)


def publish_list(context: Context, options: RunOptions | None = None) -> RunResult:
    """Translate what was read last of each site, and publish it; Jira is asked nothing.

    Raises what a run raises but for Jira, and UsageError where nothing was read yet.
    """
    options = options or RunOptions()
    with _open_run(context, options) as run_log:
        began, rules = time.monotonic(), _begin(context, run_log, options)
        return publish_all(
            context, rules, run_log, options, Readings(walk=WalkReport()), began=began
        )


@contextmanager
def _open_run(context: Context, options: RunOptions) -> Iterator[RunLog]:
    with (
        acquire_lease(context.clean) as lease,
        keep_board(context.settings),
        open_run_log(context, lease, options.tracer) as run_log,
        guard_lease(context.clean, lease),
    ):
        count_asks_left(context.settings)
        yield run_log


def count_asks_left(settings: Settings) -> None:
    """Count what assistants were asked; the run goes on whatever keeps it from that."""
    if fault := take_asks(settings):
        log.warning("asks.not-counted", error=str(fault))


def _begin(context: Context, run_log: RunLog, options: RunOptions) -> Rules:
    run_log.last_publication = check_histories(context)
    return read_rules(context.narrow(context.sites[0]), run_log, options)


def _read_sites(context: Context, options: RunOptions) -> Readings:
    """Read each site in turn; where all fail, the worst error, which tells of each."""
    walk = WalkReport()
    failures: list[Failure] = []
    paused = read_pauses(context.state)
    due = [site for site in context.settings.site_names if site not in paused]
    for site in due:
        try:
            pulled = pull_site(context, site, options)
        except StoppedError:
            raise
        except ONE_SITE_ONLY as error:
            failures.append(Failure(site=site, error=error))
            log.warning("site.failed", site=site, exit_code=error.exit_code, error=str(error))
            continue
        walk.issues += pulled.report.issues
        walk.requests += pulled.report.requests
        walk.retries += pulled.report.retries
    if failures and len(failures) == len(due):
        raise join_errors([each.error for each in failures])
    return Readings(walk=walk, failures=tuple(failures))


def publish_all(
    context: Context,
    rules: Rules,
    run_log: RunLog,
    options: RunOptions,
    readings: Readings,
    *,
    began: float,
) -> RunResult:
    """Translate what was read last of all that feeds the list, and publish it."""
    rulebook, passed = rules.book, rules.passed
    with ExitStack() as leases:
        run = gather_sites(context, rulebook, passed, run_log.lease, leases)
        silent = find_silent_sites(run.context, rulebook)
        translated = translate_stage(run, run_log)
        check_not_stopped(options.stop, run_log.lease)
        return publish_result(
            run,
            translated,
            run_log,
            began=began,
            walk=readings.walk,
            losses=list_losses(run.context),
            noticed=(
                *tell_silent(silent),
                *tell_paused(run.context),
                *tell_readings(context, run_log.noticed),
                *find_token_ends(context),
            ),
            exit_code=max(
                [each.exit_code for each in silent]
                + [each.error.exit_code for each in readings.failures],
                default=0,
            ),
        )


def translate_stage(run: ListRun, run_log: RunLog) -> Translated:
    """Translate, as a stage of a run."""
    with run_log.go_through_stage("translate") as counts:
        translated = translate_list(run)
        counts |= {"changes": len(translated.cached.plan.changes)}
    return translated


def publish_result(
    run: ListRun,
    translated: Translated,
    run_log: RunLog,
    *,
    began: float,
    walk: WalkReport,
    losses: Sequence[Loss],
    noticed: Sequence[Finding],
    exit_code: int = 0,
) -> RunResult:
    """Publish the plan that no guard holds back, and write down what came of it."""
    plan, context = translated.cached.plan, run.context
    findings = (
        *run_log.noticed,
        *noticed,
        *translated.cached.findings,
        *plan.findings,
        *translated.cached.near_misses,
    )
    published = publish_translated(
        run, translated, run_log, findings=findings, fresh_for=context.settings.freshness
    )
    refused = RefusedError.exit_code if plan.unseen_projects else 0
    result = RunResult(
        run_id=run_log.run_id,
        outcome=_tell_outcome(plan),
        exit_code=max(exit_code, refused),
        revision=published.revision,
        change_seq=published.change_seq,
        rows_written=published.rows_written,
        chain=published.hash,
        seconds=time.monotonic() - began,
        walk=walk,
        plan=plan,
        findings=findings,
        losses=tuple(losses),
        kept=count_kept(context, plan.unseen_projects),
    )
    run_log.record_success(result)
    return result


def _tell_outcome(plan: Plan) -> str:
    if plan.is_partial:
        return "partial"
    return "unchanged" if plan.is_empty else "published"
