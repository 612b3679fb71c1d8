"""One run, in order: pull, translate, publish. Each stage is one call."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from models.errors import IdentityError, TryLaterError
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.describe.site_info import fetch_site_info
from sync.jira.read.walk import WalkReport
from sync.pipeline.consistency.histories import check_histories
from sync.pipeline.context import Context
from sync.pipeline.incremental import SitesLeftError, TranslationRun, as_list
from sync.pipeline.pull import Progress
from sync.pipeline.record.result import RunResult
from sync.pipeline.record.run_log import check_not_stopped, open_run_log
from sync.pipeline.record.stages import Tracer, trace_nothing
from sync.pipeline.rules.own_rules import RuleReader, read_own_rules
from sync.pipeline.run.list_run import (
    Readings,
    count_asks_left,
    publish_all,
    publish_result,
    read_and_publish,
    translate_stage,
)
from sync.pipeline.run.options import RunOptions
from sync.pipeline.run.site_run import read_rules as read_rules_of
from sync.pipeline.run.site_run import read_site
from sync.pipeline.sales.board_after_run import keep_board
from sync.pipeline.sites.findings import find_token_end
from sync.settings.settings import Settings
from sync.store.clean.lease import acquire_lease, guard_lease
from sync.store.state.runs import runs
from translators.effort.booking import generation_of


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

    All but `on_start` is as `RunOptions` has it; that is called once it has the lease. Where
    several sites feed the list, those that fail hold back only what they feed.
    """
    options = RunOptions(
        stop=stop or threading.Event(),
        progress=progress,
        retry_policy=retry_policy,
        full=full,
        read_rules=read_rules,
        tracer=tracer,
    )
    if context.is_shared:
        return read_and_publish(context, options, on_start=on_start)
    with (
        acquire_lease(context.clean) as lease,
        keep_board(context.settings),
        open_run_log(context, lease, tracer) as run_log,
    ):
        on_start()
        count_asks_left(context.settings)
        run_log.last_publication = check_histories(context)
        rules = read_rules_of(context, run_log, options)
        rulebook = rules.book
        with guard_lease(context.clean, lease):
            began = time.monotonic()
            if rules.is_paused:
                readings = Readings(walk=WalkReport())
                return publish_all(context, rules, run_log, options, readings, began=began)
            pulled = read_site(context, rulebook, run_log, options)
            translation = TranslationRun(
                context=context,
                rulebook=rulebook,
                generation=generation_of(rulebook.effort, pulled.fields.points),
                projects=frozenset(project.key for project in pulled.profile.projects)
                | rulebook.list_gone_projects(context.settings.site),
                as_of=pulled.profile.server_time,
                token=lease.token,
                passed=rules.passed,
            )
            run = as_list(translation)
            try:
                translated = translate_stage(run, run_log)
            except SitesLeftError:  # what they brought is kept, though this one is alone now
                readings = Readings(walk=pulled.report)
                return publish_all(context, rules, run_log, options, readings, began=began)
            check_not_stopped(options.stop, lease)
            ends = context.settings.jira_token_expires
            return publish_result(
                run,
                translated,
                run_log,
                began=began,
                walk=pulled.report,
                losses=pulled.losses,
                noticed=(*pulled.findings, *find_token_end(ends, pulled.profile.server_time)),
            )


def check_access(settings: Settings) -> None:
    """IdentityError where Jira does not know us; one that cannot be asked now says nothing.

    Of several sites one that knows us is enough: the others hold back only what they feed.
    """
    once = RetryPolicy(attempts=1, longest_hint=0.0, deadline=30.0)
    refused: IdentityError | None = None
    for site in settings.sites:
        try:
            with BlockingJiraClient(site.connect(), once) as jira:
                fetch_site_info(jira)
            return
        except TryLaterError:
            return
        except IdentityError as error:
            refused = refused or error
    if refused:
        raise refused


def last_success(context: Context) -> datetime | None:
    """When the last good run began."""
    return runs.find_last_success(context.state, context.run_site)
