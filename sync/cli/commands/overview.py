"""`headway status` over several lists: one line a site, the worst first."""

from datetime import UTC, datetime

from sync.cli.output import print_json, print_page
from sync.cli.pages.overview import format_overview
from sync.pipeline.overview import count_conditions, order_sites, read_overview
from sync.settings.installation import Installation


def show_overview(lists: Installation, as_json: bool, show_all: bool) -> int:
    """The exit code is the highest that `status` would end with for one of the lists."""
    now = datetime.now(UTC)
    found = read_overview(lists, now)
    sites = order_sites(site for each in found for site in each.sites)
    if as_json:
        counts = {str(each): number for each, number in count_conditions(sites).items()}
        warnings = [str(each) for each in lists.warnings]
        print_json({"sites": sites, "counts": counts, "lists": found, "warnings": warnings})
    else:
        print_page(format_overview(found, sites, lists.warnings, show_all=show_all))
    return max(each.exit_code for each in found)
