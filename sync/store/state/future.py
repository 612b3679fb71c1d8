"""Forgets what lies in a future: fortnights closed and moments noted by a clock that was ahead."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select, update

from models.backlog import DoneSource
from models.effort import Entry, Ledger
from models.tables import state
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.ledger import append_entries, read_ledger
from sync.store.state.rollups import invalidate_cached_translation


def forget_future(
    engine: Engine, site: str, now: datetime, last: int, reverse: Callable[[Ledger], list[Entry]]
) -> tuple[int, int]:
    """Open again the windows after the `last` that can be closed; what `reverse` says is appended.

    Nothing later than `now` stays noted. Returns how many windows of teams, and entries, that were.
    """
    window, entry = state.team_window, state.ledger
    generations = (
        select(entry.c.generation).where(entry.c.site == site, entry.c.window > last).distinct()
    )
    with open_reader(engine) as connection:
        early = list(connection.execute(generations).scalars())
    reversals = [each for name in early for each in reverse(read_ledger(engine, site, name))]
    with open_writer(engine) as connection:
        closed = (window.c.site == site) & (window.c.window > last)
        number = connection.execute(window.delete().where(closed)).rowcount
        append_entries(connection, reversals)
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
    return number, len(reversals)
