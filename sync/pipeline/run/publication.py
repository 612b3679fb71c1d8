"""Publishes what a translation came to, unless a guard holds it, and keeps what the next needs."""

from collections.abc import Sequence
from datetime import timedelta

from models.finding import Finding
from models.plan import Proposal
from sync.pipeline.consistency.histories import note_publication
from sync.pipeline.incremental import ListRun, Translated, save_translation
from sync.pipeline.record.run_log import RunLog
from sync.store.clean.publish import PublishResult, publish_plan


def publish_translated(
    run: ListRun,
    translated: Translated,
    run_log: RunLog,
    *,
    findings: Sequence[Finding] = (),
    fresh_for: timedelta | None,
) -> PublishResult:
    """Publish the plan; HeldError where a guard holds it, with the plan kept to be approved.

    `fresh_for` is as of `publish_plan`: None where Jira was not asked.
    """
    plan, context = translated.cached.plan, run.context
    if plan.holds:
        proposal = Proposal(plan=plan, texts=run.rulebook.texts, decisions=translated.decisions)
        raise run_log.record_hold(proposal, findings)
    with run_log.go_through_stage("publish") as counts:
        published = publish_plan(
            context.clean,
            plan,
            run.rulebook,
            run_id=run_log.run_id,
            token=run_log.lease.token,
            fresh_for=fresh_for,
        )
        note_publication(context, run_log.last_publication)
        counts |= {"revision": published.revision, "rows": published.rows_written}
    save_translation(run, translated, published.revision)
    return published
