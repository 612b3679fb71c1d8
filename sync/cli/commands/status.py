"""`headway status`: how fresh the list is, and how the last runs went."""

from collections.abc import Sequence
from datetime import UTC, datetime

from models.errors import HeldError, RefusedError, TryLaterError
from sync.cli.output import print_json, print_page
from sync.cli.pages.status import format_next_runs, format_status
from sync.pipeline.context import open_context
from sync.settings.settings import Settings
from sync.store.clean.publish import Freshness, read_freshness
from sync.store.state.runs import Run, find_last_findings, find_last_success, read_last_runs
from sync.store.state.undecided import count_undecided


def show_status(settings: Settings, as_json: bool) -> int:
    """The exit code says what the page does: 0 while the list is current and whole."""
    with open_context(settings, reading=True) as context:
        last_success = find_last_success(context.state, settings.site)
        head = read_freshness(context.clean)
        last = read_last_runs(context.state, settings.site)
        undecided = count_undecided(context.state, settings.site, head.as_of)
        findings = find_last_findings(context.state, settings.site)
    next_runs = settings.schedule.next_runs(settings.timezone, last_success, datetime.now(UTC))
    if as_json:
        facts = {"freshness": head, "runs": last, "findings": findings, "next_runs": next_runs}
        print_json(facts | {"undecided": undecided})
    else:
        page = format_status(head, last, findings, undecided)
        print_page([*page, format_next_runs(next_runs)])
    return _choose_exit_code(head, last)


def _choose_exit_code(head: Freshness, last: Sequence[Run]) -> int:
    """The highest that applies: held, partial, stale, or how the last run failed."""
    codes = [0]
    if head.status == "held":
        codes.append(HeldError.exit_code)
    if head.status == "partial":
        codes.append(RefusedError.exit_code)
    if head.is_stale and head.checked_at is not None:
        codes.append(TryLaterError.exit_code)
    ended = next((run for run in last if run.exit_code is not None), None)
    if head.status == "failing" and ended:
        codes.append(ended.exit_code or 0)
    return max(codes)
