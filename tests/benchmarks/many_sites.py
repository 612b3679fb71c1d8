"""Measures many small lists on workers: how many sites an hour, and what keeps it from being more.

    python -m tests.benchmarks.many_sites [--sites 60] [--latency 0.05] [--workers 1 2]
                                          [--slots 1 2 4] [--lose]

Each line is a new set of databases: all lists read for the first time, then all of them again with
nothing changed. CPU seconds are those of the workers, of PostgreSQL and of the sample Jiras, each a
share of all cores; what is not near its limit waits for another one. Workers are real processes;
PostgreSQL and the Jiras are on the same machine and take their part of it. With `--lose` one of two
workers is killed and the other one frozen instead, and each list is held against a run alone.
"""

import argparse
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from sync.dispatch.jobs.database import CLOCK
from sync.dispatch.jobs.dispatcher import JobDispatcher
from sync.dispatch.jobs.standing import read_standing
from sync.dispatch.work import DueList
from sync.store.clean.lease import acquire_lease
from tests.loaded import LoadedProcess, end_forking, start_loaded
from tests.losing_workers import prove_nothing_is_lost
from tests.many_lists import ManyLists, many_lists
from tests.postgres import Postgres, running_postgres

TICKS = os.sysconf("SC_CLK_TCK")


class Period(Struct, frozen=True):
    """One period of all lists: seconds, and CPU seconds of workers, PostgreSQL and Jiras."""

    wall: float
    workers: float
    postgres: float
    jiras: float


def main() -> None:
    """Print one line for each number of workers and slots."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--sites", type=int, default=60)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--slots", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--lose", action="store_true", help="kill one of two, freeze the other")
    given = parser.parse_args()
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    print(f"{given.sites} sites, {given.latency} s latency, {cores} cores, load before {load:.1f}")
    of_period = "s  sites/h  CPU w/pg/jira"
    print(f"workers slots |  first: {of_period} |  again: {of_period} | MB")
    with running_postgres(os.environ) as server:
        if given.lose:
            with tempfile.TemporaryDirectory() as folder:
                losses = prove_nothing_is_lost(Path(folder), server, given.sites, given.slots[0])
            for what, seconds in losses.seconds.items():
                print(f"  {what}: {seconds:.1f} s")
            print(f"  workers' peaks: {losses.peaks} MB; ended with {losses.exit_codes}")
            end_forking()
            return
        for workers in given.workers:
            for slots in given.slots:
                first, again, peak = measure(server, given.sites, given.latency, workers, slots)
                shown = " | ".join(_show(period, given.sites, cores) for period in (first, again))
                print(f"{workers:7} {slots:5} | {shown} | {peak}", flush=True)
    end_forking()


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the text above."""


def measure(
    server: Postgres, sites: int, latency: float, workers: int, slots: int
) -> tuple[Period, Period, int]:
    """The first period, the same unchanged, and a worker's peak in MB."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        lists = stack.enter_context(many_lists(folder, server, sites, latency=latency))
        processes = [stack.enter_context(_working(lists, place, slots)) for place in range(workers)]
        lease = stack.enter_context(acquire_lease(lists.engine, of=CLOCK))
        clock = JobDispatcher(lists.engine, lease, _find_version())
        first = _measure_period(lists, clock, processes, server)
        again = _measure_period(lists, clock, processes, server)
        peak = max(_read_peak(process.pid) for process in processes)
    return first, again, peak


class _working:  # noqa: N801 - a context manager, called like one
    """A worker in a process of its own."""

    def __init__(self, lists: ManyLists, place: int, slots: int) -> None:
        with (lists.folder / f"worker-{place}").open("w") as log:
            self.process = start_loaded(
                "work",
                "--slots",
                str(slots),
                cwd=lists.folder,
                stderr=log,
                environment=lists.environment,
            )

    def __enter__(self) -> LoadedProcess:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def _measure_period(
    lists: ManyLists, clock: JobDispatcher, processes: list[LoadedProcess], server: Postgres
) -> Period:
    counted: list[Callable[[], float]] = [
        lambda: sum(_read_cpu(process.pid) for process in processes),
        lambda: _read_cpu_of(_find_postgres(server.port)),
        lambda: _read_cpu_of(_find_children(os.getpid(), "spawn_main")),
    ]
    before = [count() for count in counted]
    began = time.monotonic()
    clock.start([DueList(list=name) for name in lists.addresses])
    while any(each.waiting or each.running for each in read_standing(lists.engine).values()):
        time.sleep(0.1)
    wall = time.monotonic() - began
    bad = {n: e.what for n, e in read_standing(lists.engine).items() if e.exit_code}
    if bad:
        raise SystemExit(f"not all came through: {bad}")
    return Period(wall, *(count() - old for count, old in zip(counted, before, strict=True)))


def _show(period: Period, sites: int, cores: int) -> str:
    shares = "/".join(
        f"{share / period.wall / cores:.0%}"
        for share in (period.workers, period.postgres, period.jiras)
    )
    return f"{period.wall:6.1f} {sites / period.wall * 3600:8.0f}  {shares:>12}"


def _find_version() -> str:
    from importlib.metadata import version

    return version("headway-sync")


def _read_cpu(pid: int) -> float:
    """User and system seconds of a process, and of its children that have ended.

    Nothing of one that is gone by now: its parent has it.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / TICKS


def _read_cpu_of(pids: Iterable[int]) -> float:
    return sum(_read_cpu(pid) for pid in pids)


def _find_children(parent: int, naming: str = "") -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            line = (folder / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == parent and naming in line:
            found.append(int(folder.name))
    return found


def _find_postgres(port: int) -> list[int]:
    """The server that listens at a port, and what it has forked."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_text()
        except OSError:
            continue
        if "postgres" in line and "-D" in line:
            place = line.split("\0")[line.split("\0").index("-D") + 1]
            if f"port = {port}" in Path(place, "postgresql.conf").read_text():
                pid = int(folder.name)
                return [pid, *_find_children(pid)]
    return []


def _read_peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
