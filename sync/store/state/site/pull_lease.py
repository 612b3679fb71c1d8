"""The row in which the right to read one of several sites stands: a lease, as in the clean one."""

from contextlib import suppress

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.tables import state
from sync.store.db.engines import open_reader, open_writer


def ensure_lease_row(engine: Engine, site: str) -> None:
    """Make the row of a site at first sight.

    Its tokens go on above the site's fence: whoever read it under another lease before writes
    nothing any more.
    """
    table = state.lease
    with open_reader(engine) as connection:
        is_there = connection.execute(select(table.c.name).where(table.c.name == site)).first()
    if is_there is not None:
        return
    fence = select(func.max(state.site.c.fence)).where(state.site.c.site == site)
    # Where another worker is the first to see it, its row is as good.
    with suppress(IntegrityError), open_writer(engine) as connection:
        token = connection.execute(fence).scalar() or 0
        connection.execute(insert(table).values(name=site, token=token))


def write_site_fence(connection: Connection, site: str, token: int) -> None:
    """Have nobody but who holds the lease with this token write anything of a site."""
    table = state.site
    connection.execute(update(table).where(table.c.site == site).values(fence=token))
