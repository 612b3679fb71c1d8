"""Writes numbers in the text format of Prometheus, and the only maker of its families."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

Samples = Iterable[tuple[tuple[str, ...], float]]


def write_families(families: Iterable[Metric]) -> bytes:
    """All of them, behind the version that runs and before what is known of any process."""
    own = (version("headway-sync"),)
    build = build_gauge("build_info", "The version that runs; always 1", [(own, 1)], "version")
    registry = CollectorRegistry()
    registry.register(_Fixed([build, *families]))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Fixed(Collector):
    """Families that were made before they were asked for."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def tell_moment(name: str, told: str, moment: datetime | None) -> Iterator[Metric]:
    """Seconds since 1970; nothing where there is no such moment."""
    if moment is not None:
        yield build_gauge(f"{name}_timestamp_seconds", told, moment.timestamp())


def build_gauge(name: str, told: str, samples: Samples | float, *labels: str) -> Metric:
    """What stands now; `samples` by the values of `labels`, or a number where there are none."""
    return _fill(GaugeMetricFamily(f"headway_{name}", f"{told}.", labels=labels), samples)


def build_counter(name: str, told: str, samples: Samples | float, *labels: str) -> Metric:
    """What only grows; as `build_gauge`."""
    return _fill(CounterMetricFamily(f"headway_{name}", f"{told}.", labels=labels), samples)


def _fill(
    family: GaugeMetricFamily | CounterMetricFamily, samples: Samples | float
) -> GaugeMetricFamily | CounterMetricFamily:
    known = [((), float(samples))] if isinstance(samples, float | int) else samples
    for labels, number in known:
        family.add_metric(list(labels), float(number))
    return family
