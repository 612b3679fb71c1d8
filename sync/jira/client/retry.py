"""The one retry policy for everything that is asked of Jira."""

import asyncio
import random
import threading
from dataclasses import dataclass, field
from typing import Self

from models.errors import HeadwayError, Problem, StoppedError
from sync.jira.client.run_limits import RunLimits

DAY = 24 * 60 * 60.0
STOP_CHECK_SECONDS = 0.1
"""Between two looks at `stop` while an event loop waits."""


class RetryableError(Exception):
    """A failure that the same request may get over.

    `error` is what to raise if it does not, `hint` the seconds that Jira asks us to wait, and
    `seconds` how many the request took.
    """

    seconds = 0.0

    def __init__(self, error: HeadwayError, hint: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.hint = hint

    def forget_frames(self) -> Self:
        """Let go of where it was raised: a reply would be kept as long as its error is."""
        for error in (self, self.error):
            error.__traceback__ = error.__context__ = None
        return self


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long to try again; only reads are ever sent, so trying again is safe.

    Waits grow twofold from `first_wait` to `longest_wait` seconds with full jitter. A
    Retry-After is a minimum: who asks for more than `longest_hint` seconds is not waited for, and
    left alone until the next run. More than a day is no answer at all, and counts as
    `longest_hint`. One request may take `deadline` seconds. A client may try again `budget`
    times and for one in ten requests: beyond that the site is down, and asking on would only keep
    it there. `stop` ends every wait. `limits` are for one run alone.
    """

    attempts: int = 5
    first_wait: float = 0.5
    longest_wait: float = 30.0
    longest_hint: float = 120.0
    deadline: float = 60.0
    budget: int = 40
    limits: RunLimits = field(default_factory=RunLimits, compare=False)
    stop: threading.Event = field(default_factory=threading.Event, compare=False)

    def choose_wait(self, attempt: int, hint: float | None) -> float:
        """Seconds to wait after the failed attempt number `attempt` (from 1)."""
        ceiling = min(self.longest_wait, self.first_wait * 2 ** (attempt - 1))
        jitter = random.uniform(0, ceiling)  # noqa: S311 - spreads load, guards nothing
        return self.limit_hint(hint) + jitter

    def check_not_stopped(self) -> None:
        """StoppedError if we were asked to stop."""
        if self.stop.is_set():
            raise StoppedError(Problem("walk", "was asked to stop", "The next run goes on."))

    async def sleep(self, seconds: float) -> None:
        """Wait in an event loop; StoppedError soon after we are asked to stop."""
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        self.check_not_stopped()
        while (left := until - clock()) > 0:
            await asyncio.sleep(min(left, STOP_CHECK_SECONDS))
            self.check_not_stopped()

    def accepts(self, hint: float | None) -> bool:
        """Whether so long a Retry-After can be waited for in this run."""
        return hint is None or hint <= self.longest_hint or hint > DAY

    def limit_hint(self, hint: float | None) -> float:
        """How much of a Retry-After is believed, in seconds."""
        return min(hint or 0.0, self.longest_hint)

    def is_spent(self, requests: int, retries: int) -> bool:
        """Whether the budget is used up."""
        return retries >= self.budget + requests // 10
