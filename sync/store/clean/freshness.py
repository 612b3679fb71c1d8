"""How fresh the list is: the head row, by which readers judge it."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, func, insert, literal, select, update

from models.plan import Plan
from models.tables import clean
from models.tables.types import UtcDateTime, database_now
from sync.store.clean.readers_file import write_readers_file
from sync.store.db.engines import open_reader, open_writer

AHEAD = timedelta(hours=1)
"""A list that was checked later than that from now was checked by a clock that was ahead."""


class Freshness(Struct, frozen=True, kw_only=True):
    """The head row, for status."""

    revision: int
    change_seq: int
    as_of: datetime | None
    checked_at: datetime | None
    published_at: datetime | None
    stale_after: datetime | None
    is_stale: bool
    status: str
    row_count: int


def date_head(plan: Plan, now: datetime, fresh_for: timedelta) -> dict[str, Any]:
    """How fresh the list is with a plan, as its head has it."""
    return {
        "as_of": plan.as_of,
        "checked_at": now,
        "stale_after": now + fresh_for,
        "status": "partial" if plan.is_partial else "current",
    }


def date_head_unread(plan: Plan, status: str) -> dict[str, Any]:
    """The same where Jira was not asked: nothing was checked, and what failed before fails still.

    `status` is what the head says until then.
    """
    now = "partial" if plan.is_partial else "current"
    return {"as_of": plan.as_of, "status": "failing" if status == "failing" else now}


def read_rulebook_digest(engine: Engine) -> str | None:
    """The digest of the rule book that the list stands for; None before the first publication."""
    with open_reader(engine) as connection:
        found: str | None = connection.execute(select(clean.head.c.rulebook_digest)).scalar_one()
    return found


def read_head_revision(engine: Engine) -> int:
    """The revision that readers see now."""
    with open_reader(engine) as connection:
        revision: int = connection.execute(select(clean.head.c.revision)).scalar_one()
    return revision


def mark_freshness(engine: Engine, status: str, token: int) -> None:
    """Say that the last publication stays because a run was held or failed; nothing else moves."""
    with open_writer(engine) as connection:
        moved = connection.execute(
            update(clean.head)
            .where(clean.head.c.fence == token, clean.head.c.status != status)
            .values(status=status)
        )
        if moved.rowcount:
            note_freshness(connection)
    write_readers_file(engine)


def note_freshness(connection: Connection, now: datetime | None = None) -> None:
    """Note how fresh the list is from `now` on, in the transaction that says so in the head row."""
    head, log = clean.head, clean.freshness_log
    columns = ("revision", "epoch", "as_of", "checked_at", "stale_after", "status")
    number = select(func.coalesce(func.max(log.c.number), 0) + 1).scalar_subquery()
    noted_at = database_now() if now is None else literal(now, UtcDateTime())
    noted = select(number, noted_at, *(head.c[name] for name in columns))
    connection.execute(insert(log).from_select(["number", "noted_at", *columns], noted))


def read_freshness(engine: Engine) -> Freshness:
    """How fresh the list is, by the database's own clock."""
    with open_reader(engine) as connection:
        head = connection.execute(select(clean.head)).one()
        now = connection.execute(select(database_now())).scalar_one()
        active = connection.execute(
            select(clean.capability.c.capability_id).where(clean.capability.c.is_active)
        ).all()
    return Freshness(
        revision=head.revision,
        change_seq=head.change_seq,
        as_of=head.as_of,
        checked_at=head.checked_at,
        published_at=head.published_at,
        stale_after=head.stale_after,
        is_stale=head.stale_after is None
        or head.stale_after < now
        or head.checked_at > now + AHEAD,
        status=head.status,
        row_count=len(active),
    )
