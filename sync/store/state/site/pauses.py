"""Sites that a person has paused: nothing is asked of them until they are resumed."""

from datetime import UTC, datetime

from msgspec import Struct
from sqlalchemy import Engine, select, update

from models.tables import state
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.site.site import SiteStore

LONGEST_REASON = 400
"""Letters of what a person says of it."""


class Pause(Struct, frozen=True):
    """Since when a site is paused, and why, as a person said it."""

    since: datetime
    reason: str | None = None


def pause_site(engine: Engine, site: str, reason: str | None, now: datetime | None = None) -> Pause:
    """Pause a site; one that is paused stays so since when it was, for the new reason if any."""
    SiteStore(engine, site).ensure_record()
    c = state.site.c
    with open_writer(engine) as connection:
        query = select(c.paused_since, c.pause_reason).where(c.site == site)
        since, before = connection.execute(query).one()
        pause = Pause(since or now or datetime.now(UTC), reason or before)
        connection.execute(
            update(state.site)
            .where(c.site == site)
            .values(paused_since=pause.since, pause_reason=pause.reason)
        )
    return pause


def resume_site(engine: Engine, site: str) -> Pause | None:
    """End a pause; the one that there was, None where there was none."""
    pause = read_pauses(engine).get(site)
    if pause is not None:
        with open_writer(engine) as connection:
            connection.execute(
                update(state.site)
                .where(state.site.c.site == site)
                .values(paused_since=None, pause_reason=None)
            )
    return pause


def read_pauses(engine: Engine) -> dict[str, Pause]:
    """The paused sites of a state database."""
    c = state.site.c
    query = select(c.site, c.paused_since, c.pause_reason).where(c.paused_since.is_not(None))
    with open_reader(engine) as connection:
        rows = connection.execute(query.order_by(c.site)).all()
    return {row.site: Pause(row.paused_since, row.pause_reason) for row in rows}
