"""The service: in a process of its own, or in this one, where nobody waits for its schedule."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from structlog.testing import capture_logs

from sync.sample.server.faults import Fault
from sync.service.logs import start_logging
from sync.service.serve import ScheduledSync
from sync.settings.settings import Settings, read_settings
from tests.loaded import TIMEOUT, LoadedProcess, start_loaded
from tests.runs.place import Place

Logged = list[Mapping[str, Any]]
"""Lines of a log."""


@contextmanager
def running(
    place: Place, *arguments: str, **settings: str | None
) -> Iterator[tuple[LoadedProcess, Path]]:
    """A headway process of its own, with its log in a file; ended in any case."""
    place.write_settings(**settings)
    log = place.folder / "log"
    with log.open("w") as stderr:
        process = start_loaded("--env-file", "env", *arguments, cwd=place.folder, stderr=stderr)
        try:
            yield process, log
        finally:
            process.end()


def events(log: Path) -> Logged:
    """The log, line by line."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def finished(log: Path) -> int:
    """How many runs the log says have finished."""
    return sum(event["event"] == "sync.finished" for event in events(log))


def failures(log: Path) -> int:
    """How many runs the log says have failed."""
    return sum(event["event"] == "sync.failed" for event in events(log))


@contextmanager
def held_reply(place: Place, path: str) -> Iterator[Event]:
    """Jira answers nothing asked of that path meanwhile; the event is set when that is asked."""
    asked, may_answer = Event(), Event()

    def hold() -> None:
        asked.set()
        may_answer.wait(TIMEOUT)

    fault = Fault(path, hold)
    place.jira.faults.append(fault)
    try:
        yield asked
    finally:
        place.jira.faults.remove(fault)
        may_answer.set()


class ServiceAtHand:
    """`headway serve` in this process: its runs come when they are called for."""

    def __init__(self, place: Place) -> None:
        def read() -> Settings:
            return read_settings({}, place.folder / "env")

        place.write_settings()
        self.service = ScheduledSync(read(), read)

    def run_next(self) -> Logged:
        """Have the next scheduled run, which must not end the service; what it logged."""
        start_logging(service=True)
        with capture_logs() as told:
            self.service.run()
        assert (self.service.stop.is_set(), self.service.exit_code) == (False, 0), told
        return list(told)

    def run_good(self) -> None:
        """The same, and it must be good."""
        assert "sync.finished" in {each["event"] for each in self.run_next()}

    def run_bad(self) -> str:
        """The same, and it must fail; why it did."""
        (failed,) = (each for each in self.run_next() if each["event"] == "sync.failed")
        return str(failed["error"])


@contextmanager
def service_at_hand(place: Place, **settings: str | None) -> Iterator[ServiceAtHand]:
    """The service with these settings, ended afterwards."""
    place.settings |= settings
    yield ServiceAtHand(place)
