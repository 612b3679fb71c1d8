"""A headway command in a process of its own that is stopped, killed or told of at a crash point.

The processes come from one server that has loaded all that commands need, and no thread runs
there: each starts in a tenth of the time that a new Python takes.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import get_args

from sync.crash_points import EVENT, CrashPoint
from tests.runs.place import Place

NAMES: tuple[str, ...] = get_args(CrashPoint)
TIMEOUT = 60.0
LOADED = (
    "sync.cli.app",
    "sync.cli.commands.run.migrate",
    "sync.cli.commands.run.recover",
    "sync.cli.commands.run.sync",
    "sync.jira.describe.profile",
    "alembic.command",
    "alembic.config",
    "psycopg",
    "tests.runs.crashing",
)
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(list(LOADED))


@dataclass(frozen=True)
class Command:
    """A command on its way. It waits wherever it says that it passed a point, until `go_on`."""

    process: ForkServerProcess
    pipe: Connection
    told: Path

    def wait_for_point(self) -> str | None:
        """The name of the point at which it waits; None where it ended."""
        if not self.pipe.poll(TIMEOUT):
            raise AssertionError(self.told.read_text())
        try:
            return str(self.pipe.recv())
        except EOFError:
            return None

    def go_on(self) -> None:
        """Let it go on from where it waits."""
        self.pipe.send(None)

    def finish(self) -> int:
        """Let it come to its end; its exit code, or the signal that ended it, negative."""
        self.process.join(TIMEOUT)
        code = self.process.exitcode
        assert code is not None, self.told.read_text()
        return code


@contextmanager
def commanded(
    place: Place, *arguments: str, stop_at: Sequence[str] = (), kill_at: str = "", nth: int = 1
) -> Iterator[Command]:
    """Start a command that waits at each of the points `stop_at`, or dies at one, the nth time."""
    place.write_settings()
    told = place.folder / "told"
    ours, theirs = _CONTEXT.Pipe()
    words = ("--env-file", str(place.folder / "env"), *arguments)
    process = _CONTEXT.Process(
        target=_run_command, args=(words, str(told), theirs, tuple(stop_at), kill_at, nth)
    )
    process.start()
    theirs.close()
    try:
        yield Command(process, ours, told)
    finally:
        if process.is_alive():
            process.kill()
        process.join()
        process.close()
        ours.close()


def run_killed(place: Place, point: str, *arguments: str, nth: int = 1) -> int:
    """Run a command that is killed when it passes a point for the nth time; how it ended."""
    with commanded(place, *arguments, kill_at=point, nth=nth) as command:
        return command.finish()


def list_points(place: Place, *arguments: str) -> tuple[int, list[str]]:
    """How a command ended, and every crash point that it passed, in order."""
    passed = []
    with commanded(place, *arguments, stop_at=NAMES) as command:
        while (name := command.wait_for_point()) is not None:
            passed.append(name)
            command.go_on()
        return command.finish(), passed


def _run_command(
    words: Sequence[str],
    told: str,
    pipe: Connection,
    stop_at: Sequence[str],
    kill_at: str,
    nth: int,
) -> None:
    """In the process itself."""
    from sync.cli import run

    with Path(told).open("w", buffering=1, encoding="utf-8") as output:
        sys.stdout = sys.stderr = output
        sys.addaudithook(_listen(pipe, stop_at, kill_at, nth))
        code = run(list(words))
    pipe.close()
    os._exit(code)


def _listen(
    pipe: Connection, stop_at: Sequence[str], kill_at: str, nth: int
) -> Callable[[str, tuple[object, ...]], None]:
    left = nth

    def hear(event: str, _arguments: tuple[object, ...]) -> None:
        nonlocal left
        if not event.startswith(EVENT):
            return
        name = event.removeprefix(EVENT)
        if name == kill_at:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
        if name in stop_at:
            pipe.send(name)
            pipe.recv()

    return hear
