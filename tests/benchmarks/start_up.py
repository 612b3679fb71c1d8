"""Measures how long commands take on a small book, beside Python and what they cannot spare.

    python -m tests.benchmarks.start_up [--times 12]

Each line is that many processes, one after another: the median and the least of their seconds on
the wall, and of the processor's (user and system). The first lines are the floor: Python alone, and
Python with the packages that every command on the databases loads. The last is a sync that finds
nothing changed, at a Jira that takes 50 ms to answer, and how often it asks.

The least of the processor's is what to compare: a machine that does other things adds to the rest,
and to that too, so that two versions are measured in turns. Modules are compiled before: where
PYTHONDONTWRITEBYTECODE is set, every start would compile them again, SQLAlchemy's for 0.3 s.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from sync.cli import run
from tests.benchmarks.reading import Jira, a_place, headway, jira_of

ISSUES = 500
LATENCY = 0.05
PACKAGES = ("sqlalchemy", "sqlalchemy, sqlalchemy.dialects.sqlite, msgspec", "re2, yaml")
COMMANDS = (
    "--help",
    "status",
    "find single sign-on",
    "plan",
    "explain audit-log",
    "queue",
    "check",
)


def compiling_environment() -> dict[str, str]:
    """The environment without what would keep modules from being compiled once."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def measure(command: Sequence[str], times: int) -> tuple[list[float], list[float]]:
    """Seconds on the wall and of the processor, of each of so many processes behind a first."""
    environment = compiling_environment()
    walls, taken = [], []
    for _ in range(times + 1):
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        complaint = process.stderr.read() if process.stderr else ""
        _, status, usage = os.wait4(process.pid, 0)
        walls.append(time.monotonic() - began)
        taken.append(usage.ru_utime + usage.ru_stime)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{complaint}")
    return walls[1:], taken[1:]


def show(what: str, command: Sequence[str], times: int, jira: Jira | None = None) -> None:
    """One line of the table; with how often each process asked that Jira, the first one too."""
    if jira:
        jira.counted()
    walls, taken = measure(command, times)
    figures = (median(walls), min(walls), median(taken), min(taken))
    requests = f"{jira.counted()[0] / (times + 1):>10.1f}" if jira else ""
    print(f"{what:<60}{''.join(f'{each:>8.3f}' for each in figures)}{requests}", flush=True)


def main() -> None:
    """Read a small backlog once, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=12)
    times = parser.parse_args().times
    with jira_of("cloud", ISSUES, LATENCY) as jira, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        a_place(folder, jira, "cloud")
        if code := run(["--env-file", str(folder / "env"), "sync"]):
            sys.exit(code)
        print(f"{'':<60}{'wall s':>8}{'least':>8}{'CPU s':>8}{'least':>8}{'requests':>10}")
        show("python", [sys.executable, "-c", "pass"], times)
        for names in PACKAGES:
            show(f"python importing {names}", [sys.executable, "-c", f"import {names}"], times)
        for command in COMMANDS:
            show(f"headway {command}", headway(folder, *command.split()), times)
        show("headway sync, nothing changed", headway(folder, "sync"), times, jira)


if __name__ == "__main__":
    main()
