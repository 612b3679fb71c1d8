"""The clock's side of the jobs database: hands out work, and takes it from workers that died."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, Select, String, cast, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from models.errors import LeaseHeldError, Problem
from models.tables import jobs
from sync.dispatch.dispatcher import Dispatched
from sync.dispatch.jobs.database import open_jobs
from sync.dispatch.jobs.engine import STALLED_AFTER, build_job, defer_jobs, find_next_try
from sync.dispatch.work import DueList, Work
from sync.store.clean.lease import Lease
from sync.store.db.engines import open_reader

log = structlog.get_logger()

AT_ONCE = 2
"""So often a job whose worker died is tried again at once: it may be the job that kills them."""
KEPT_HOURS = 48
_DONE = ("succeeded", "failed", "cancelled", "aborted")


class JobDispatcher:
    """Hands out work as jobs, for the clock that has the lease: LeaseHeldError once it has not."""

    def __init__(self, engine: Engine, lease: Lease, version: str) -> None:
        self._engine, self._lease, self._version = engine, lease, version

    def look(self) -> Dispatched:
        """What was handed out, and is not done."""
        work = jobs.work.c
        began: dict[str, datetime] = {}
        with open_reader(self._engine) as connection:
            read = select(work.list, work.began_at).where(work.began_at.is_not(None))
            # A period begins with its pulls, where there are any: their rows come last.
            for row in connection.execute(read.order_by(work.site != "", work.began_at)):
                began[row.list] = row.began_at
            busy = frozenset(connection.execute(_select_busy()).scalars())
        return Dispatched(began, busy)

    def start(self, due: Collection[DueList]) -> None:
        """Defer a job for each list, or for each of its sites; and note when that was."""
        with open_jobs(self._engine) as connection:
            self._check_fence(connection)
            on_hand = _read_on_hand(connection)
            found = (work for each in due for work in _split(each))
            self._defer(connection, [work for work in found if work not in on_hand])

    def publish_pulled(self) -> list[str]:
        """Have those lists translated and published whose sites were read since; which those are.

        Each site was tried at least once: one that failed holds back no more than what it feeds.
        """
        work = jobs.work.c
        ended = select(work.list, func.max(work.ended_at).label("ended"))
        pulled = ended.where(work.site != "").group_by(work.list).subquery()
        translated = select(work.list, work.began_at).where(work.site == "").subquery()
        ready = (
            select(pulled.c.list)
            .outerjoin(translated, translated.c.list == pulled.c.list)
            .where(
                or_(translated.c.began_at.is_(None), translated.c.began_at < pulled.c.ended),
                pulled.c.list.not_in(_select_busy()),
            )
        )
        with open_jobs(self._engine) as connection:
            self._check_fence(connection)
            names = [*connection.execute(ready).scalars()]
            self._defer(connection, [Work(list=name, kind="translate") for name in names])
        return names

    def _defer(self, connection: Connection, work: Collection[Work]) -> None:
        if not work:
            return
        table = jobs.work
        loaded = select(table.c.list, table.c.site).where(table.c.is_loaded)
        known = {(row.list, row.site) for row in connection.execute(loaded)}
        made = [
            build_job(
                each,
                self._version,
                is_first=each.kind != "translate" and (each.list, each.site) not in known,
            )
            for each in work
        ]
        defer_jobs(connection, made)
        note = insert(table).values(
            [{"list": e.list, "site": e.site, "began_at": func.now()} for e in work]
        )
        at_hand = {"began_at": note.excluded.began_at}
        connection.execute(note.on_conflict_do_update(constraint=table.primary_key, set_=at_hand))

    def sweep(self, now: datetime) -> list[str]:
        """Have other workers do the jobs of those that were not heard of; whose jobs those were.

        A worker that was frozen learns by its lease that its run is not its own any more.
        """
        job, worker = jobs.job.c, jobs.worker.c
        gone = func.now() - STALLED_AFTER
        stalled = (
            select(job.id, job.attempts, job.args["list"].astext.label("list"))
            .select_from(jobs.job.outerjoin(jobs.worker, worker.id == job.worker_id))
            .where(
                cast(job.status, String) == "doing",
                or_(worker.id.is_(None), worker.last_heartbeat < gone),
            )
            .with_for_update(of=jobs.job, skip_locked=True)
        )
        retry = text(
            "WITH swept AS (UPDATE procrastinate_jobs SET args = args - 'passes' WHERE id = :id "
            "RETURNING id) SELECT procrastinate_retry_job_v2(id, :at, NULL, NULL, NULL) FROM swept"
        )
        with open_jobs(self._engine) as connection:
            self._check_fence(connection)
            found = connection.execute(stalled).all()
            for row in found:
                wait = find_next_try(row.attempts, now) if row.attempts >= AT_ONCE else now
                connection.execute(retry, {"id": row.id, "at": wait})
            connection.execute(jobs.worker.delete().where(worker.last_heartbeat < gone))
        for row in found:
            log.warning("clock.worker-gone", list=row.list, attempts=row.attempts + 1)
        return [row.list for row in found]

    def prepare(self) -> None:
        """Give waiting jobs of another version's clock our own, and forget what is long done."""
        ours = text(
            "UPDATE procrastinate_jobs SET args = jsonb_set(args, '{version}', to_jsonb(:v ::text))"
            " WHERE status = 'todo' AND args ->> 'version' <> :v"
        )
        old = text(
            "DELETE FROM procrastinate_jobs WHERE status = ANY(:done ::procrastinate_job_status[]) "
            "AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = "
            "procrastinate_jobs.id AND e.at > now() - make_interval(hours => :hours))"
        )
        with open_jobs(self._engine) as connection:
            self._check_fence(connection)
            connection.execute(ours, {"v": self._version})
            connection.execute(old, {"done": list(_DONE), "hours": KEPT_HOURS})

    def _check_fence(self, connection: Connection) -> None:
        """No clock hands anything out that another one has taken over from."""
        fence = connection.execute(select(jobs.head.c.fence).with_for_update()).scalar_one()
        if fence != self._lease.token:
            self._lease.lost.set()
            raise LeaseHeldError(Problem("clock", "another clock has taken over"))


def _split(due: DueList) -> list[Work]:
    """One run for a list that one site feeds, else a pull for each of them."""
    if len(due.sites) == 1:
        return [Work(list=due.list)]
    return [Work(list=due.list, site=site, kind="pull") for site in due.sites]


def _select_busy() -> Select[Any]:
    """The lists that have work on hand, apart from sites that failed, or that the worker lacked
    something for, and are tried again later."""
    job = jobs.job.c
    status = cast(job.status, String)
    was_tried = (job.attempts > 0) | job.args.has_key("passes")
    is_put_off = (status == "todo") & was_tried & (job.args["kind"].astext == "pull")
    return select(job.args["list"].astext).where(status.in_(("todo", "doing")), ~is_put_off)


def _read_on_hand(connection: Connection) -> set[Work]:
    """All work that waits, is put off, or is being done."""
    job = jobs.job.c
    given = select(job.args).where(cast(job.status, String).in_(("todo", "doing")))
    rows = connection.execute(given).scalars()
    return {Work(list=a["list"], site=a["site"], kind=a["kind"]) for a in rows}
