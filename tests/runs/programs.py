"""Headway as a process of its own, with its output in files; and on a terminal, in this one."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from sync.cli import run
from tests.loaded import MAIN, PATH, TIMEOUT, LoadedProcess, start_loaded

HEADWAY = [sys.executable, "-c", MAIN]
CURSOR_OR_COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def headway(
    *arguments: str, cwd: Path, environment: Mapping[str, str] = PATH
) -> "subprocess.CompletedProcess[bytes]":
    """Run one command to its end, from the start of Python on."""
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
) -> Iterator[tuple[LoadedProcess, Path]]:
    """A command on its way, with all it says in a file; ended in any case."""
    told = cwd / "told"
    with told.open("wb") as output:
        process = start_loaded(
            *arguments, cwd=cwd, environment=environment, stdout=output, stderr=output
        )
        try:
            yield process, told
        finally:
            process.end()


def on_a_terminal(
    *arguments: str,
    cwd: Path,
    environment: Mapping[str, str] = PATH,
    columns: int = 100,
    typed: str = "",
) -> str:
    """Everything a command writes to a terminal, escapes included; `typed` is its input.

    In this process, which has loaded what the command needs; the terminal is a real one.
    """
    with chdir(cwd), pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            patch.delenv(name)
        for name, value in {"TERM": "xterm", **environment}.items():
            patch.setenv(name, value)
        with show_on_terminal(columns, typed) as shown:
            run(list(arguments))
    return "".join(shown)


@contextmanager
def show_on_terminal(columns: int, typed: str = "") -> Iterator[list[str]]:
    """What a terminal gets that all streams are at."""
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    told: list[bytes] = []

    def read() -> None:
        while chunk := read_terminal(ours):
            told.append(chunk)

    reader = threading.Thread(target=read)
    reader.start()
    shown: list[str] = []
    with (
        os.fdopen(os.dup(theirs)) as keyboard,
        os.fdopen(theirs, "w") as screen,
        redirect_stdout(screen),
        redirect_stderr(screen),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sys, "stdin", keyboard)
        yield shown
    reader.join()
    os.close(ours)
    shown.append(b"".join(told).decode())


def read_terminal(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def wait_until(holds: Callable[[], bool], told: Path, seconds: float = TIMEOUT) -> None:
    """Look until something holds; a test that waits too long fails with what was told."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, told.read_text()
        time.sleep(0.02)
