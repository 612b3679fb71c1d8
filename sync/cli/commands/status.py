"""`headway status`: how fresh the list is, and how the last runs went."""

from collections.abc import Sequence
from datetime import UTC, datetime

from models.errors import (
    HeadwayError,
    HeldError,
    HistoryError,
    RefusedError,
    SettingsError,
    TryLaterError,
)
from sync.cli.output import print_json, print_page
from sync.cli.pages.status import format_fault, format_next_runs, format_status
from sync.pipeline.context import Context, open_context
from sync.pipeline.histories import check_histories
from sync.settings.settings import Settings
from sync.store.clean.publish import Freshness, read_freshness
from sync.store.state.runs import Run, find_last_findings, find_last_success, read_last_runs
from sync.store.state.undecided import count_undecided


def show_status(settings: Settings, as_json: bool, show_all: bool) -> int:
    """The exit code says what the page does: 0 while the list is current and whole."""
    with open_context(settings, reading=True) as context:
        last_success = find_last_success(context.state, settings.site)
        head = read_freshness(context.clean)
        last = read_last_runs(context.state, settings.site)
        undecided = count_undecided(context.state, settings.site, head.as_of)
        findings = find_last_findings(context.state, settings.site)
        fault = _find_history_fault(context)
    next_runs = settings.schedule.next_runs(settings.timezone, last_success, datetime.now(UTC))
    if as_json:
        facts = {"freshness": head, "runs": last, "findings": findings, "next_runs": next_runs}
        history = [str(problem) for problem in fault.problems] if fault else []
        print_json(facts | {"undecided": undecided, "history": history})
    else:
        page = format_status(head, last, findings, undecided, show_all=show_all)
        verdict, *rest = page
        told = (
            [line for problem in fault.problems for line in format_fault(problem)] if fault else []
        )
        print_page([verdict, *told, *rest, format_next_runs(next_runs)])
    return max(_choose_exit_code(head, last), fault.exit_code if fault else 0)


def _find_history_fault(context: Context) -> HeadwayError | None:
    """Why no run may publish: a database was restored or lost, or is that of another site."""
    try:
        check_histories(context)
    except (HistoryError, SettingsError) as error:
        return error
    return None


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
