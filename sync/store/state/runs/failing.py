"""Since when a site's runs have come to no good end, one after another."""

from datetime import datetime

from sqlalchemy import Engine, func, select

from models.tables import state
from sync.store.db.engines import open_reader


def find_failing_since(engine: Engine, site: str) -> datetime | None:
    """When the first of the newest runs in a row began that ended with an exit code above 0.

    None where the newest that ended went well, or none has ended.
    """
    c, earlier = state.run.c, state.run.alias().c
    last_well = (
        select(func.max(earlier.started_at))
        .where(earlier.site == site, earlier.exit_code == 0)
        .scalar_subquery()
    )
    query = select(func.min(c.started_at)).where(
        c.site == site,
        c.exit_code > 0,
        last_well.is_(None) | (c.started_at > last_well),
    )
    with open_reader(engine) as connection:
        return connection.execute(query).scalar()
