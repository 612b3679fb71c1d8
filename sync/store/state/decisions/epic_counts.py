"""How many epics have come to which decision."""

from sqlalchemy import Engine, func, select

from models.decision import Outcome
from models.tables import state
from sync.store.db.engines import open_reader
from sync.store.state.sites import is_of


def count_epics(engine: Engine, *sites: str) -> dict[str, int]:
    """Every outcome, with how many epics of these sites have it, as of the last translation."""
    c = state.decision.c
    query = (
        select(c.outcome, func.count())
        .where(is_of(c.site, sites), c.is_item.is_(False))
        .group_by(c.outcome)
    )
    with open_reader(engine) as connection:
        counted: dict[str, int] = dict(connection.execute(query).all())
    return {outcome: counted.get(outcome, 0) for outcome in Outcome}
