"""Leases: one worker at a time, fenced by a token, on the clock of the database that has them.

The one of the clean database is the right to publish. Where several sites feed one list, the state
database has one for each of them, the right to read it.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Engine, Table, select, update
from sqlalchemy.exc import IntegrityError

from models.errors import DatabaseError, LeaseHeldError, Problem
from models.tables import clean
from models.tables.types import database_now
from sync.crash_points import pass_crash_point
from sync.store.db.engines import open_reader, open_writer

TTL = timedelta(seconds=15)
"""So long is what a killed worker leaves: who stands by for it waits no longer than that."""
RENEW_EVERY = timedelta(seconds=5)
STUCK = timedelta(hours=1)
"""No lease ends so far ahead: it was taken while the database's clock was ahead."""


@dataclass(frozen=True)
class LeaseRow:
    """Where a lease stands. `write_fence` puts a new token where who writes is held against it."""

    table: Table
    name: str
    write_fence: Callable[[Connection, int], None]

    @property
    def is_it(self) -> ColumnElement[bool]:
        """Whether a row of the table is this lease's."""
        return self.table.c.name == self.name


def _write_head(connection: Connection, token: int) -> None:
    connection.execute(update(clean.head).values(fence=token))


PUBLICATION = LeaseRow(clean.lease, "sync", _write_head)


@dataclass
class Lease:
    """A lease of ours. `lost` is set as soon as a renewal shows that it is ours no longer."""

    holder: str
    token: int
    row: LeaseRow = PUBLICATION
    lost: threading.Event = field(default_factory=threading.Event)


class TakenLease(Struct, frozen=True, kw_only=True):
    """A lease as it stands in the database, whoever took it.

    It is held; or left, since it ran out and nobody gave it back; or stuck, since it ends further
    ahead than one can. `process` is a process id on `host`, None if the holder tells of none.
    """

    holder: str
    host: str
    process: int | None
    until: datetime
    state: Literal["held", "left", "stuck"]


def read_lease(engine: Engine, of: LeaseRow = PUBLICATION) -> TakenLease | None:
    """Who has the lease, by the database's own clock; None if it is free."""
    with open_reader(engine) as connection:
        read = select(of.table, database_now().label("now")).where(of.is_it)
        row = connection.execute(read).one_or_none()
    if row is None or row.holder is None or row.expires_at is None:
        return None
    host, process = _part_holder(row.holder)
    if row.expires_at < row.now:
        state: Literal["held", "left", "stuck"] = "left"
    else:
        state = "stuck" if row.expires_at > row.now + STUCK else "held"
    return TakenLease(
        holder=row.holder, host=host, process=process, until=row.expires_at, state=state
    )


def _part_holder(holder: str) -> tuple[str, int | None]:
    """The host and the process that `name_holder` named."""
    host, *rest = holder.rsplit(":", 2)
    if len(rest) == 2 and rest[0].isascii() and rest[0].isdigit():
        return host, int(rest[0])
    return holder, None


