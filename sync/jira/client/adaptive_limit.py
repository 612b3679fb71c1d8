"""Lets as many requests at Jira as it answers well: more and more while it does, half on refusal.

Additive increase and multiplicative decrease, as TCP does. A pause that one reply asks for is
made by everybody, since a request that is sent too early would be refused again.
"""

import asyncio
from typing import Self

from sync.jira.client.retry import RetryPolicy

FIRST, MOST = 4, 10
"""Requests at once: to begin with, and at the most. Ten from one client are safe on Jira Cloud."""


class AdaptiveLimit:
    """One slot a request, taken with `async with`."""

    def __init__(self, retry_policy: RetryPolicy, first: int = FIRST, most: int = MOST) -> None:
        self._retry_policy = retry_policy
        self.limit = float(first)
        self.most = most
        self.taken = 0
        self._not_before = 0.0
        self._freed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        async with self._freed:
            await self._freed.wait_for(lambda: self.taken < int(self.limit))
            self.taken += 1
        try:
            while (pause := self._not_before - asyncio.get_running_loop().time()) > 0:
                await self._retry_policy.sleep(pause)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self._freed:
            self.taken -= 1
            self._freed.notify_all()

    def raise_limit(self) -> None:
        """After a clean answer: one more slot after as many of them as there are slots."""
        self.limit = min(float(self.most), self.limit + 1 / self.limit)

    def halve_limit(self) -> None:
        """After a refusal: half the slots, but never none."""
        self.limit = max(1.0, self.limit / 2)

    def pause(self, seconds: float) -> None:
        """Let nobody through for so long from now."""
        now = asyncio.get_running_loop().time()
        longer = now + seconds - max(self._not_before, now)
        if longer > 0:
            self._not_before = now + seconds
            self._retry_policy.limits.paused += longer
