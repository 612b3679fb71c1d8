"""Headway as a process of its own: with its output in files, or on a terminal."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TIMEOUT = 60.0
HEADWAY = [sys.executable, "-c", "from sync.cli import main; main()"]
PATH = {"PATH": os.environ["PATH"]}
CURSOR_OR_COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def headway(
    *arguments: str, cwd: Path, environment: Mapping[str, str] = PATH
) -> "subprocess.CompletedProcess[bytes]":
    """Run one command to its end."""
    return subprocess.run(
        [*HEADWAY, *arguments],
        check=False,
        cwd=cwd,
        env=environment,
        capture_output=True,
        timeout=TIMEOUT,
    )


@contextmanager
def started(
    *arguments: str, cwd: Path, environment: Mapping[str, str] = PATH
) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """A command on its way, with all it says in a file; ended in any case."""
    told = cwd / "told"
    with told.open("wb") as output:
        process = subprocess.Popen(
            [*HEADWAY, *arguments], cwd=cwd, env=environment, stdout=output, stderr=output
        )
        try:
            yield process, told
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def on_a_terminal(
    *arguments: str,
    cwd: Path,
    environment: Mapping[str, str] = PATH,
    columns: int = 100,
    typed: str = "",
) -> str:
    """Everything a command writes to a terminal, escapes included; `typed` is its input."""
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [*HEADWAY, *arguments],
        cwd=cwd,
        env={"TERM": "xterm", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    told = b""
    try:
        while chunk := read_terminal(ours):
            told += chunk
    finally:
        os.close(ours)
        process.wait(timeout=TIMEOUT)
    return told.decode()


def read_terminal(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def wait_until(holds: Callable[[], bool], told: Path) -> None:
    """Look until something holds; a test that waits too long fails with what was told."""
    until = time.monotonic() + TIMEOUT
    while not holds():
        assert time.monotonic() < until, told.read_text()
        time.sleep(0.05)
