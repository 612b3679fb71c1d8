"""Who does the work that is due: this process, one list after another; or others (`jobs`)."""

import threading
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

import structlog
from msgspec import Struct

from sync.dispatch.work import DueList, FindSettings, Outcome, Work, carry_out

log = structlog.get_logger()


class Dispatched(Struct, frozen=True):
    """What was handed out: when the last period of each list began, and which are still at it.

    A site that failed and is to be tried again later keeps its list from no new period.
    """

    began: Mapping[str, datetime]
    busy: AbstractSet[str]


class Dispatcher(Protocol):
    """The seam between the clock and whoever works."""

    def look(self) -> Dispatched:
        """What was handed out, and is not done."""

    def start(self, due: Collection[DueList]) -> None:
        """Have lists read and published, soon, by whoever does it."""


class InlineDispatcher:
    """Does it in this process: one after another, by a thread of its own.

    What comes back later (a Jira that does not answer) comes with the list's next period.
    `began` is when the last good run of each list began, where there was one.
    """

    def __init__(
        self,
        find_settings: FindSettings,
        stop: threading.Event,
        began: Mapping[str, datetime] | None = None,
    ) -> None:
        self._find_settings, self._stop = find_settings, stop
        self._began = dict(began or {})
        self._busy: set[str] = set()
        self.outcomes: dict[str, Outcome] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="dispatch")

    def look(self) -> Dispatched:
        """What was handed out, and is not done."""
        return Dispatched(dict(self._began), frozenset(self._busy))

    def start(self, due: Collection[DueList]) -> None:
        """Put them at the end of what this process has to do; all sites of a list are one run."""
        for each in due:
            self._busy.add(each.list)
            self._began[each.list] = datetime.now(UTC)
            self._worker.submit(self._do, Work(list=each.list))

    def close(self) -> None:
        """Begin nothing more, and wait for what goes on."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _do(self, work: Work) -> None:
        try:
            if not self._stop.is_set():
                outcome = carry_out(work, self._find_settings, self._stop)
                if outcome.is_lacking:
                    log.error("work.lacks", list=work.list, error=outcome.what)
                self.outcomes[work.list] = outcome
        finally:
            self._busy.discard(work.list)
