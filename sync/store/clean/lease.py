"""The lease: one worker at a time, fenced by a token, on the clean database's own clock."""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, or_, select, update
from sqlalchemy.exc import IntegrityError

from models.errors import DatabaseError, LeaseHeldError, Problem
from models.tables import clean
from models.tables.types import database_now
from sync.store.db.engines import open_writer

NAME = "sync"
TTL = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=20)
STUCK = timedelta(hours=1)
"""No lease ends so far ahead: it was taken while the database's clock was ahead."""


@dataclass
class Lease:
    """A lease of ours. `lost` is set as soon as a renewal shows that it is ours no longer.

    `stuck` tells of the lease before it, if that would not have ended in any time of ours.
    """

    holder: str
    token: int
    lost: threading.Event = field(default_factory=threading.Event)
    stuck: str | None = None


def name_holder() -> str:
    """A name that no other process start ever has, not even this one's next."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@contextmanager
def acquire_lease(
    engine: Engine, ttl: timedelta = TTL, renew_every: timedelta = RENEW_EVERY
) -> Iterator[Lease]:
    """The lease for the whole of a run, renewed by a thread of its own.

    Raises LeaseHeldError if another worker has it and it has not run out.
    """
    lease = take_lease(engine, name_holder(), ttl)
    done = threading.Event()
    renewer = threading.Thread(
        target=_keep_renewing, args=(engine, lease, ttl, renew_every, done), daemon=True
    )
    renewer.start()
    try:
        yield lease
    finally:
        done.set()
        renewer.join()
        release_lease(engine, lease)


def take_lease(engine: Engine, holder: str, ttl: timedelta) -> Lease:
    """Take the lease if it is free, has run out, or can never; its token goes into the head row.

    Raises LeaseHeldError if another worker has it. One who is alive and loses a lease that was
    stuck learns of it by its token, and writes nothing.
    """
    table = clean.lease
    with open_writer(engine) as connection:
        read = select(table, database_now().label("now")).where(table.c.name == NAME)
        row = connection.execute(read).one()
        now = row.now
        is_stuck = row.expires_at is not None and row.expires_at > now + max(ttl, STUCK)
        free = or_(table.c.holder.is_(None), table.c.expires_at < now)
        if is_stuck:
            free = table.c.expires_at == row.expires_at
        token = connection.execute(
            update(table)
            .where(table.c.name == NAME, free)
            .values(holder=holder, token=table.c.token + 1)
            .returning(table.c.token)
        ).scalar()
        if token is None:
            raise _build_refusal(connection)
        _extend_lease(connection, holder, ttl)
        connection.execute(update(clean.head).values(fence=token))
    stuck = f"{row.holder} had it until {_format(row.expires_at)}" if is_stuck else None
    return Lease(holder, int(token), stuck=stuck)


def renew_lease(engine: Engine, lease: Lease, ttl: timedelta) -> bool:
    """Push the end of the lease out again; False if it is not ours any more."""
    with open_writer(engine) as connection:
        return _extend_lease(connection, lease.holder, ttl)


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
    table = clean.lease
    with open_writer(engine) as connection:
        connection.execute(
            update(table)
            .where(table.c.name == NAME, table.c.holder == lease.holder)
            .values(holder=None, expires_at=None)
        )


def _extend_lease(connection: Connection, holder: str, ttl: timedelta) -> bool:
    table = clean.lease
    now = connection.execute(select(database_now())).scalar_one()
    result = connection.execute(
        update(table)
        .where(table.c.name == NAME, table.c.holder == holder)
        .values(expires_at=now + ttl)
    )
    return result.rowcount == 1


def _build_refusal(connection: Connection) -> LeaseHeldError:
    row = connection.execute(select(clean.lease).where(clean.lease.c.name == NAME)).one()
    until = f" until {_format(row.expires_at)}" if row.expires_at else ""
    what = f"belongs to {row.holder}{until}"
    remedy = "Another run is going on. If it was killed, the lease runs out by itself."
    return LeaseHeldError(Problem("lease", what, remedy))


def _format(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _keep_renewing(
    engine: Engine, lease: Lease, ttl: timedelta, every: timedelta, done: threading.Event
) -> None:
    while not done.wait(every.total_seconds()):
        try:
            is_ours = renew_lease(engine, lease, ttl)
        except DatabaseError:
            is_ours = False
        if not is_ours:
            lease.lost.set()
            return
