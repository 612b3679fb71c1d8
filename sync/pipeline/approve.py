"""Lets through what a guard held back: a person has looked at it.

A plan is published exactly as it was held. Fields that came empty are taken by the next run.
"""

from msgspec import Struct

from models.emptied import Emptied
from models.errors import HeldError, Problem, UsageError
from models.plan import Plan, Proposal
from sync.pipeline.board_after_run import keep_board
from sync.pipeline.context import Context
from sync.pipeline.histories import check_histories, note_publication
from sync.pipeline.run_log import open_run_log
from sync.rulebook import rulebook_from_texts
from sync.store.clean.freshness import read_head_revision
from sync.store.clean.lease import acquire_lease
from sync.store.clean.publish import PublishResult, publish_plan
from sync.store.db.engines import open_writer
from sync.store.state import runs
from sync.store.state.decisions import read_decisions, write_decisions


class Approved(Struct, frozen=True, kw_only=True):
    """What came of an approval: the plan that was published, and as what."""

    run_id: str
    plan: Plan
    published: PublishResult


class Accepted(Struct, frozen=True, kw_only=True):
    """Fields that the next run takes to be as empty as they are, by a person's word."""

    run_id: str
    emptied: tuple[Emptied, ...]


def approve_run(context: Context, run_id: str) -> Approved | Accepted:
    """Publish the proposal of a held run, under the lease, or have its empty fields be taken.

    Raises UsageError where the run holds nothing back, HeldError where the list has moved on.
    """
    if emptied := runs.find_emptied(context.state, context.settings.site, run_id):
        with acquire_lease(context.clean):
            context.site_store.accept_emptied(emptied)
        return Accepted(run_id=run_id, emptied=emptied)
    return _publish_proposal(context, run_id)


def _publish_proposal(context: Context, run_id: str) -> Approved:
    proposal = _find_proposal(context, run_id)
    plan = proposal.plan
    with acquire_lease(context.clean) as lease, keep_board(context.settings):
        _check_it_still_fits(run_id, plan, read_head_revision(context.clean))
        with open_run_log(context, lease) as run_log:
            published = publish_proposal(context, proposal, run_id=run_id, token=lease.token)
            what = f"published what run {run_id} had held back"
            run_log.record_approval(what, plan, published)
    return Approved(run_id=run_id, plan=plan, published=published)


def publish_proposal(
    context: Context, proposal: Proposal, *, run_id: str, token: int
) -> PublishResult:
    """Publish a plan that a person wants, under the lease whose `token` this is, and note it.

    HistoryError where a database was restored; LeaseHeldError where another publication came first.
    """
    plan = proposal.plan
    known = check_histories(context)
    context.site_store.invalidate_translation()
    published = publish_plan(
        context.clean,
        plan,
        rulebook_from_texts(proposal.texts),
        run_id=run_id,
        token=token,
        fresh_for=context.settings.freshness,
    )
    note_publication(context, known)
    kept = read_decisions(context.state, context.settings.site)
    with open_writer(context.state) as connection:
        digest = plan.rulebook_digest
        write_decisions(connection, proposal.decisions, kept, digest, plan.as_of)
    return published


def _find_proposal(context: Context, run_id: str) -> Proposal:
    proposal = runs.find_proposal(context.state, run_id)
    if proposal is None:
        what = "is no run that holds something back"
        raise UsageError(Problem(run_id, what, "headway status names the run to approve."))
    return proposal


def _check_it_still_fits(run_id: str, plan: Plan, revision: int) -> None:
    if plan.base_revision != revision:
        what = f"was made for revision {plan.base_revision}, and the list is at {revision} now"
        remedy = "Run headway sync; if that is held back too, approve what it proposes."
        raise HeldError(Problem(f"run {run_id}", what, remedy))
