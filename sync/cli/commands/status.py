"""`headway status`: how fresh the list is, and how the last runs went."""

from models.errors import HeldError
from sync.cli.output import print_json, print_page
from sync.cli.pages.status import format_status
from sync.pipeline.context import open_context
from sync.settings.settings import Settings
from sync.store.clean.publish import read_freshness
from sync.store.state.runs import find_last_findings, read_last_runs
from sync.store.state.undecided import count_undecided


def show_status(settings: Settings, as_json: bool) -> int:
    """Exit code 3 while something is held back."""
    with open_context(settings) as context:
        head = read_freshness(context.clean)
        last = read_last_runs(context.state, settings.site)
        undecided = count_undecided(context.state, settings.site, head.as_of)
        findings = find_last_findings(context.state, settings.site)
    if as_json:
        told = {"freshness": head, "runs": last, "undecided": undecided, "findings": findings}
        print_json(told)
    else:
        print_page(format_status(head, last, findings, undecided))
    return HeldError.exit_code if head.status == "held" else 0
