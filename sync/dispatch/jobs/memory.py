"""Whether a worker has memory for one more job: by a limit, and by what its jobs took so far."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path

MB = 1 << 20
FIRST_GUESS = 96 * MB
"""What one more job is taken to need until some have shown it."""
KEPT_FREE = 0.9
"""The part of the limit that is made use of."""
CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
NO_LIMIT = 1 << 60


class MemoryRoom:
    """Looked at before each job is taken. The first is always taken: else nothing would go on."""

    def __init__(self, limit: int | None, measure: Callable[[], int] | None = None) -> None:
        self.limit = limit
        self._measure = measure or measure_memory
        self._idle = self._measure()
        self.a_job = FIRST_GUESS

    def is_there(self, running: int) -> bool:
        """Whether one more job may begin beside those `running`."""
        if self.limit is None or running == 0:
            return True
        used = self._measure()
        self.a_job = max(self.a_job, (used - self._idle) // running)
        return used + self.a_job <= self.limit * KEPT_FREE


def measure_memory() -> int:
    """Bytes of this process that stand in memory now; the most it ever had where none tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    return pages * resource.getpagesize()


def find_limit(given: int | None, places: tuple[Path, ...] = CGROUP_LIMITS) -> int | None:
    """The limit in bytes: the one given, else the container's; None where there is none."""
    if given is not None:
        return given
    for place in places:
        try:
            text = place.read_text("ascii").strip()
        except OSError:
            continue
        if text.isdecimal() and int(text) < NO_LIMIT:
            return int(text)
    return None
