"""`headway approve`: what a guard held back is let through, as it was held."""

from sync.cli.output import print_json, print_page
from sync.cli.pages.approval import format_acceptance, format_approval
from sync.notifications.webhooks import tell_webhooks
from sync.pipeline.approve import Accepted, approve_run
from sync.pipeline.context import open_context
from sync.settings.settings import Settings


def publish_proposal(settings: Settings, run_id: str, as_json: bool) -> int:
    """Publish the proposal of that run, or have the next one take what came empty."""
    with open_context(settings) as context, tell_webhooks(context):
        approved = approve_run(context, run_id)
    if as_json:
        print_json(approved)
    elif isinstance(approved, Accepted):
        print_page(format_acceptance(approved))
    else:
        print_page(format_approval(approved))
    return 0
