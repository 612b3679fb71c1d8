"""One run, in order: walk, mirror, book, translate, audit, publish. Each stage is one call."""

import dataclasses
import threading
import time
from dataclasses import dataclass
from datetime import datetime

import structlog

from models.backlog import SiteProfile
from models.errors import Problem, RefusedError, StoppedError
from models.finding import Finding
from models.plan import Plan, Proposal
from models.rulebook import RuleBook
from sync.jira.client.retry import RetryPolicy
from sync.pipeline.context import Context
from sync.pipeline.pull import Progress, Pull, Pulled
from sync.pipeline.run_log import RunLog, RunResult, open_run_log
from sync.pipeline.translate import Translated, Translating, save_translation
from sync.rulebook import usable_rulebook
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
) -> RunResult:
    """One whole run under the lease; whatever goes wrong is recorded, then raised.

    It reads what changed at the site, or all of it if `full`. `stop` is looked at between pages
    and before publishing, never inside.
    """
    stop = stop or threading.Event()
    with acquire_lease(context.clean) as lease, open_run_log(context, lease) as run_log:
        rulebook = usable_rulebook(context.settings.config_dir)
        log.debug("rules.read", capabilities=len(rulebook.capabilities), digest=rulebook.digest)
        pull = Pull(
            site=context.settings.connection(),
            mirror=context.mirror,
            site_store=context.site_store,
            rulebook=rulebook,
            lease=lease,
            progress=progress,
            retry_policy=dataclasses.replace(retry_policy, stop=stop),
            full=full,
        )
        with guard_lease(context.clean, lease):
            return _Run(context, rulebook, run_log, lease, stop).carry_out(pull)


def last_success(context: Context) -> datetime | None:
    """When the last good run began."""
    return runs.find_last_success(context.state, context.settings.site)


@dataclass
class _Run:
    """One run on its way."""

    context: Context
    rulebook: RuleBook
    run_log: RunLog
    lease: Lease
    stop: threading.Event

    def carry_out(self, pull: Pull) -> RunResult:
        began = time.monotonic()
        pulled = pull.carry_out()
        translated = self._translate(pulled)
        cached = translated.cached
        self._check_going_on()
        plan = cached.plan
        findings = (
            *pulled.findings,
            *self._token(pulled.profile),
            *cached.findings,
            *plan.findings,
        )
        if plan.holds:
            texts = self.rulebook.texts
            proposal = Proposal(plan=plan, texts=texts, decisions=translated.decisions)
            raise self.run_log.held(proposal, findings)
        published = publish_plan(
            self.context.clean,
            plan,
            self.rulebook,
            run_id=self.run_log.run_id,
            token=self.lease.token,
            fresh_for=self.context.settings.freshness,
        )
        save_translation(self.context, translated, published.revision, pulled.walk)
        outcome = _outcome(plan)
        result = RunResult(
            run_id=self.run_log.run_id,
            outcome=outcome,
            exit_code=RefusedError.exit_code if outcome == "partial" else 0,
            revision=published.revision,
            change_seq=published.change_seq,
            rows_written=published.rows_written,
            seconds=time.monotonic() - began,
            walk=pulled.report,
            plan=plan,
            findings=findings,
        )
        self.run_log.finished(result)
        return result

    def _translate(self, pulled: Pulled) -> Translated:
        return Translating(
            context=self.context,
            rulebook=self.rulebook,
            generation=generation_of(self.rulebook.effort, pulled.fields.points),
            projects=frozenset(project.key for project in pulled.profile.projects),
            as_of=pulled.profile.server_time,
            walk=pulled.walk,
        ).carry_out()

    def _token(self, profile: SiteProfile) -> list[Finding]:
        """A word of warning before the token ends; no interface of Jira tells."""
        ends = self.context.settings.jira_token_expires
        days = (ends - profile.server_time.date()).days if ends else WARN_DAYS + 1
        if days > WARN_DAYS:
            return []
        what = (
            f"the token ends in {count_noun(days, 'day')}" if days >= 0 else "the token has ended"
        )
        return [Finding("token-ends", "HEADWAY_JIRA_TOKEN_EXPIRES", f"{what}; make a new one")]

    def _check_going_on(self) -> None:
        if self.stop.is_set() or self.lease.lost.is_set():
            what = "was asked to stop before publishing"
            raise StoppedError(Problem("run", what, "Nothing was published; the next run goes on."))


def _outcome(plan: Plan) -> str:
    if plan.unseen_projects:
        return "partial"
    return "unchanged" if plan.is_empty else "published"
