"""Tells what became of an approval, or of a plan that was saved."""

from typing import TYPE_CHECKING

from sync.cli.marks import Meaning, mark
from sync.cli.pages.results import format_publication
from sync.cli.pages.rules.plan import format_changes
from translators.backlog.emptied import tell_emptied
from translators.backlog.losses import tell_losses
from translators.plain_text import format_moment

if TYPE_CHECKING:
    from sync.pipeline.approval.approve import Accepted, Approved
    from sync.pipeline.approval.saved_plans import PublishedPlan


def format_acceptance(accepted: "Accepted") -> list[str]:
    """What an approval lets the next run take."""
    told = [*tell_emptied(accepted.emptied)]
    told += [f"project {key}: {what}" for key, what in tell_losses(accepted.losses).items()]
    return [
        mark(f"accepted: {'; '.join(told)}", Meaning.GOOD, "accepted"),
        "  the next run takes it as it is: headway sync",
    ]


def format_approval(approved: "Approved") -> list[str]:
    """What an approval published."""
    done, plan = approved.published, approved.plan
    written = format_publication(done.revision, done.rows_written, done.change_seq)
    return [
        mark(f"published: {written}", Meaning.GOOD, "published"),
        f"  as run {approved.run_id} proposed it, as of {format_moment(plan.as_of)} in Jira",
    ]


def format_published_plan(done: "PublishedPlan") -> list[str]:
    """What a saved plan published."""
    written = format_publication(
        done.published.revision, done.published.rows_written, done.published.change_seq
    )
    return [
        mark(f"published: {written}", Meaning.GOOD, "published"),
        f"  as the saved plan {done.digest[:12]} has it, run {done.run_id}",
        *format_changes(done.plan.changes),
    ]
