"""The engine as this project has it: one task, three queues, arguments that are names."""

import logging
from datetime import datetime, timedelta
from typing import Any

from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector
from sqlalchemy import Connection

from sync.dispatch.work import Work

TASK = "headway"
RUNS, FIRST_LOADS = "runs", "first-loads"
HEARTBEAT = timedelta(seconds=5)
STALLED_AFTER = timedelta(seconds=15)
"""A worker that was not heard of for so long has its jobs taken from it. As long as a lease lives
that nobody renews: who takes the job over finds it free."""
PASSES = 6
"""So many workers in turn must have lacked what a job needs, before nobody is said to have it."""
PASS_ON, PASS_ON_SLOWLY = timedelta(seconds=10), timedelta(seconds=60)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)

for name, level in (("procrastinate", logging.CRITICAL), ("psycopg.pool", logging.ERROR)):
    logging.getLogger(name).setLevel(level)  # each job's end has a line of our own


def build_job(work: Work, version: str, *, is_first: bool) -> Job:
    """The job of some work. Its lock keeps two of one site of a list apart.

    It has no queueing lock: beside a job whose worker died, that would block its site for ever
    (procrastinate-org/procrastinate#1446). That none waits twice is seen to by the clock.
    """
    return Job(
        queue=FIRST_LOADS if is_first else RUNS,
        lock=f"{work.list}/{work.site}",
        queueing_lock=None,
        task_name=TASK,
        task_kwargs={
            "list": work.list,
            "site": work.site,
            "kind": work.kind,
            "version": version,
        },
    )


def defer_jobs(connection: Connection, jobs: list[Job]) -> None:
    """Put jobs into the queue, in this transaction."""
    driver: Any = connection.connection.dbapi_connection
    JobManager(SyncPsycopgConnector()).batch_defer_jobs(jobs, connection=driver)


def find_next_try(attempts: int, now: datetime) -> datetime:
    """When what failed is tried again: twice as long after each time, up to an hour."""
    doubled: timedelta = FIRST_WAIT * (1 << min(attempts, 20))
    return now + min(doubled, LONGEST_WAIT)


def find_next_pass(passes: int, now: datetime) -> datetime:
    """When the next worker may look at a job that so many lacked something for."""
    return now + (PASS_ON if passes < PASSES else PASS_ON_SLOWLY)


def count_passes(job: Job) -> int:
    """How many workers lacked what a job needs, in a row."""
    given: Any = job.task_kwargs.get("passes", 0)
    return int(given)
