"""The decision about every epic, with since when it has stood."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, bindparam, insert, select, update

from models.decision import Cause, Decision, Outcome
from models.tables import state
from sync.store.engines import reading, writing


def write_decisions(
    engine: Engine, site: str, decisions: Iterable[Decision], digest: str, as_of: datetime
) -> int:
    """Write the decisions behind a publication: what differs, and forget epics that have none.

    Decisions of a run that was held are not written: what was decided before is what they are
    measured against. Returns rows written.
    """
    table = state.decision
    with writing(engine) as connection:
        rows = {
            row.epic_id: row
            for row in connection.execute(select(table).where(table.c.site == site))
        }
        fresh, changed = [], []
        for decision in decisions:
            known = rows.pop(decision.epic_id, None)
            values = _values(decision, digest, as_of, known)
            if known is None:
                fresh.append(values)
            elif any(known._mapping[name] != values[name] for name in values):
                changed.append({f"new_{name}": value for name, value in values.items()})
        if fresh:
            connection.execute(insert(table), fresh)
        if changed:
            names = [name.removeprefix("new_") for name in changed[0]]
            statement = (
                update(table)
                .where(table.c.site == site, table.c.epic_id == bindparam("new_epic_id"))
                .values({n: bindparam(f"new_{n}") for n in names if n not in ("site", "epic_id")})
            )
            connection.execute(statement, changed)
        for gone in rows:
            connection.execute(table.delete().where(table.c.site == site, table.c.epic_id == gone))
    return len(fresh) + len(changed) + len(rows)


def decided_under(engine: Engine, site: str, digest: str) -> frozenset[int]:
    """The epics that had a decision when this very rule book last published."""
    table = state.decision
    with reading(engine) as connection:
        return frozenset(
            connection.execute(
                select(table.c.epic_id).where(
                    table.c.site == site,
                    table.c.rulebook_digest == digest,
                    table.c.outcome != Outcome.NEEDS_DECISION,
                )
            ).scalars()
        )


def screened_out(engine: Engine, site: str) -> frozenset[int]:
    """The epics that a screening rule left out in the last publication."""
    table = state.decision
    with reading(engine) as connection:
        rows = connection.execute(
            select(table.c.epic_id, table.c.reasons).where(
                table.c.site == site, table.c.outcome == Outcome.LEFT_OUT
            )
        )
        return frozenset(row.epic_id for row in rows if row.reasons[0]["cause"] == Cause.SCREENING)


def _values(decision: Decision, digest: str, as_of: datetime, known: Any) -> dict[str, Any]:
    same = known is not None and (known.outcome, known.claimed_by, known.heading) == (
        decision.outcome,
        decision.claimed_by,
        decision.heading,
    )
    return {
        "site": decision.site,
        "epic_id": decision.epic_id,
        "outcome": str(decision.outcome),
        "heading": decision.heading,
        "claimed_by": decision.claimed_by,
        "counts_for": decision.counts_for,
        "reasons": [msgspec.to_builtins(reason) for reason in decision.reasons],
        "rulebook_digest": digest,
        "since": known.since if same else as_of,
    }
