"""How fresh the list is: the head row, by which readers judge it."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Engine, select, update

from models.plan import Plan
from models.tables import clean
from models.tables.types import database_now
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
        "status": "partial" if plan.unseen_projects else "current",
    }


def read_head_revision(engine: Engine) -> int:
    """The revision that readers see now."""
    with open_reader(engine) as connection:
        revision: int = connection.execute(select(clean.head.c.revision)).scalar_one()
    return revision


def mark_freshness(engine: Engine, status: str, token: int) -> None:
    """Say that the last publication stays because a run was held or failed; nothing else moves."""
    with open_writer(engine) as connection:
        connection.execute(
            update(clean.head)
            .where(clean.head.c.fence == token, clean.head.c.status != status)
            .values(status=status)
        )
    write_readers_file(engine)


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
