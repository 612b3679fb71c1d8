"""What is told of each site of each list in the text format of Prometheus.

The labels are the names of lists and sites, which are ours: as many as the settings have.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client.metrics_core import Metric

from sync.pipeline.sites.overview import SiteCondition, SiteOverview
from sync.service.http.families import build_gauge

NAMES = ("list", "site")
MOMENTS: tuple[tuple[str, str, Callable[[SiteOverview], datetime | None]], ...] = (
    ("last_success", "When the last run began that read it well", lambda site: site.last_success),
    ("next_run", "When a run is due", lambda site: site.next_run),
    (
        "failing_since",
        "When the first of its latest runs began that all ended badly",
        lambda site: site.failing_since,
    ),
    (
        "paused_since",
        "Since when nothing is asked of it",
        lambda site: site.pause.since if site.pause else None,
    ),
)


def tell_sites(sites: Iterable[SiteOverview]) -> Iterator[Metric]:
    """How each fares, and the moments by which that is judged."""
    known = {(site.list, site.site): site for site in sites}
    conditions = [
        ((*names, condition), site.condition is condition)
        for names, site in known.items()
        for condition in SiteCondition
    ]
    yield build_gauge("site_condition", "1 for how the site fares", conditions, *NAMES, "condition")
    paused = [(names, site.pause is not None) for names, site in known.items()]
    told = "Whether nothing is asked of it until it is resumed"
    yield build_gauge("site_paused", told, paused, *NAMES)
    for name, told, find in MOMENTS:
        moments = [(names, find(site)) for names, site in known.items()]
        samples = [(names, moment.timestamp()) for names, moment in moments if moment is not None]
        yield build_gauge(f"site_{name}_timestamp_seconds", told, samples, *NAMES)
