"""`headway approve`: what a guard held back is shown, and let through as it was held."""

import sys

from models.errors import HeldError
from sync.cli.output import print_json, print_page
from sync.cli.pages.run.approval import format_acceptance, format_approval
from sync.cli.pages.run.proposal import format_waiting
from sync.notifications.webhooks import tell_webhooks
from sync.pipeline.approval.approve import Accepted, Waiting, approve_run, find_waiting
from sync.pipeline.context import open_context
from sync.settings.settings import Settings


def publish_proposal(
    settings: Settings, run_id: str, *, as_json: bool, yes: bool, dry_run: bool
) -> int:
    """Show what that run holds back, then publish it, or have the next run take it.

    Who sits at a terminal is asked in between; a script has said it by naming the run. HeldError's
    code where the answer is no.
    """
    with open_context(settings, reading=dry_run) as context:
        waiting = find_waiting(context, run_id)
        if dry_run and as_json:
            print_json(waiting.proposal.plan if waiting.proposal else waiting)
        if not as_json:
            print_page(format_waiting(waiting))
        if dry_run:
            return 0
        if not (yes or as_json or _says_yes(waiting)):
            print_page(["Nothing is published."])
            return HeldError.exit_code
        with tell_webhooks(context):
            approved = approve_run(context, waiting)
    if as_json:
        print_json(approved)
    elif isinstance(approved, Accepted):
        print_page(format_acceptance(approved))
    else:
        print_page(format_approval(approved))
    return 0


def _says_yes(waiting: Waiting) -> bool:
    """What somebody at a terminal answers; yes where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    what = "Publish it?" if waiting.proposal else "Have the next run take it?"
    print(f"{what} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
