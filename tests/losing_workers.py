"""Two workers at many lists, of which one is killed and one frozen meanwhile: what that costs."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sync.dispatch.jobs.standing import read_standing
from tests.loaded import LoadedProcess, start_loaded
from tests.many_lists import VARIANTS, ManyLists, many_lists
from tests.postgres import Postgres

FROZEN_SECONDS = 25.0
"""Longer than a lease lives, and than a worker may be silent."""
LOOK_EVERY = 0.25
LONGEST = 3600.0


@dataclass
class Losses:
    """Seconds that each part took, by what it was; the peaks of the workers in MB; exit codes."""

    seconds: dict[str, float] = field(default_factory=dict)
    peaks: list[int] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)


def prove_nothing_is_lost(folder: Path, server: Postgres, number: int, slots: int) -> Losses:
    """What it costs to lose workers; AssertionError unless each list was published once, with the
    rows that `headway sync` alone publishes."""
    alone = folder / "alone"
    alone.mkdir()
    with many_lists(alone, server, len(VARIANTS)) as lists:
        for name in lists.addresses:
            with started(lists, name, "--list", name, "sync") as process:
                assert process.wait(LONGEST) == 0, (alone / name).read_text()
        expected = [lists.published(name) for name in lists.addresses]
    assert len({str(rows) for rows in expected}) == len(VARIANTS)
    with many_lists(folder, server, number) as lists:
        losses = lose_workers(lists, slots)
        for place, name in enumerate(lists.addresses):
            assert lists.published(name) == expected[place % len(VARIANTS)], name
            assert lists.publications(name) == 1, name
            outcomes = Counter(lists.outcomes(name))
            assert outcomes["published"] <= 1, (name, outcomes)  # killed before it was noted
            assert outcomes.keys() <= {"published", "unchanged", "stopped", "failed"}, name
    return losses


def lose_workers(lists: ManyLists, slots: int) -> Losses:
    """Read all lists with two workers, one of which is killed and replaced, and one frozen for a
    while; then all again with nothing changed."""
    work, losses = ("work", "--slots", str(slots)), Losses()
    with ExitStack() as stack:
        began = time.monotonic()
        stack.enter_context(started(lists, "clock", "serve"))
        killed = stack.enter_context(started(lists, "killed", *work))
        frozen = stack.enter_context(started(lists, "frozen", *work))
        wait_for(lambda: count_good(lists) >= len(lists.addresses) // 10)

        wait_for(lambda: find_running(lists, "killed"))
        killed.send_signal(signal.SIGKILL)
        orphans, since = find_running(lists, "killed"), time.monotonic()
        replacing = stack.enter_context(started(lists, "replacing", *work))
        wait_for(lambda: are_good(lists, orphans))
        losses.seconds["jobs of the killed one done after"] = time.monotonic() - since

        wait_for(lambda: find_running(lists, "frozen"))
        frozen.send_signal(signal.SIGSTOP)
        sleepers, since = find_running(lists, "frozen"), time.monotonic()
        wait_for(lambda: are_good(lists, sleepers))
        losses.seconds["jobs of the frozen one done after"] = time.monotonic() - since
        wait_for(lambda: time.monotonic() - since > FROZEN_SECONDS)
        frozen.send_signal(signal.SIGCONT)

        wait_for(lambda: are_good(lists, set(lists.addresses)) and not count_open(lists))
        losses.seconds["all published after"] = time.monotonic() - began

        since = time.monotonic()
        lists.touch_rules()
        wait_for(lambda: count_begun(lists) >= 2 * len(lists.addresses) and not count_open(lists))
        losses.seconds["all again, unchanged, after"] = time.monotonic() - since

        losses.peaks = [read_peak(process) for process in (frozen, replacing)]
        since = time.monotonic()
        for process in (frozen, replacing):
            process.send_signal(signal.SIGTERM)
        losses.exit_codes = [process.wait() for process in (frozen, replacing)]
        losses.seconds["both workers ended after"] = time.monotonic() - since
    return losses


@contextmanager
def started(lists: ManyLists, name: str, *arguments: str) -> Iterator[LoadedProcess]:
    """A clock or a worker, with its log in a file of its name."""
    with (lists.folder / name).open("w") as log:
        process = start_loaded(
            *arguments, cwd=lists.folder, stderr=log, environment=lists.environment
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.end()


def wait_for(holds: Callable[[], object]) -> None:
    """Look until something holds."""
    until = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < until
        time.sleep(LOOK_EVERY)


def are_good(lists: ManyLists, names: set[str]) -> bool:
    """Whether all of these have ended well."""
    standing = read_standing(lists.engine)
    return all(standing[name].exit_code == 0 for name in names)


def count_good(lists: ManyLists) -> int:
    """How many lists have ended well."""
    return sum(each.exit_code == 0 for each in read_standing(lists.engine).values())


def count_open(lists: ManyLists) -> int:
    """How many jobs wait or run."""
    standing = read_standing(lists.engine).values()
    return sum(each.waiting + each.running + each.stalled for each in standing)


def count_begun(lists: ManyLists) -> int:
    """How often the clock has started a list's work."""
    events = _read_events(lists.folder / "clock")
    return sum(int(str(each["lists"])) for each in events if each["event"] == "clock.started")


def find_running(lists: ManyLists, worker: str) -> set[str]:
    """Lists that a worker has begun and not ended."""
    unended: Counter[str] = Counter()
    for each in _read_events(lists.folder / worker):
        step = {"work.begun": 1, "work.ended": -1}.get(str(each["event"]), 0)
        if step:
            unended[str(each["list"])] += step
    return {name for name, number in unended.items() if number}


def read_peak(process: LoadedProcess) -> int:
    """The most memory that a process ever had, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _read_events(log: Path) -> list[dict[str, object]]:
    lines = log.read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
