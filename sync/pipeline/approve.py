"""Publishes what a guard held back, exactly as it was held: a person has looked at it."""

from msgspec import Struct

from models.errors import HeldError, Problem, UsageError
from models.plan import Plan, Proposal
from sync.pipeline.context import Workshop
from sync.pipeline.run_log import open_logbook
from sync.rulebook import rulebook_from_texts
from sync.store.clean.lease import holding
from sync.store.clean.publish import Published, head_revision, publish
from sync.store.db.engines import writing
from sync.store.state import runs
from sync.store.state.decisions import read_decisions, write_decisions


class Approved(Struct, frozen=True, kw_only=True):
    """What came of an approval: the plan that was published, and as what."""

    run_id: str
    plan: Plan
    published: Published


def approve(workshop: Workshop, run_id: str) -> Approved:
    """Publish the proposal of a held run, under the lease.

    Raises UsageError where the run holds nothing back, HeldError where the list has moved on.
    """
    proposal = _proposal(workshop, run_id)
    plan = proposal.plan
    with holding(workshop.clean) as lease:
        _check_it_still_fits(run_id, plan, head_revision(workshop.clean))
        with open_logbook(workshop, lease) as logbook:
            workshop.sitebook.unsettle()
            published = publish(
                workshop.clean,
                plan,
                rulebook_from_texts(proposal.texts),
                run_id=run_id,
                token=lease.token,
                fresh_for=workshop.settings.freshness,
            )
            kept = read_decisions(workshop.state, workshop.settings.site)
            with writing(workshop.state) as connection:
                digest = plan.rulebook_digest
                write_decisions(connection, proposal.decisions, kept, digest, plan.as_of)
            logbook.approved(run_id, plan, published.revision)
    return Approved(run_id=run_id, plan=plan, published=published)


def _proposal(workshop: Workshop, run_id: str) -> Proposal:
    proposal = runs.proposal_of(workshop.state, run_id)
    if proposal is None:
        what = "is no run that holds something back"
        raise UsageError(Problem(run_id, what, "headway status names the run to approve."))
    return proposal


def _check_it_still_fits(run_id: str, plan: Plan, revision: int) -> None:
    if plan.base_revision != revision:
        what = f"was made for revision {plan.base_revision}, and the list is at {revision} now"
        remedy = "Run headway sync; if that is held back too, approve what it proposes."
        raise HeldError(Problem(f"run {run_id}", what, remedy))
