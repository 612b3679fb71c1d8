"""The decision about every epic, with since when it has stood."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Text,
    bindparam,
    insert,
    select,
    type_coerce,
    update,
)

from models.decision import Decision, Outcome, Reason, is_screened_out
from models.tables import state
from sync.store.db.engines import open_reader


class StoredDecision(Struct, frozen=True):
    """A decision as it was last published, under which rule book, and since when it has stood."""

    decision: Decision
    rulebook_digest: str
    since: datetime


def read_decisions(engine: Engine, site: str) -> dict[int, StoredDecision]:
    """The decisions of the last publication, by epic."""
    table = state.decision
    with open_reader(engine) as connection:
        columns = [_as_text(each) for each in table.c]
        rows = connection.execute(select(*columns).where(table.c.site == site))
        return {row.epic_id: _load_stored(row) for row in rows}


def write_decisions(
    connection: Connection,
    decisions: Iterable[Decision],
    kept: Mapping[int, StoredDecision],
    digest: str,
    as_of: datetime,
) -> int:
    """Write the decisions behind a publication of one site: what differs from those `kept` of it.

    Epics that have none any more are forgotten. Decisions of a run that was held are not written:
    what was decided before is what they are measured against. Returns rows written.
    """
    table = state.decision
    fresh, changed = [], []
    left = dict(kept)
    for decision in decisions:
        known = left.pop(decision.epic_id, None)
        if known is None:
            fresh.append(_dump_decision(decision, digest, as_of))
        elif (known.decision, known.rulebook_digest) != (decision, digest):
            same = known.decision.decides_like(decision)
            values = _dump_decision(decision, digest, known.since if same else as_of)
            changed.append({f"new_{name}": value for name, value in values.items()})
    gone = [each.decision for each in left.values()]
    if fresh:
        connection.execute(insert(table), fresh)
    if changed:
        names = [name.removeprefix("new_") for name in changed[0]]
        statement = (
            update(table)
            .where(
                table.c.site == bindparam("new_site"),
                table.c.epic_id == bindparam("new_epic_id"),
            )
            .values({n: bindparam(f"new_{n}") for n in names if n not in ("site", "epic_id")})
        )
        connection.execute(statement, changed)
    for each in gone:
        connection.execute(
            table.delete().where(table.c.site == each.site, table.c.epic_id == each.epic_id)
        )
    return len(fresh) + len(changed) + len(gone)


def epics_decided_under(kept: Mapping[int, StoredDecision], digest: str) -> frozenset[int]:
    """The epics that had a decision when this very rule book last published."""
    return frozenset(
        epic_id
        for epic_id, each in kept.items()
        if each.rulebook_digest == digest and each.decision.outcome is not Outcome.NEEDS_DECISION
    )


def epics_screened_out(kept: Mapping[int, StoredDecision]) -> frozenset[int]:
    """The epics that a screening rule left out in the last publication."""
    return frozenset(epic_id for epic_id, each in kept.items() if is_screened_out(each.decision))


def _as_text(column: Column[Any]) -> ColumnElement[Any]:
    """JSON is left as text: few of its values are found only once."""
    return type_coerce(column, Text).label(column.name) if column.name == "reasons" else column


def _load_stored(row: Any) -> StoredDecision:
    decision = Decision(
        site=row.site,
        epic_id=row.epic_id,
        key=row.key,
        outcome=_OUTCOMES[row.outcome],
        heading=row.heading,
        reasons=_load_reasons(row.reasons),
        claimed_by=row.claimed_by,
        counts_for=row.counts_for,
        is_item=row.is_item,
    )
    return StoredDecision(decision, row.rulebook_digest, row.since)


_OUTCOMES = {str(outcome): outcome for outcome in Outcome}


@lru_cache(10_000)
def _load_reasons(text: str) -> tuple[Reason, ...]:
    """Many epics have the same reasons, to the word."""
    return msgspec.json.decode(text, type=tuple[Reason, ...])


def _dump_decision(decision: Decision, digest: str, since: datetime) -> dict[str, Any]:
    return {
        "site": decision.site,
        "epic_id": decision.epic_id,
        "key": decision.key,
        "outcome": str(decision.outcome),
        "heading": decision.heading,
        "claimed_by": decision.claimed_by,
        "counts_for": decision.counts_for,
        "is_item": decision.is_item,
        "reasons": [msgspec.to_builtins(reason) for reason in decision.reasons],
        "rulebook_digest": digest,
        "since": since,
    }
