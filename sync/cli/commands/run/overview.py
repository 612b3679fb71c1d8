"""`headway status` over several lists: one line a site, the worst first."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL

from models.errors import DatabaseError
from sync.cli.output import print_json, print_page
from sync.cli.pages.run.overview import format_jobs_fault, format_overview
from sync.dispatch.extra import check_scale_installed
from sync.pipeline.sites.overview import count_conditions, order_sites, read_overview
from sync.settings.installation import Installation

if TYPE_CHECKING:
    from sync.dispatch.jobs.standing import Jobs


def show_overview(lists: Installation, as_json: bool, show_all: bool) -> int:
    """The exit code is the highest that `status` would end with for one of the lists."""
    now = datetime.now(UTC)
    found = read_overview(lists, now)
    jobs = read_own_jobs(next(iter(lists.lists.values())).workers_url)
    found = jobs.mark_lacking(found) if jobs else found
    sites = order_sites(site for each in found for site in each.sites)
    if as_json:
        counts = {str(each): number for each, number in count_conditions(sites).items()}
        warnings = [str(each) for each in lists.warnings]
        told = {"sites": sites, "counts": counts, "lists": found, "warnings": warnings}
        print_json(told | ({"jobs": jobs} if jobs else {}))
    else:
        page = format_overview(found, sites, lists.warnings, show_all=show_all)
        print_page([*page, *_format_jobs(jobs)])
    down = DatabaseError.exit_code if jobs and jobs.fault else 0
    return max(down, *(each.exit_code for each in found))


def read_own_jobs(url: URL | None) -> "Jobs | None":
    """None where no jobs database is set."""
    if url is None:
        return None
    check_scale_installed("HEADWAY_WORKERS_URL")
    from sync.dispatch.jobs.standing import read_jobs

    return read_jobs(url)


def word_lacking(jobs: "Jobs | None", name: str) -> list[str]:
    """What no worker has that a list needs, in words; none where some worker has all of it."""
    lacking = jobs.find_lacking(name) if jobs else {}
    return [each.what.partition("\n")[0] for each in lacking.values()]


def _format_jobs(jobs: "Jobs | None") -> list[str]:
    if jobs is None:
        return []
    if jobs.fault:
        return format_jobs_fault(jobs.fault)
    from sync.cli.pages.run.jobs import format_jobs

    return [*format_jobs(jobs)]
