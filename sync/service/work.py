"""`headway work`: a worker, from its start to its end."""

from collections.abc import Callable
from functools import partial
from importlib.metadata import version

import structlog
from sqlalchemy.engine import URL

from sync.dispatch.jobs.database import check_apart
from sync.dispatch.jobs.memory import MB, MemoryRoom, find_limit
from sync.dispatch.jobs.worker import JobWorker
from sync.dispatch.work import carry_out
from sync.service.ending import run_to_end
from sync.service.known_lists import KnownLists
from sync.service.serve_lists import answer_life
from sync.service.signals import stop_on_signal
from sync.settings.installation import Installation
from sync.settings.values import HttpAddress

log = structlog.get_logger()


def write_worker_metrics(worker: JobWorker) -> bytes:
    """What a scrape of a worker says."""
    from sync.service.http import list_metrics  # noqa: PLC0415 - for who listens

    return list_metrics.write_worker_metrics(worker)


def run_worker(
    url: URL,
    read: Callable[[], Installation],
    *,
    slots: int,
    memory: int | None = None,
    address: HttpAddress | None = None,
) -> int:
    """Work until told to stop; the exit code. `memory` is its limit in bytes, if one is set."""

    def work() -> int:
        with stop_on_signal() as stop:
            lists = KnownLists(read)
            check_apart(url, lists.read())
            room = MemoryRoom(find_limit(memory))
            ours = version("headway-sync")
            do = partial(carry_out, find_settings=lists.find, stop=stop)
            worker = JobWorker(url, do, version=ours, slots=slots, room=room, stop=stop)
            tell = partial(write_worker_metrics, worker)
            limit = room.limit and room.limit // MB
            log.info("work.started", slots=slots, memory_mb=limit, version=ours)
            with answer_life(address, worker.is_alive, lambda: worker.is_ready, tell):
                worker.work()
        log.info("work.stopped-working", exit_code=0)
        return 0

    return run_to_end(work, failed="work.failed", bug="work.bug")
