"""Forgets what lies in a future: fortnights closed and moments noted by a clock that was ahead."""

from datetime import datetime

from sqlalchemy import Engine, func, select, update

from models.backlog import DoneSource
from models.tables import state
from sync.store.db.engines import open_writer
from sync.store.state.rollups import invalidate_cached_translation


def forget_future(engine: Engine, site: str, now: datetime, last: int) -> tuple[int, int]:
    """Delete what was booked in windows after the `last` that can be closed; nothing later than
    `now` stays noted. Returns how many windows of teams, and how many entries, went.

    The ledger is append-only but for this: those windows had not ended.
    """
    deleted = []
    with open_writer(engine) as connection:
        for table in (state.team_window, state.ledger):
            early = (table.c.site == site) & (table.c.window > last)
            number = select(func.count()).select_from(table).where(early)
            deleted.append(int(connection.execute(number).scalar_one()))
            connection.execute(table.delete().where(early))
        issue, decision = state.issue, state.decision
        seen = (issue.c.site == site) & (issue.c.done_source == str(DoneSource.FIRST_SEEN))
        for table, column, where in (
            (issue, issue.c.done_at, seen),
            (issue, issue.c.missing_since, issue.c.site == site),
            (decision, decision.c.since, decision.c.site == site),
        ):
            late = update(table).where(where, column > now).values({column: now})
            connection.execute(late)
        invalidate_cached_translation(connection, site)
    return deleted[0], deleted[1]
