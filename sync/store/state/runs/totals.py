"""Adds up what runs took, so that a service that was started again tells the same."""

from msgspec import Struct
from sqlalchemy import Connection, Engine, insert, select, update

from models.tables import state
from sync.store.db.engines import open_reader


class RunCost(Struct, frozen=True, kw_only=True):
    """What one run took: `seconds` by stage; of Jira so many requests, of which `retries` asked
    again; in `paused` seconds nothing was asked, as Jira wanted it slower."""

    seconds: dict[str, float] = {}
    requests: int = 0
    retries: int = 0
    paused: float = 0.0


NOTHING = RunCost()


class RunTotal(Struct, frozen=True, kw_only=True):
    """All runs of a site that ended in one way."""

    outcome: str
    exit_code: int
    runs: int
    milliseconds: int
    requests: int
    retries: int
    paused_milliseconds: int
    issues: int


def add_to_totals(
    connection: Connection,
    site: str,
    how: tuple[str, int],
    cost: RunCost,
    *,
    runs: int = 1,
    issues: int = 0,
) -> None:
    """Add runs that ended as `how` has it (outcome, exit code), in the transaction that ends them.

    One worker writes the runs of a site: it has the lease.
    """
    table = state.run_total
    added = {
        "runs": runs,
        "milliseconds": round(1000 * sum(cost.seconds.values())),
        "requests": cost.requests,
        "retries": cost.retries,
        "paused_milliseconds": round(1000 * cost.paused),
        "issues": issues,
    }
    if not runs:
        return
    outcome, exit_code = how
    this = (table.c.site == site, table.c.outcome == outcome, table.c.exit_code == exit_code)
    more = {name: table.c[name] + number for name, number in added.items()}
    if not connection.execute(update(table).where(*this).values(more)).rowcount:
        key = {"site": site, "outcome": outcome, "exit_code": exit_code}
        connection.execute(insert(table).values(key | added))


def read_run_totals(engine: Engine, site: str) -> list[RunTotal]:
    """What all runs of a site came to, by how they ended."""
    table = state.run_total
    columns = [table.c[name] for name in RunTotal.__struct_fields__]
    query = select(*columns).where(table.c.site == site)
    with open_reader(engine) as connection:
        rows = connection.execute(query.order_by(table.c.outcome, table.c.exit_code)).all()
    return [RunTotal(**row._mapping) for row in rows]
