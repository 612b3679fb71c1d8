"""Lays out what waits for a person, before it is published: what held it, and what sales reads."""

from typing import TYPE_CHECKING

from models.plan import Plan
from sync.cli.marks import Meaning, mark
from sync.cli.pages.results import format_items, format_tally
from sync.cli.pages.rules.plan import format_changes, list_usable
from translators.backlog.emptied import tell_emptied
from translators.backlog.losses import tell_losses
from translators.plain_text import format_moment
from translators.plurals import count_noun

if TYPE_CHECKING:
    from sync.pipeline.approval.approve import Waiting


def format_waiting(waiting: "Waiting") -> list[str]:
    """What a run holds back: all that its approval would publish, or have the next run take."""
    if waiting.proposal is not None:
        return _format_proposal(waiting, waiting.proposal.plan)
    told = [*tell_emptied(waiting.emptied)]
    told += [f"project {key}: {what}" for key, what in tell_losses(waiting.losses).items()]
    return [
        f"run {waiting.run_id} did not believe:",
        *(mark(f"  DOUBT {each}", Meaning.DOUBT, "DOUBT") for each in told),
    ]


def _format_proposal(waiting: "Waiting", plan: Plan) -> list[str]:
    """Every change of the plan, risk first."""
    risks = {
        "screening left out, and would no more": waiting.unscreened,
        "had a security level, and has none": waiting.unrestricted,
    }
    number = count_noun(len(plan.changes), "row")
    words = "" if plan.terms is None else ", and the words that sales reads"
    items, when = plan.tally.items, format_moment(plan.as_of)
    return [
        f"run {waiting.run_id} would publish {number}{words}, as of {when} in Jira:",
        *(
            mark(f"HELD by guard {hold.guard}: {hold.why}", Meaning.DOUBT, "HELD")
            for hold in plan.holds
        ),
        *(
            mark(f"HIGH: {what}: {', '.join(keys)}", Meaning.BAD, "HIGH")
            for what, keys in risks.items()
            if keys
        ),
        *list_usable(plan.changes),
        *format_changes(plan.changes),
        f"Epics: {format_tally(plan.tally)}",
        *([f"Items without an epic: {format_items(items)}."] if items else []),
    ]
