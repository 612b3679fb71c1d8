"""How many epics wait for a decision, since when, and how much past work is behind them."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Engine, and_, case, func, select

from models.decision import Outcome
from models.tables import state
from sync.store.db.engines import open_reader

WEEK = timedelta(days=7)


class UndecidedCount(Struct, frozen=True, kw_only=True):
    """Epics that need a decision, as of the last publication.

    `new` of the `epics` began to wait in the week before `as_of`. `credit` and `all_credit`, of
    theirs and of all epics, are in micro-person-weeks: an internal figure.
    """

    epics: int
    new: int
    since: datetime | None
    credit: int
    all_credit: int


def count_undecided(engine: Engine, as_of: datetime | None) -> UndecidedCount:
    """What waits for a decision of a person, by the decisions behind the last publication.

    Of all that feeds the list: a site that left the settings is waited for by nobody, and what it
    brought is to be decided all the same.
    """
    waits, rollup = state.decision, state.epic_rollup
    after = as_of - WEEK if as_of else None
    is_new = waits.c.since > after if after else waits.c.since.is_(None)
    undecided = and_(
        waits.c.outcome == str(Outcome.NEEDS_DECISION),
        waits.c.is_item.is_(False),
    )
    below: Any = func.coalesce(func.sum(rollup.c.credit + rollup.c.hidden), 0)
    behind = and_(rollup.c.site == waits.c.site, rollup.c.number == waits.c.epic_id)
    with open_reader(engine) as connection:
        row = connection.execute(
            select(
                func.count(), func.sum(case((is_new, 1), else_=0)), func.min(waits.c.since)
            ).where(undecided)
        ).one()
        credit = connection.execute(
            select(below).select_from(waits.join(rollup, behind)).where(undecided)
        ).scalar_one()
        total = connection.execute(
            select(below).where(rollup.c.number > 0, rollup.c.is_item.is_(False))
        ).scalar_one()
    return UndecidedCount(
        epics=row[0], new=row[1] or 0, since=row[2], credit=int(credit), all_credit=int(total)
    )
