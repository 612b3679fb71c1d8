"""Reads what a digest tells: the list and its news as readers see them, and what waits."""

from datetime import datetime, timedelta

from models.capability import State
from models.digest import Digest
from sync.pipeline.context import Context
from sync.store.clean.publications_since import find_cursor_at
from sync.store.clean.readers_view import read_list
from sync.store.state.decisions.undecided import count_undecided

USUAL = timedelta(days=14)
"""So far back a digest looks that nobody was told before."""


def read_digest(context: Context, since: datetime, until: datetime) -> Digest:
    """The list at HEADWAY_CLEAN_URL, what was published of it `since`, and what needs a decision.

    SchemaError where there is no list, DatabaseError where it cannot be read.
    """
    shown = read_list(context.settings.clean_url, with_news=True)
    cursor = find_cursor_at(context.clean, since)
    undecided = count_undecided(context.state, shown.freshness.as_of)
    names: dict[State, list[str]] = {state: [] for state in State}
    for row in shown.rows:
        names[row.state_code].append(row.name)
    available, partly = names[State.AVAILABLE], names[State.PARTLY_AVAILABLE]
    active = sum(row.is_active for row in shown.rows)
    return Digest(
        since=since,
        until=until,
        available=tuple(sorted(available, key=str.casefold)),
        partly_available=tuple(sorted(partly, key=str.casefold)),
        others=active - len(available) - len(partly),
        news=tuple(each.sentence for each in shown.news if each.change_seq > cursor),
        waiting=undecided.epics,
        waiting_since=undecided.since,
        freshness=shown.freshness,
    )
