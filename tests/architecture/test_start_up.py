import subprocess
import sys
import time

import pytest

LIMIT_SECONDS = 0.3
TRIES = 5


def seconds_for_help() -> float:
    """How long `headway --help` takes, once, from start to end."""
    begun = time.perf_counter()
    subprocess.run([f"{sys.prefix}/bin/headway", "--help"], check=True, capture_output=True)
    return time.perf_counter() - begun


def test_help_is_there_at_once() -> None:
    """A slow import at the top of a module of the command line shows here first."""
    best = seconds_for_help()
    for _ in range(TRIES):
        if best < LIMIT_SECONDS:
            return
        best = min(best, seconds_for_help())

    if best >= LIMIT_SECONDS:
        pytest.fail(
            f"HEADWAY --HELP IS SLOW: {best:.2f} s at best of {TRIES + 1}, where {LIMIT_SECONDS} s "
            "is the limit. `python -X importtime -m sync.cli` shows what it imports."
        )
