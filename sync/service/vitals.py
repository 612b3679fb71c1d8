"""What the process itself knows of how it lives: no database has it, and it ends with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock


@dataclass
class Vitals:
    """Told of by the service, asked by whoever looks at it from outside, in other threads.

    `is_alive` says whether all threads that must live do, `find_next_run` when the next run is
    due. `skips` counts runs that the schedule let go: `overrun`, as the one before was still going
    on, or `missed`, as the machine was away.
    """

    is_alive: Callable[[], bool] = lambda: True
    find_next_run: Callable[[], datetime | None] = lambda: None
    skips: dict[str, int] = field(default_factory=lambda: {"overrun": 0, "missed": 0})
    _lock: Lock = field(default_factory=Lock)

    def count_skip(self, why: str) -> None:
        """The schedule let a run go."""
        with self._lock:
            self.skips[why] += 1
