"""What a run held back until a person has looked: a plan, empty fields, issues that went."""

import msgspec
from sqlalchemy import Engine, select

from models.emptied import Emptied
from models.loss import Loss
from models.plan import Proposal
from models.tables import state
from sync.store.db.engines import open_reader
from sync.store.state.runs.runs import GOOD


def find_proposal(engine: Engine, run_id: str) -> Proposal | None:
    """What a held run would have published, exactly as it was stored; None if there is none."""
    c = state.run.c
    with open_reader(engine) as connection:
        text = connection.execute(select(c.proposal).where(c.run_id == run_id)).scalar()
    return msgspec.json.decode(text, type=Proposal) if text else None


def find_emptied(engine: Engine, site: str, run_id: str) -> tuple[Emptied, ...]:
    """The fields that came empty, because of which a run of the site was held.

    None for any other run, and none once a later run went well: the fields were back then, and
    whoever takes them to be empty must see that they are so again.
    """
    c, later = state.run.c, state.run.alias()
    went_well = (
        select(later.c.run_id)
        .where(
            later.c.site == site,
            later.c.started_at > c.started_at,
            later.c.outcome.in_(("published", "unchanged", "partial")),
        )
        .exists()
    )
    query = select(c.emptied).where(c.site == site, c.run_id == run_id, ~went_well)
    with open_reader(engine) as connection:
        found = connection.execute(query).scalar()
    return msgspec.convert(found or [], tuple[Emptied, ...])


def find_losses(engine: Engine, site: str, run_id: str) -> tuple[Loss, ...]:
    """What a partial run of the site did not believe to be gone.

    None for any other run, and none once a later one saw everything: whoever takes it for gone
    must see that it is so again.
    """
    c = state.run.c
    told = select(c.outcome, c.counts, c.started_at).where(c.site == site, c.run_id == run_id)
    with open_reader(engine) as connection:
        run = connection.execute(told).one_or_none()
        if run is None or run.outcome != "partial":
            return ()
        later = select(c.counts).where(
            c.site == site, c.started_at > run.started_at, c.outcome.in_(GOOD)
        )
        if any(not (counts or {}).get("losses") for counts in connection.scalars(later)):
            return ()
    return msgspec.convert((run.counts or {}).get("losses", ()), tuple[Loss, ...])