def name_holder() -> str:
    """A name that no other process start ever has, not even this one's next."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@contextmanager
def acquire_lease(
    engine: Engine,
    ttl: timedelta = TTL,
    renew_every: timedelta = RENEW_EVERY,
    of: LeaseRow = PUBLICATION,
) -> Iterator[Lease]:
    """The lease for the whole of a run, renewed by a thread of its own.

    Raises LeaseHeldError if another worker has it and it has not run out.
    """
    lease = take_lease(engine, name_holder(), ttl, of)
    done = threading.Event()
    renewer = threading.Thread(
        target=_keep_renewing, args=(engine, lease, ttl, renew_every, done), daemon=True
    )
    renewer.start()
    try:
        pass_crash_point("lease.taken")
        yield lease
    finally:
        done.set()
        renewer.join()
        release_lease(engine, lease)


def take_lease(engine: Engine, holder: str, ttl: timedelta, of: LeaseRow = PUBLICATION) -> Lease:
    """Take the lease if it is free or has run out; its token goes up and becomes the fence.

    Raises LeaseHeldError if another worker has it. A lease that ends further ahead than one can
    was made while a clock was ahead: it is cut to `ttl` from now, and whoever has it renews it.
    """
    refusal = None
    with open_writer(engine) as connection:
        read = select(of.table, database_now().label("now")).where(of.is_it)
        row = connection.execute(read.with_for_update()).one()
        if row.holder is not None and row.expires_at >= row.now:
            is_stuck = row.expires_at > row.now + max(ttl, STUCK)
            refusal = _build_refusal(of, row.holder, row.expires_at, ttl if is_stuck else None)
            if is_stuck:
                _extend_lease(connection, of, row.holder, ttl)
        else:
            token = connection.execute(
                update(of.table)
                .where(of.is_it)
                .values(holder=holder, token=of.table.c.token + 1)
                .returning(of.table.c.token)
            ).scalar_one()
            _extend_lease(connection, of, holder, ttl)
            of.write_fence(connection, int(token))
    if refusal is not None:
        raise refusal
    return Lease(holder, int(token), of)


def renew_lease(engine: Engine, lease: Lease, ttl: timedelta) -> bool:
    """Push the end of the lease out again; False if it is not ours any more."""
    with open_writer(engine) as connection:
        return _extend_lease(connection, lease.row, lease.holder, ttl)


@contextmanager
def guard_lease(engine: Engine, lease: Lease, ttl: timedelta = TTL) -> Iterator[None]:
    """Within, rows that stand there already are another worker's if the lease is not ours any more.

    A worker that was frozen learns of it only so: LeaseHeldError.
    """
    try:
        yield
    except IntegrityError:
        if renew_lease(engine, lease, ttl):
            raise
        lease.lost.set()
        remedy = "Nothing was published; the next run goes on."
        raise LeaseHeldError(Problem("lease", "another worker took over", remedy)) from None


def release_lease(engine: Engine, lease: Lease) -> None:
    """Give the lease back, if it is still ours."""
    row = lease.row
    with open_writer(engine) as connection:
        connection.execute(
            update(row.table)
            .where(row.is_it, row.table.c.holder == lease.holder)
            .values(holder=None, expires_at=None)
        )


def _extend_lease(connection: Connection, of: LeaseRow, holder: str, ttl: timedelta) -> bool:
    now = connection.execute(select(database_now())).scalar_one()
    result = connection.execute(
        update(of.table).where(of.is_it, of.table.c.holder == holder).values(expires_at=now + ttl)
    )
    return result.rowcount == 1


def _build_refusal(
    of: LeaseRow, holder: str, ends: datetime, cut_to: timedelta | None
) -> LeaseHeldError:
    """What to tell who finds the lease taken; `cut_to` is what is left of one that was stuck."""
    what = f"belongs to {holder} until {_format(ends)}"
    remedy = "Another run is going on. If it was killed, the lease runs out by itself."
    if cut_to is not None:
        seconds = f"{cut_to.total_seconds():.0f} seconds"
        what += ", which is further ahead than a lease can end: a clock was ahead"
        remedy = f"It was cut to {seconds}. If that run was killed, run again after that."
    where = "lease" if of is PUBLICATION else f"lease of site {of.name}"
    return LeaseHeldError(Problem(where, what, remedy))


def _format(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _keep_renewing(
    engine: Engine, lease: Lease, ttl: timedelta, every: timedelta, done: threading.Event
) -> None:
    """Renew it until `done`; a database that does not answer is asked again while it is ours."""
    good_until = time.monotonic() + ttl.total_seconds()
    while not done.wait(every.total_seconds()):
        asked = time.monotonic()
        try:
            is_ours = renew_lease(engine, lease, ttl)
        except DatabaseError:
            is_ours = time.monotonic() < good_until
        else:
            good_until = asked + ttl.total_seconds()
        if not is_ours:
            lease.lost.set()
            return
