"""One run, in order: pull, translate, publish. Each stage is one call."""

import dataclasses
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from functools import partial

import structlog

from models.errors import Problem, RefusedError, StoppedError, TryLaterError
from models.finding import Finding
from models.plan import Plan, Proposal
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.describe.site_info import fetch_site_info
from sync.pipeline.board_after_run import keep_board
from sync.pipeline.clocks import check_clocks
from sync.pipeline.context import Context
from sync.pipeline.histories import check_histories, note_publication
from sync.pipeline.incremental import (
    Translated,
    TranslationRun,
    save_translation,
    translate_mirror,
)
from sync.pipeline.pull import Progress, Pulled, PullRun, pull_changes
from sync.pipeline.run_log import RunLog, RunResult, open_run_log
from sync.pipeline.translation_cache import read_passed_texts
from sync.rulebook import usable_rulebook
from sync.settings.settings import Settings
from sync.store.clean.lease import Lease, acquire_lease, guard_lease
from sync.store.clean.publish import publish_plan
from sync.store.state import runs
from translators.effort.booking import generation_of
from translators.plurals import count_noun

log = structlog.get_logger()

WARN_DAYS = 30
"""So many days before its token ends a run begins to say so."""


def run_once(
    context: Context,
    *,
    stop: threading.Event | None = None,
    progress: Progress = lambda _read, _listed: None,
    retry_policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
    full: bool = False,
    on_start: Callable[[], None] = lambda: None,
) -> RunResult:
    """One whole run under the lease; whatever goes wrong is recorded, then raised.

    It reads what changed at the site, or all of it if `full`. `stop` is looked at between pages
    and before publishing, never inside. `on_start` is called once it has the lease.
    """
    stop = stop or threading.Event()
    with (
        acquire_lease(context.clean) as lease,
        keep_board(context.settings),
        open_run_log(context, lease) as run_log,
    ):
        on_start()
        run_log.last_publication = check_histories(context)
        passed = read_passed_texts(context.site_store)
        rulebook = usable_rulebook(context.settings.config_dir, passed)
        log.debug("rules.read", capabilities=len(rulebook.capabilities), digest=rulebook.digest)
        pull = PullRun(
            site=context.settings.connection(),
            mirror=context.mirror,
            site_store=context.site_store,
            rulebook=rulebook,
            lease=lease,
            progress=progress,
            retry_policy=dataclasses.replace(
                retry_policy, limits=dataclasses.replace(retry_policy.limits), stop=stop
            ),
            full=full,
            check_clock=partial(check_clocks, context),
        )
        with guard_lease(context.clean, lease):
            began = time.monotonic()
            pulled = pull_changes(pull)
            read = pulled.report
            _log_stage("read", began, issues=read.issues, requests=read.requests)
            translation = TranslationRun(
                context=context,
                rulebook=rulebook,
                generation=generation_of(rulebook.effort, pulled.fields.points),
                projects=frozenset(project.key for project in pulled.profile.projects)
                | rulebook.gone_projects,
                as_of=pulled.profile.server_time,
                token=lease.token,
                passed=passed,
            )
            since = time.monotonic()
            translated = translate_mirror(translation)
            _log_stage("translate", since, changes=len(translated.cached.plan.changes))
            _check_not_stopped(stop, lease)
            return _publish_plan(translation, pulled, translated, run_log, began)


def check_access(settings: Settings) -> None:
    """IdentityError where Jira does not know us; one that cannot be asked now says nothing."""
    once = RetryPolicy(attempts=1, longest_hint=0.0, deadline=30.0)
    with suppress(TryLaterError), BlockingJiraClient(settings.connection(), once) as jira:
        fetch_site_info(jira)


def last_success(context: Context) -> datetime | None:
    """When the last good run began."""
    return runs.find_last_success(context.state, context.settings.site)


def _publish_plan(
    run: TranslationRun, pulled: Pulled, translated: Translated, run_log: RunLog, began: float
) -> RunResult:
    """Publish the plan that no guard holds back, and write down what came of it."""
    plan, context = translated.cached.plan, run.context
    findings = (
        *run_log.noticed,
        *pulled.findings,
        *_find_token_end(context.settings.jira_token_expires, pulled.profile.server_time),
        *translated.cached.findings,
        *plan.findings,
        *translated.cached.near_misses,
    )
    if plan.holds:
        proposal = Proposal(plan=plan, texts=run.rulebook.texts, decisions=translated.decisions)
        raise run_log.record_hold(proposal, findings)
    since = time.monotonic()
    published = publish_plan(
        context.clean,
        plan,
        run.rulebook,
        run_id=run_log.run_id,
        token=run_log.lease.token,
        fresh_for=context.settings.freshness,
    )
    note_publication(context, run_log.last_publication)
    _log_stage("publish", since, revision=published.revision, rows=published.rows_written)
    save_translation(run, translated, published.revision)
    outcome = _tell_outcome(plan)
    result = RunResult(
        run_id=run_log.run_id,
        outcome=outcome,
        exit_code=RefusedError.exit_code if outcome == "partial" else 0,
        revision=published.revision,
        change_seq=published.change_seq,
        rows_written=published.rows_written,
        chain=published.hash,
        seconds=time.monotonic() - began,
        walk=pulled.report,
        plan=plan,
        findings=findings,
        losses=pulled.losses,
    )
    run_log.record_success(result)
    return result


def _log_stage(stage: str, since: float, **counts: int) -> None:
    """One line for a stage that came through; the run's id is bound to all lines of a run."""
    log.info("sync.stage", stage=stage, seconds=round(time.monotonic() - since, 3), **counts)


def _find_token_end(ends: date | None, now: datetime) -> list[Finding]:
    """A word of warning before the token ends; no interface of Jira tells."""
    days = (ends - now.date()).days if ends else WARN_DAYS + 1
    if days > WARN_DAYS:
        return []
    what = f"the token ends in {count_noun(days, 'day')}" if days >= 0 else "the token has ended"
    return [Finding("token-ends", "HEADWAY_JIRA_TOKEN_EXPIRES", f"{what}; make a new one")]


def _check_not_stopped(stop: threading.Event, lease: Lease) -> None:
    if stop.is_set() or lease.lost.is_set():
        what = "was asked to stop before publishing"
        raise StoppedError(Problem("run", what, "Nothing was published; the next run goes on."))


def _tell_outcome(plan: Plan) -> str:
    if plan.unseen_projects:
        return "partial"
    return "unchanged" if plan.is_empty else "published"
