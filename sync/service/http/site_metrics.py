"""What is told of each site of each list in the text format of Prometheus.

The labels are the names of lists and sites, which are ours: as many as the settings have.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily

from sync.pipeline.overview import Condition, SiteOverview

NAMES = ("list", "site")


def tell_sites(sites: Iterable[SiteOverview]) -> Iterator[GaugeMetricFamily]:
    """How each fares, and the moments by which that is judged."""
    known = list(sites)
    conditions = _begin("site_condition", "1 for how the site fares", "condition")
    paused = _begin("site_paused", "Whether nothing is asked of it until it is resumed")
    for site in known:
        for condition in Condition:
            conditions.add_metric([site.list, site.site, condition], site.condition is condition)
        paused.add_metric([site.list, site.site], site.pause is not None)
    yield conditions
    yield paused
    for name, told in (
        ("last_success", "When the last run began that read it well"),
        ("next_run", "When a run is due"),
        ("failing_since", "When the first of its latest runs began that all ended badly"),
    ):
        family = _begin(f"site_{name}_timestamp_seconds", told)
        for site in known:
            moment: datetime | None = getattr(site, name)
            if moment is not None:
                family.add_metric([site.list, site.site], moment.timestamp())
        yield family


def _begin(name: str, told: str, *more: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"headway_{name}", f"{told}.", labels=[*NAMES, *more])
