"""How all lists and their jobs stand, read at most so often as can be borne."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from msgspec import Struct

from sync.pipeline.sites.overview import ListOverview, read_overview
from sync.settings.installation import Installation

if TYPE_CHECKING:
    from sync.dispatch.jobs.standing import Jobs

log = structlog.get_logger()

KEPT_FOR = 15.0
"""Seconds in which nothing is read again: several may ask, each every few seconds."""
REST = 10.0
"""It rests so many times as long as a reading took: hundreds of lists cost a tenth of a process."""
LONGEST_WAIT = 7.0
"""Seconds that who asks waits for a reading: who scrapes has ten in all."""


class ListsReading(Struct, frozen=True, kw_only=True):
    """All lists as they stood at `read_at`; `jobs` where workers do their work."""

    read_at: datetime
    lists: list[ListOverview]
    jobs: "Jobs | None"


class ListsReader:
    """Reads in a thread of its own, one at a time, when somebody asks and the last one is old.

    However slow databases are, who asks has an answer: the last one, with the time it is of.
    """

    def __init__(
        self,
        find_lists: Callable[[], Installation],
        find_jobs: "Callable[[], Jobs] | None" = None,
        *,
        kept_for: float = KEPT_FOR,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._find_lists, self._find_jobs = find_lists, find_jobs
        self._kept_for, self._longest_wait = kept_for, longest_wait
        self._lock = threading.Lock()
        self._under_way: threading.Thread | None = None
        self._last: ListsReading | None = None
        self._not_before = float("-inf")

    def read(self) -> ListsReading | None:
        """The newest there is within `longest_wait`; None while the first is not through."""
        with self._lock:
            if self._under_way is None and time.monotonic() >= self._not_before:
                self._under_way = threading.Thread(target=self._renew, name="lists", daemon=True)
                self._under_way.start()
            under_way = self._under_way
        if under_way is not None:
            under_way.join(self._longest_wait)
        return self._last

    def _renew(self) -> None:
        began = time.monotonic()
        try:
            self._last = self._look()
        except Exception:
            log.exception("http.bug")
        finally:
            now = time.monotonic()
            with self._lock:
                self._not_before = now + max(self._kept_for, REST * (now - began))
                self._under_way = None

    def _look(self) -> ListsReading:
        now = datetime.now(UTC)
        lists = read_overview(self._find_lists(), now)
        jobs = self._find_jobs() if self._find_jobs else None
        lists = jobs.mark_lacking(lists) if jobs else lists
        return ListsReading(read_at=now, lists=lists, jobs=jobs)
