"""`headway serve` and `headway work`: which of the services it is, for which lists."""

from argparse import Namespace
from functools import partial

from sqlalchemy.engine import URL

from models.errors import HeadwayError, Problem, SettingsError
from sync.cli.registry import read_given_lists, read_given_settings
from sync.dispatch.extra import check_scale_installed
from sync.settings.settings import Settings
from sync.settings.workers import parse_workers_url


def serve_lists_or_one(given: Namespace) -> int:
    """Serve one list, or several, or have workers do it; the exit code."""
    from sync.service.serve import run_service

    try:
        shared = _read_shared(given)
        is_one = len(read_given_lists(given).lists) == 1
    except HeadwayError:
        is_one, shared = True, None  # the service says in its own way what is wrong
    url = _find_workers_url(given, shared)
    if url is None and is_one:
        return run_service(
            lambda: read_given_settings(given, for_jira=True), waits_for_schema=given.once_healthy
        )
    from sync.service.serve_lists import serve_lists

    address = shared.http_address if shared else None
    if url is None:
        return serve_lists(lambda: read_given_lists(given), address)
    check_scale_installed("headway serve --workers")
    from sync.dispatch.jobs.standing import read_jobs
    from sync.service.lead import Leader

    leader = Leader(url, waits_for_schema=given.once_healthy)
    return serve_lists(
        lambda: read_given_lists(given), address, leader.lead, partial(read_jobs, url)
    )


def work_for_clock(given: Namespace) -> int:
    """Work until told to stop; the exit code."""
    shared = _read_shared(given)
    url = _find_workers_url(given, shared)
    if url is None:
        what = "is not set, and work needs it"
        remedy = "Set it to the PostgreSQL database of jobs, as for `headway serve --workers`."
        raise SettingsError(Problem("HEADWAY_WORKERS_URL", what, remedy))
    check_scale_installed("headway work")
    from sync.service.work import run_worker

    return run_worker(
        url,
        lambda: read_given_lists(given),
        slots=given.slots,
        memory=shared.work_memory,
        address=shared.http_address,
    )


def find_jobs_url(given: Namespace) -> URL | None:
    """The database of jobs, where one is set."""
    return _find_workers_url(given, _read_shared(given))


def _read_shared(given: Namespace) -> Settings:
    """Settings of which there is one for all lists: any list has them."""
    return next(iter(read_given_lists(given).lists.values()))


def _find_workers_url(given: Namespace, shared: Settings | None) -> URL | None:
    if given.workers is not None:
        return parse_workers_url(given.workers, "--workers")
    return shared.workers_url if shared else None
