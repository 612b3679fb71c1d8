"""What a clock tells of all its lists, and a worker of itself, in the text format of Prometheus."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prometheus_client.metrics_core import Metric

from models.tables.clean import FRESHNESS
from sync.pipeline.sites.overview import ListOverview
from sync.service.http.families import build_gauge, tell_moment, write_families
from sync.service.http.site_metrics import tell_sites
from sync.service.lists_reading import ListsReading

if TYPE_CHECKING:
    from sync.dispatch.jobs.standing import Jobs
    from sync.dispatch.jobs.worker import JobWorker


def write_list_metrics(reading: ListsReading) -> bytes:
    """Everything that was read of all lists, and of the jobs where there are any."""
    return write_families(_tell(reading))


def write_worker_metrics(worker: "JobWorker") -> bytes:
    """What a worker has on hand, and what it may."""
    return write_families(_tell_worker(worker))


def _tell(reading: ListsReading) -> Iterator[Metric]:
    yield from tell_moment("lists_read", "When all this was read", reading.read_at)
    if reading.jobs:
        yield from _tell_jobs(reading.jobs)
    yield from _tell_lists(reading.lists)
    yield from tell_sites(site for each in reading.lists for site in each.sites)


def _tell_lists(lists: Iterable[ListOverview]) -> Iterator[Metric]:
    """Of those that can be read; of the others their sites say that they cannot be."""
    known = [each for each in lists if each.status is not None]
    states = [((each.name, state), state == each.status) for each in known for state in FRESHNESS]
    told = "1 for the status that v1_freshness has"
    yield build_gauge("list_status", told, states, "list", "status")
    stale = [((each.name,), bool(each.is_stale)) for each in known]
    told = "Whether no run has confirmed the list for too long"
    yield build_gauge("list_stale", told, stale, "list")
    moments = [((each.name,), each.as_of.timestamp()) for each in known if each.as_of]
    told = "Jira's clock when what the list says was read"
    yield build_gauge("list_as_of_timestamp_seconds", told, moments, "list")


def _tell_jobs(jobs: "Jobs") -> Iterator[Metric]:
    up = [(("jobs",), not jobs.fault)]
    told = "Whether a database can be read, and has our schema"
    yield build_gauge("database_up", told, up, "database")
    if jobs.fault:
        return
    states = [((state.replace(" ", "_"),), n) for state, n in jobs.count_states().items()]
    yield build_gauge("jobs", "Jobs that are not done", states, "state")
    failing = sum(each.failing_since is not None for each in jobs.standing.values())
    yield build_gauge("jobs_failing", "Lists and sites whose last job ended badly", failing)
    yield build_gauge("workers", "Workers that were heard of lately", jobs.workers)


def _tell_worker(worker: "JobWorker") -> Iterator[Metric]:
    yield build_gauge("worker_slots", "Jobs that it does at a time at most", worker.slots)
    yield build_gauge("worker_jobs", "Jobs that it does now", worker.running)
    if worker.memory_limit is not None:
        told = "Memory that its jobs may take together with it"
        yield build_gauge("worker_memory_limit_bytes", told, worker.memory_limit)
