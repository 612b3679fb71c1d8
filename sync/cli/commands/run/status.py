"""`headway status`: how fresh the list is, and how the last runs went."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from models.errors import (
    DatabaseError,
    HeadwayError,
    HistoryError,
    LeaseHeldError,
    SettingsError,
)
from sync.cli.commands.run.overview import read_own_jobs, word_lacking
from sync.cli.output import print_json, print_page
from sync.cli.pages.run.overview import format_jobs_fault, format_lacking, format_own_sites
from sync.cli.pages.run.status import (
    explain_lease,
    format_fault,
    format_lease,
    format_next_runs,
    format_outbox,
    format_status,
    format_token_end,
)
from sync.pipeline.consistency.histories import check_histories
from sync.pipeline.context import Context, open_context
from sync.pipeline.sites.overview import choose_exit_code, read_sites
from sync.pipeline.sites.token_end import TOKEN_ENDS, word_token_end
from sync.settings.settings import Settings
from sync.store.clean.freshness import read_freshness
from sync.store.clean.lease import TakenLease, read_lease
from sync.store.state.decisions.undecided import count_undecided
from sync.store.state.outbox import read_outbox
from sync.store.state.runs.runs import Run, find_last_findings, find_last_success, read_last_runs


def show_status(settings: Settings, as_json: bool, show_all: bool) -> int:
    """The exit code says what the page does: 0 while the list is current and whole."""
    with open_context(settings, reading=True) as context:
        last_success = find_last_success(context.state, context.run_site)
        head = read_freshness(context.clean)
        last = read_last_runs(context.state, context.run_site)
        undecided = count_undecided(context.state, head.as_of)
        findings = find_last_findings(context.state, context.run_site)
        fault = _find_history_fault(context)
        lease = read_lease(context.clean)
        outbox = read_outbox(context.state) if settings.webhook_url else None
        sites = read_sites(context.state, settings, datetime.now(UTC))
    jobs = read_own_jobs(settings.workers_url)
    lacking, jobs_fault = word_lacking(jobs, settings.list_name), jobs.fault if jobs else ""
    run = next((run for run in last if run.outcome == "running"), None)
    now = datetime.now(UTC)
    next_runs = settings.schedule.next_runs(settings.timezone, last_success, now)
    if as_json:
        facts = {"freshness": head, "runs": last, "findings": findings, "next_runs": next_runs}
        history = [str(problem) for problem in fault.problems] if fault else []
        facts |= {"undecided": undecided, "history": history}
        facts |= {"lease": _describe_lease(lease, run), "webhooks": outbox}
        facts |= {"token_expires": _find_token_end(settings), "lacking": lacking}
        facts |= {"jobs_fault": jobs_fault}
        print_json(facts | {"sites": sites})
    else:
        is_known = _find_token_end(settings) is not None  # then the page tells of today
        noticed = [each for each in findings if not (is_known and each.code == TOKEN_ENDS)]
        page = format_status(head, last, noticed, undecided, show_all=show_all)
        verdict, *rest = page
        told = (
            [line for problem in fault.problems for line in format_fault(problem)] if fault else []
        )
        held = format_lease(lease, run) if lease else []
        held += format_outbox(outbox) if outbox else []
        held += format_token_end(word_token_end(_find_token_end(settings), now))
        held += format_own_sites(sites)
        held += [*format_lacking(lacking), *format_jobs_fault(jobs_fault)]
        print_page([verdict, *told, *rest, *held, format_next_runs(next_runs)])
    stuck = LeaseHeldError.exit_code if lease and lease.state == "stuck" else 0
    idle = SettingsError.exit_code if lacking else 0
    down = DatabaseError.exit_code if jobs_fault else 0
    return max(choose_exit_code(head, last), fault.exit_code if fault else 0, stuck, idle, down)


def _find_token_end(settings: Settings) -> date | None:
    """The day on which the first token of all sites ends, where any is known."""
    return min((s.token_expires for s in settings.sites if s.token_expires), default=None)


def _describe_lease(lease: TakenLease | None, run: Run | None) -> dict[str, Any] | None:
    """The lease with the run that has it and what to do; None if nobody has it."""
    if lease is None:
        return None
    by_run = {"run_id": run.run_id, "since": run.started_at} if run else {}
    none = {"run_id": None, "since": None}
    return msgspec.structs.asdict(lease) | none | by_run | {"remedy": explain_lease(lease)}


def _find_history_fault(context: Context) -> HeadwayError | None:
    """Why no run may publish: a database was restored or lost, or is that of another site."""
    try:
        check_histories(context)
    except (HistoryError, SettingsError) as error:
        return error
    return None
