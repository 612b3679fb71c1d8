"""Lets through what a guard held back: a person has looked at it.

A plan is published exactly as it was held. Fields that came empty are taken by the next run.
"""

from collections import defaultdict
from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace

from models.decision import Outcome
from models.emptied import Emptied
from models.errors import HeldError, Problem, UsageError
from models.loss import Loss
from models.plan import Plan, Proposal
from sync.pipeline.consistency.histories import check_histories, note_publication
from sync.pipeline.context import Context
from sync.pipeline.record.run_log import open_run_log
from sync.pipeline.run.pull_lease import acquire_pull_lease
from sync.pipeline.sales.board_after_run import keep_board
from sync.rulebook import rulebook_from_texts
from sync.store.clean.freshness import read_head_revision
from sync.store.clean.lease import acquire_lease
from sync.store.clean.publish import PublishResult, publish_plan
from sync.store.db.engines import open_writer
from sync.store.state.decisions.decisions import (
    epics_freed,
    epics_once_screened_out,
    epics_restricted,
    epics_screened_out,
    read_decisions,
    write_decisions,
)
from sync.store.state.runs.held_back import find_emptied, find_losses, find_proposal
from translators.plan.let_through import choose_lately
from translators.plan.several_sites import part_name


class Approved(Struct, frozen=True, kw_only=True):
    """What came of an approval: the plan that was published, and as what."""

    run_id: str
    plan: Plan
    published: PublishResult


class Accepted(Struct, frozen=True, kw_only=True):
    """What the next run takes as it is, by a person's word: empty fields, or issues that went."""

    run_id: str
    emptied: tuple[Emptied, ...] = ()
    losses: tuple[Loss, ...] = ()


class Waiting(Struct, frozen=True, kw_only=True):
    """What a run left for a person: a proposal, empty fields or issues that went; one of them.

    `unscreened` are the keys of what screening left out and the proposal does not, `unrestricted`
    of what has no security level any more. Fields and issues are those of a `site`, or of projects
    that are called by their sites.
    """

    run_id: str
    proposal: Proposal | None = None
    unscreened: tuple[str, ...] = ()
    unrestricted: tuple[str, ...] = ()
    emptied: tuple[Emptied, ...] = ()
    losses: tuple[Loss, ...] = ()
    site: str = ""


def find_waiting(context: Context, run_id: str) -> Waiting:
    """What an approval of that run would publish, or have the next run take.

    Raises UsageError where the run holds nothing back, HeldError where the list has moved on.
    """
    state = context.state
    for site in context.settings.site_names:
        if emptied := find_emptied(state, site, run_id):
            return Waiting(run_id=run_id, emptied=emptied, site=site)
        if losses := find_losses(state, site, run_id):
            return Waiting(run_id=run_id, losses=losses, site=site)
    if context.is_shared and (losses := find_losses(state, context.run_site, run_id)):
        return Waiting(run_id=run_id, losses=losses)
    proposal = _find_proposal(context, run_id)
    _check_it_still_fits(run_id, proposal.plan, read_head_revision(context.clean))
    kept = read_decisions(context.state, *context.sites)
    return Waiting(
        run_id=run_id,
        proposal=proposal,
        unscreened=_list_freed(proposal, epics_screened_out(kept), epics_once_screened_out(kept)),
        unrestricted=_list_freed(
            proposal,
            epics_restricted(kept),
            choose_lately(epics_freed(kept), proposal.plan.as_of),
        ),
    )


def approve_run(context: Context, waiting: Waiting) -> Approved | Accepted:
    """Publish exactly that proposal, under the lease, or have the next run take the rest.

    HeldError where the list has moved on since.
    """
    if waiting.proposal is not None:
        return _publish_proposal(context, waiting.run_id, waiting.proposal)
    for site, losses in _group_by_site(waiting).items():
        with acquire_pull_lease(context, site):
            site_store = context.narrow(site).site_store
            if waiting.emptied:
                site_store.accept_emptied(waiting.emptied)
            else:
                site_store.accept_losses(losses)
    return Accepted(run_id=waiting.run_id, emptied=waiting.emptied, losses=waiting.losses)


def _group_by_site(waiting: Waiting) -> dict[str, tuple[Loss, ...]]:
    """What is to be taken of each site, of its projects as it calls them."""
    if waiting.site:
        return {waiting.site: waiting.losses}
    by_site: dict[str, list[Loss]] = defaultdict(list)
    for each in waiting.losses:
        site, project = part_name(each.project)
        by_site[site or ""].append(replace(each, project=project))
    return {site: tuple(losses) for site, losses in by_site.items()}


def _publish_proposal(context: Context, run_id: str, proposal: Proposal) -> Approved:
    plan = proposal.plan
    with acquire_lease(context.clean) as lease, keep_board(context.settings):
        _check_it_still_fits(run_id, plan, read_head_revision(context.clean))
        with open_run_log(context, lease) as run_log:
            published = publish_proposal(context, proposal, run_id=run_id, token=lease.token)
            what = f"published what run {run_id} had held back"
            run_log.record_approval(what, plan, published)
    return Approved(run_id=run_id, plan=plan, published=published)


def _list_freed(
    proposal: Proposal, left_out: Collection[int], once: Collection[int]
) -> tuple[str, ...]:
    """The keys of what is left out no more, and of what `once` was and sales would read of."""
    shown = (Outcome.PUBLISHED, Outcome.WAITING)
    return tuple(
        sorted(
            decision.key
            for decision in proposal.decisions
            if (decision.epic_id in left_out and decision.outcome is not Outcome.LEFT_OUT)
            or (decision.epic_id in once and decision.outcome in shown)
        )
    )


def publish_proposal(
    context: Context, proposal: Proposal, *, run_id: str, token: int
) -> PublishResult:
    """Publish a plan that a person wants, under the lease whose `token` this is, and note it.

    HistoryError where a database was restored; LeaseHeldError where another publication came first.
    """
    plan = proposal.plan
    known = check_histories(context)
    context.invalidate_translation()
    published = publish_plan(
        context.clean,
        plan,
        rulebook_from_texts(proposal.texts),
        run_id=run_id,
        token=token,
        fresh_for=context.settings.freshness,
        approved=True,
    )
    note_publication(context, known)
    kept = read_decisions(context.state, *_list_decided(proposal, context))
    with open_writer(context.state) as connection:
        digest = plan.rulebook_digest
        write_decisions(connection, proposal.decisions, kept, digest, plan.as_of, approved=True)
    return published


def _list_decided(proposal: Proposal, context: Context) -> list[str]:
    """The sites that a proposal speaks of, those that left the list too."""
    return sorted({*context.sites, *(decision.site for decision in proposal.decisions)})


def _find_proposal(context: Context, run_id: str) -> Proposal:
    proposal = find_proposal(context.state, run_id)
    if proposal is None:
        what = "is no run that holds something back"
        raise UsageError(Problem(run_id, what, "headway status names the run to approve."))
    return proposal


def _check_it_still_fits(run_id: str, plan: Plan, revision: int) -> None:
    if plan.base_revision != revision:
        what = f"was made for revision {plan.base_revision}, and the list is at {revision} now"
        remedy = "Run headway sync; if that is held back too, approve what it proposes."
        raise HeldError(Problem(f"run {run_id}", what, remedy))
