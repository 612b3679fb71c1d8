"""The lease: one worker at a time, fenced by a token, on the clean database's own clock."""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, Engine, or_, select, update
from sqlalchemy.exc import IntegrityError

from models.errors import DatabaseError, LeaseHeldError, Problem
from models.tables.clean import head, lease
from models.tables.types import database_now
from sync.store.db.engines import open_writer

NAME = "sync"
TTL = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=20)


@dataclass
class Lease:
    """A lease we hold. `lost` is set as soon as a renewal shows that it is no longer ours."""

    holder: str
    token: int
    lost: threading.Event = field(default_factory=threading.Event)


def new_holder() -> str:
    """A name that no other process start ever has, not even this one's next."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@contextmanager
def acquire_lease(
    engine: Engine, ttl: timedelta = TTL, renew_every: timedelta = RENEW_EVERY
) -> Iterator[Lease]:
    """Hold the lease for the whole of a run, renewed by a thread of its own.

    Raises LeaseHeldError if another worker has it and it has not run out.
    """
    held = take_lease(engine, new_holder(), ttl)
    done = threading.Event()
    renewer = threading.Thread(
        target=_keep_renewing, args=(engine, held, ttl, renew_every, done), daemon=True
    )
    renewer.start()
    try:
        yield held
    finally:
        done.set()
        renewer.join()
        release_lease(engine, held)


def take_lease(engine: Engine, holder: str, ttl: timedelta) -> Lease:
    """Take the lease if it is free or has run out; its token goes up and into the head row."""
    with open_writer(engine) as connection:
        free = or_(lease.c.holder.is_(None), lease.c.expires_at < database_now())
        taken = connection.execute(
            update(lease)
            .where(lease.c.name == NAME, free)
            .values(holder=holder, token=lease.c.token + 1)
            .returning(lease.c.token)
        ).scalar()
        if taken is None:
            raise _refusal(connection)
        _extend(connection, holder, ttl)
        connection.execute(update(head).values(fence=taken))
    return Lease(holder, int(taken))


def renew_lease(engine: Engine, held: Lease, ttl: timedelta) -> bool:
    """Push the end of the lease out again; False if it is not ours any more."""
    with open_writer(engine) as connection:
        return _extend(connection, held.holder, ttl)


@contextmanager
def guard_lease(engine: Engine, held: Lease, ttl: timedelta = TTL) -> Iterator[None]:
    """Within, rows that stand there already are another worker's if the lease is not ours any more.

    A worker that was frozen learns of it only so: LeaseHeldError.
    """
    try:
        yield
    except IntegrityError:
        if renew_lease(engine, held, ttl):
            raise
        held.lost.set()
        remedy = "Nothing was published; the next run goes on."
        raise LeaseHeldError(Problem("lease", "another worker took over", remedy)) from None


def release_lease(engine: Engine, held: Lease) -> None:
    """Give the lease back, if it is still ours."""
    with open_writer(engine) as connection:
        connection.execute(
            update(lease)
            .where(lease.c.name == NAME, lease.c.holder == held.holder)
            .values(holder=None, expires_at=None)
        )


def _extend(connection: Connection, holder: str, ttl: timedelta) -> bool:
    now = connection.execute(select(database_now())).scalar_one()
    result = connection.execute(
        update(lease)
        .where(lease.c.name == NAME, lease.c.holder == holder)
        .values(expires_at=now + ttl)
    )
    return result.rowcount == 1


def _refusal(connection: Connection) -> LeaseHeldError:
    row = connection.execute(select(lease).where(lease.c.name == NAME)).one()
    until = f" until {row.expires_at:%H:%M:%S} UTC" if row.expires_at else ""
    what = f"is held by {row.holder}{until}"
    remedy = "Another run is going on. If it was killed, the lease runs out by itself."
    return LeaseHeldError(Problem("lease", what, remedy))


def _keep_renewing(
    engine: Engine, held: Lease, ttl: timedelta, every: timedelta, done: threading.Event
) -> None:
    while not done.wait(every.total_seconds()):
        try:
            ours = renew_lease(engine, held, ttl)
        except DatabaseError:
            ours = False
        if not ours:
            held.lost.set()
            return
