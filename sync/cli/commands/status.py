"""`headway status`: how fresh the list is, and how the last runs went."""

from datetime import UTC, datetime

from models.errors import HeldError
from sync.cli.output import print_json, print_page
from sync.cli.pages.status import format_next_runs, format_status
from sync.pipeline.context import open_context
from sync.settings.settings import Settings
from sync.store.clean.publish import read_freshness
from sync.store.state.runs import find_last_findings, find_last_success, read_last_runs


def show_status(settings: Settings, as_json: bool) -> int:
    """Exit code 3 while something is held back."""
    with open_context(settings) as context:
        last_success = find_last_success(context.state, settings.site)
        head = read_freshness(context.clean)
        last = read_last_runs(context.state, settings.site)
        findings = find_last_findings(context.state, settings.site)
    next_runs = settings.schedule.next_runs(settings.timezone, last_success, datetime.now(UTC))
    if as_json:
        facts = {"freshness": head, "runs": last, "findings": findings, "next_runs": next_runs}
        print_json(facts)
    else:
        print_page([*format_status(head, last, findings), format_next_runs(next_runs)])
    return HeldError.exit_code if head.status == "held" else 0
