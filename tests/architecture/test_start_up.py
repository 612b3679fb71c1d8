import os
import subprocess
import sys

import pytest

LIMIT_SECONDS = 0.3


def processor_seconds_for_help() -> float:
    """What `headway --help` takes of a processor, start-up of Python included.

    The clock on the wall would tell of whatever else the machine is doing.
    """
    process = subprocess.Popen([f"{sys.prefix}/bin/headway", "--help"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_help_is_there_at_once() -> None:
    """A slow import at the top of a module of the command line shows here first."""
    taken = min(processor_seconds_for_help() for _ in range(3))

    if taken >= LIMIT_SECONDS:
        pytest.fail(
            f"headway --help takes {taken:.2f} s of a processor; {LIMIT_SECONDS} s is the limit. "
            "`python -X importtime -m sync.cli` shows what it imports."
        )
