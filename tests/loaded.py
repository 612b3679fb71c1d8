"""Processes of Headway that are there at once: forked from one that has loaded it already.

Each is a process of its own all the same, with its own folder, environment, output and signals,
and is run to Python's end. What the start of Python and the imports take, half a second of a
processor, is paid once by a worker of pytest. Where the start itself is the subject, a test starts
a program.
"""

import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

TIMEOUT = 60.0
PATH = {"PATH": os.environ["PATH"]}
MAIN = "from sync.cli import main; main()"
MODULES = (
    "sync.assistants.server",
    "sync.cli.app",
    "sync.cli.commands.rules.editing",
    "sync.cli.commands.run.sync",
    "sync.cli.progress",
    "sync.jira.describe.profile",
    "sync.pipeline.sales.board",
    "sync.sample.server.server",
    "sync.service.http.server",
    "sync.service.serve",
    "translators.promises.finder",
    "httpcore",
    "anyio._backends._asyncio",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)
"""What commands load as they go, for the most part."""
LARGEST = 1 << 20
"""Bytes of a request."""


class LoadedProcess:
    """A process on its way; its exit code is None until it has ended, -9 if it was killed."""

    def __init__(self, ended: socket.socket) -> None:
        self._ended = ended
        self.returncode: int | None = None
        self.pid = int(ended.recv(LARGEST))

    def poll(self) -> int | None:
        """Its exit code, if it has ended."""
        with suppress(BlockingIOError, TimeoutError):
            return self.wait(0)
        return None

    def wait(self, timeout: float = TIMEOUT) -> int:
        """Its exit code; TimeoutError after so many seconds."""
        if self.returncode is None:
            self._ended.settimeout(timeout)
            self.returncode = int(self._ended.recv(LARGEST))
            self._ended.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def end(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)
        self.wait()


def start_loaded(
    *arguments: str,
    cwd: Path,
    stdout: IO[Any] | None = None,
    stderr: IO[Any] | None = None,
    environment: Mapping[str, str] = PATH,
    code: str = MAIN,
) -> LoadedProcess:
    """Headway on its way, or other code that makes use of it. Who starts it also ends it."""
    ended, report = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    request = json.dumps([code, arguments, str(cwd), dict(environment)]).encode()
    with report, Path(os.devnull).open("r+b") as nothing:
        files = (nothing, stdout or nothing, stderr or nothing, report)
        socket.send_fds(_reach_forking()[0], [request], [file.fileno() for file in files])
    return LoadedProcess(ended)


@cache
def _reach_forking() -> "tuple[socket.socket, subprocess.Popen[bytes]]":
    """The way to a process that forks as often as it is asked to."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-c", f"from {__name__} import fork_on_request; fork_on_request()"]
    with theirs:
        return ours, subprocess.Popen(
            command, stdin=theirs.fileno(), cwd=Path(__file__).parents[1], env=PATH
        )


def end_forking() -> None:
    """End it, if there is one."""
    if _reach_forking.cache_info().currsize:
        channel, process = _reach_forking()
        channel.close()
        process.wait()
        _reach_forking.cache_clear()


def fork_on_request() -> None:
    """Load Headway, then fork for each request that comes in by stdin, to the last."""
    for name in MODULES:
        import_module(name)
    gc.freeze()
    with socket.socket(fileno=os.dup(0)) as channel:
        while True:
            request, fds, _, _ = socket.recv_fds(channel, LARGEST, 4)
            if not request:
                break
            if not os.fork():
                channel.close()
                _fork_and_watch(json.loads(request), fds)
                return
            for fd in fds:
                os.close(fd)
            with suppress(ChildProcessError):
                os.waitpid(-1, os.WNOHANG)
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _fork_and_watch(request: Sequence[Any], fds: Sequence[int]) -> None:
    """The process that was asked for; this one, its parent, tells its number and its end."""
    child = os.fork()
    if not child:
        code, arguments, folder, environment = request
        _become(code, arguments, folder, environment, fds)
        return
    for fd in fds[:3]:
        os.close(fd)
    with socket.socket(fileno=fds[3]) as report:
        report.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        with suppress(BrokenPipeError):
            report.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(
    code: str, arguments: list[str], folder: str, environment: dict[str, str], fds: Sequence[int]
) -> None:
    """Be as `python -c` would be; what the code raises ends this process as it would end that."""
    for number, fd in enumerate(fds[:3]):
        os.dup2(fd, number)
    for fd in fds:
        os.close(fd)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["-c", *arguments]
    for name, mode in (("stdin", "rb"), ("stdout", "wb"), ("stderr", "wb")):
        before = getattr(sys, name)
        stream = open(before.fileno(), mode, closefd=False)  # noqa: SIM115 - to the process's end
        is_prompt = name == "stderr" or stream.isatty()
        fresh = io.TextIOWrapper(stream, before.encoding, before.errors, line_buffering=is_prompt)
        setattr(sys, name, fresh)
    exec(code, {"__name__": "__main__"})
