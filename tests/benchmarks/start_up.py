"""Measures how long commands take on a small book, beside Python and what they cannot spare.

    python -m tests.benchmarks.start_up [--times 15]

Each line is that many processes, one after another: the median and the least of their seconds on
the wall, and the median of the processor's (user and system). The first lines are the floor: Python
alone, and Python with the packages that every command on the databases loads.
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
from tests.benchmarks.reading import a_place, headway, jira_of

ISSUES = 500
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


def measure(command: Sequence[str], times: int) -> tuple[list[float], list[float]]:
    """Seconds on the wall and of the processor, of each of so many processes."""
    walls, taken = [], []
    for _ in range(times):
        began = time.monotonic()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        complaint = process.stderr.read() if process.stderr else ""
        _, status, usage = os.wait4(process.pid, 0)
        walls.append(time.monotonic() - began)
        taken.append(usage.ru_utime + usage.ru_stime)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{complaint}")
    return walls, taken


def show(what: str, command: Sequence[str], times: int) -> None:
    """One line of the table."""
    walls, taken = measure(command, times)
    print(f"{what:<60}{median(walls):>8.3f}{min(walls):>8.3f}{median(taken):>8.3f}", flush=True)


def main() -> None:
    """Read a small backlog once, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=15)
    times = parser.parse_args().times
    with jira_of("cloud", ISSUES, latency=0) as jira, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        a_place(folder, jira, "cloud")
        if code := run(["--env-file", str(folder / "env"), "sync"]):
            sys.exit(code)
        print(f"{'':<60}{'wall s':>8}{'least':>8}{'CPU s':>8}")
        show("python", [sys.executable, "-c", "pass"], times)
        for names in PACKAGES:
            show(f"python importing {names}", [sys.executable, "-c", f"import {names}"], times)
        for command in COMMANDS:
            show(f"headway {command}", headway(folder, *command.split()), times)


if __name__ == "__main__":
    main()
