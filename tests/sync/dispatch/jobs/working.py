"""Workers in threads of a test, and work that does what the test says."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select, text

from models.tables import jobs
from sync.dispatch.jobs.database import CLOCK, open_jobs
from sync.dispatch.jobs.dispatcher import JobDispatcher
from sync.dispatch.jobs.memory import MemoryRoom
from sync.dispatch.jobs.worker import JobWorker
from sync.dispatch.work import DueList, Outcome, Work
from sync.store.clean.lease import acquire_lease
from sync.store.db.addresses import parse_url
from sync.store.db.engines import open_reader
from tests.loaded import TIMEOUT

VERSION = "1"
GOOD = Outcome(has_read=True)


@dataclass
class Doing:
    """Carries out work by `ends`, in turn for each list; `hold` keeps what is begun from ending."""

    ends: dict[str, list[Outcome]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    running: Counter[str] = field(default_factory=Counter)
    most: int = 0
    held: set[str] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, given: Work) -> Outcome:
        """Called by its list, or where a list has several sites by `list/site`."""
        work = DueList(list=str(given))
        with self._lock:
            self.running[work.list] += 1
            self.most = max(self.most, self.running.total())
        until = time.monotonic() + TIMEOUT
        while work.list in self.held and not self.stop.is_set():
            assert time.monotonic() < until
            time.sleep(0.005)
        with self._lock:
            self.running[work.list] -= 1
            self.done[work.list] += 1
        if work.list in self.held:
            return Outcome(75, is_ours=False, is_stopped=True)
        left = self.ends.get(work.list)
        return left.pop(0) if left else GOOD


@contextmanager
def a_worker(
    address: str,
    do: Doing,
    *,
    slots: int = 2,
    version: str = VERSION,
    room: MemoryRoom | None = None,
) -> Iterator[JobWorker]:
    """A worker that goes on meanwhile, and ends with the block."""
    url = parse_url(address, "test")
    worker = JobWorker(
        url,
        do,
        version=version,
        slots=slots,
        room=room or MemoryRoom(None),
        stop=do.stop,
        poll=0.02,
    )
    thread = threading.Thread(target=worker.work)
    thread.start()
    try:
        yield worker
    finally:
        do.stop.set()
        thread.join(TIMEOUT)
        assert not thread.is_alive()


@contextmanager
def a_clock(engine: Engine, version: str = VERSION) -> Iterator[JobDispatcher]:
    """The clock's side, for who has the lease."""
    with acquire_lease(engine, of=CLOCK) as lease:
        yield JobDispatcher(engine, lease, version)


def lists(*names: str) -> list[DueList]:
    return [DueList(list=name) for name in names]


def wait_for(holds: Callable[[], Any]) -> None:
    """Look until something holds."""
    until = time.monotonic() + TIMEOUT
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def statuses(engine: Engine) -> list[tuple[str, str, int]]:
    """List, status and attempts of each job, oldest first."""
    job = jobs.job.c
    read = select(job.args["list"].astext, job.status, job.attempts).order_by(job.id)
    with open_reader(engine) as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(read)]


def count(engine: Engine, status: str) -> int:
    return sum(each == status for _, each, _ in statuses(engine))


def age_workers(engine: Engine) -> None:
    """Let every worker have been silent for an hour, as a frozen or dead one has."""
    with open_jobs(engine) as connection:
        connection.execute(
            text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        )


def let_next_look(engine: Engine) -> None:
    """Let the time have passed that a job is put off for."""
    with open_jobs(engine) as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
