"""Which job a worker takes next, and that it ends only those that are still its own."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from sync.dispatch.jobs.engine import FIRST_LOADS, RUNS
from sync.dispatch.jobs.memory import MemoryRoom
from sync.dispatch.work import Work

log = structlog.get_logger()

WAIT_FOR_OTHERS = 30.0
"""Seconds for which a worker of another version takes nothing, so that the right ones can."""
LONGEST_PAUSE = 0.5
"""Seconds for which a free slot waits for a first load to end, so that the next takes its place."""
_OURS = (
    "SELECT id FROM procrastinate_jobs WHERE id = %(job_id)s AND status = 'doing' "
    "AND worker_id = %(worker_id)s AND attempts = %(attempts)s FOR UPDATE"
)
_FINISH = (
    "SELECT procrastinate_finish_job_v1(id, %(status)s ::procrastinate_job_status, false) "
    f"FROM ({_OURS}) AS ours"
)
_RETRY = (
    f"WITH ours AS (UPDATE procrastinate_jobs SET args = args - 'passes' WHERE id IN ({_OURS}) "
    "RETURNING id) SELECT procrastinate_retry_job_v2(id, %(at)s, NULL, NULL, NULL) FROM ours"
)
"""Who tried had what the job needs: of those that lacked it before, none counts any more."""
_PUT_BACK = (
    "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL "
    f"WHERE id IN ({_OURS}) RETURNING id"
)
_PASS_ON = (
    "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL, scheduled_at = %(at)s, args ="
    " args || jsonb_build_object('passes', coalesce((args ->> 'passes') ::int, 0) + 1) "
    f"WHERE id IN ({_OURS}) RETURNING id"
)


class Slots(JobManager):
    """Takes jobs while there are a slot and memory; first loads have half of the slots at most.

    A job of another version of Headway is put back untouched. One of `passed_on` is put back for a
    worker that has what is lacking here, and counts as no attempt. A job that was taken from this
    worker while it was frozen is another one's to end.
    """

    def __init__(
        self,
        connector: Any,
        number: int,
        room: MemoryRoom,
        version: str,
        *,
        is_stopping: Callable[[], bool],
        passed_on: set[int | None],
    ) -> None:
        super().__init__(connector)
        self._number, self._room, self._version = number, room, version
        self._is_stopping, self._passed_on = is_stopping, passed_on
        self._running: dict[int, str] = {}
        self._not_before = 0.0
        self._told: set[str] = set()
        self._ended = asyncio.Event()

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """The next job for a slot that is free; None if it is to stay free for now."""
        is_room = self._room.is_there(len(self._running))
        if self._is_stopping() or time.monotonic() < self._not_before or not is_room:
            return None
        job = await self._fetch(worker_id)
        if job is None and self._has_enough_first_loads():
            self._ended.clear()  # else the engine would look again only after its pause
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), LONGEST_PAUSE)
            if self._ended.is_set() and not self._is_stopping():
                job = await self._fetch(worker_id)
        if job is None or job.id is None:
            return None
        if job.task_kwargs.get("version") != self._version:
            await self._put_back(job)
            return None
        self._running[job.id] = job.queue
        return job

    async def _fetch(self, worker_id: int) -> Job | None:
        for name in self._choose_queues():
            if job := await super().fetch_job([name], worker_id):
                return job
        return None

    def _choose_queues(self) -> list[str]:
        """Where to look for a job, in order. With one slot alone first loads come last."""
        if self._number == 1:
            return [RUNS, FIRST_LOADS]
        return [RUNS] if self._has_enough_first_loads() else [FIRST_LOADS, RUNS]

    def _has_enough_first_loads(self) -> bool:
        first_loads = sum(queue == FIRST_LOADS for queue in self._running.values())
        return self._number > 1 and first_loads >= self._number // 2

    async def _put_back(self, job: Job) -> None:
        await self._change(_PUT_BACK, job)
        self._not_before = time.monotonic() + WAIT_FOR_OTHERS
        theirs = str(job.task_kwargs.get("version"))
        if theirs not in self._told:
            self._told.add(theirs)
            remedy = "install the clock's version here, or end this worker"
            log.warning(
                "work.other-version", clock=theirs, worker=self._version, put_back=True, what=remedy
            )

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """End it, if it is ours still; it is kept, whatever `delete_job` says."""
        self._note_end(job)
        await self._change(_FINISH, job, status=status.value)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Have it tried again, if it is ours still; as it was, at `retry_at`."""
        self._note_end(job)
        query = _PASS_ON if job.id in self._passed_on else _RETRY
        self._passed_on.discard(job.id)
        await self._change(query, job, at=retry_at)

    def _note_end(self, job: Job) -> None:
        self._running.pop(job.id or 0, None)
        self._ended.set()

    async def _change(self, query: Any, job: Job, **values: Any) -> None:
        ours = {"job_id": job.id, "worker_id": job.worker_id, "attempts": job.attempts}
        if not await self.connector.execute_query_all_async(query, **ours, **values):
            log.warning("work.taken-over", list=name_work(job).list)


def name_work(job: Job) -> Work:
    """The work that a job is."""
    given: Any = job.task_kwargs
    return Work(list=given["list"], site=given["site"], kind=given["kind"])
