"""One run, in order: pull, translate, publish. Each stage is one call."""

import dataclasses
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from functools import partial

import structlog

from models.errors import RefusedError, TryLaterError
from models.finding import Finding
from models.plan import Plan
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.describe.site_info import fetch_site_info
from sync.pipeline.board_after_run import keep_board
from sync.pipeline.clocks import check_clocks
from sync.pipeline.context import Context
from sync.pipeline.histories import check_histories
from sync.pipeline.incremental import (
    Translated,
    TranslationRun,
    translate_mirror,
)
from sync.pipeline.kept import count_kept
from sync.pipeline.own_rules import RuleReader, read_own_rules
from sync.pipeline.publication import publish_translated
from sync.pipeline.pull import Progress, Pulled, PullRun, pull_changes
from sync.pipeline.run_log import RunLog, RunResult, check_not_stopped, open_run_log
from sync.pipeline.stages import Tracer, trace_nothing
from sync.pipeline.take_asks import take_asks
from sync.pipeline.token_end import TOKEN_ENDS, word_token_end
from sync.pipeline.translation_cache import read_passed_texts
from sync.settings.settings import Settings
from sync.store.clean.lease import acquire_lease, guard_lease
from sync.store.state import runs
from translators.effort.booking import generation_of

log = structlog.get_logger()


def run_once(
    context: Context,
    *,
    stop: threading.Event | None = None,
    progress: Progress = lambda _read, _listed: None,
    retry_policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
    full: bool = False,
    on_start: Callable[[], None] = lambda: None,
    read_rules: RuleReader = read_own_rules,
    tracer: Tracer = trace_nothing,
) -> RunResult:
    """One whole run under the lease; whatever goes wrong is recorded, then raised.

    It reads what changed at the site, or all of it if `full`. `stop` is looked at between pages
    and before publishing, never inside. `on_start` is called once it has the lease.
    `read_rules` gives the rule book to go by. `tracer` keeps a trace of its stages.
    """
    stop = stop or threading.Event()
    with (
        acquire_lease(context.clean) as lease,
        keep_board(context.settings),
        open_run_log(context, lease, tracer) as run_log,
    ):
        on_start()
        if fault := take_asks(context.settings):
            log.warning("asks.not-counted", error=str(fault))
        run_log.last_publication = check_histories(context)
        passed = read_passed_texts(context.site_store)
        rulebook, said = read_rules(context, passed)
        run_log.noticed += said
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
        run_log.limits = pull.retry_policy.limits
        with guard_lease(context.clean, lease):
            began = time.monotonic()
            with run_log.go_through_stage("read") as counts:
                pulled = pull_changes(pull)
                counts |= {"issues": pulled.report.issues, "requests": pulled.report.requests}
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
            with run_log.go_through_stage("translate") as counts:
                translated = translate_mirror(translation)
                counts |= {"changes": len(translated.cached.plan.changes)}
            check_not_stopped(stop, lease)
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
    published = publish_translated(
        run, translated, run_log, findings=findings, fresh_for=context.settings.freshness
    )
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
        kept=count_kept(context, plan.unseen_projects),
    )
    run_log.record_success(result)
    return result


def _find_token_end(ends: date | None, now: datetime) -> list[Finding]:
    """A word of warning before the token ends."""
    what = word_token_end(ends, now)
    if not what:
        return []
    return [Finding(TOKEN_ENDS, "HEADWAY_JIRA_TOKEN_EXPIRES", f"{what}; make a new one")]


def _tell_outcome(plan: Plan) -> str:
    if plan.unseen_projects:
        return "partial"
    return "unchanged" if plan.is_empty else "published"
