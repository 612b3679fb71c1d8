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
from sync.store.state.sites import is_of


class StoredDecision(Struct, frozen=True):
    """A decision as it was last published, under which rule book, and since when it has stood.

    `screened_as` is the heading under which screening last left the epic out, as long as no person
    had it published since.
    """

    decision: Decision
    rulebook_digest: str
    since: datetime
    screened_as: str | None = None


def read_decisions(engine: Engine, *sites: str) -> dict[int, StoredDecision]:
    """The decisions of the last publication about what these sites have, by epic."""
    table = state.decision
    with open_reader(engine) as connection:
        columns = [_as_text(each) for each in table.c]
        rows = connection.execute(select(*columns).where(is_of(table.c.site, sites)))
        return {row.epic_id: _load_stored(row) for row in rows}


def write_decisions(
    connection: Connection,
    decisions: Iterable[Decision],
    kept: Mapping[int, StoredDecision],
    digest: str,
    as_of: datetime,
    *,
    approved: bool = False,
) -> int:
    """Write the decisions behind a publication: what differs from those `kept`.

    Epics that have none any more are forgotten. Decisions of a run that was held are not written:
    what was decided before is what they are measured against. What screening leaves out is
    remembered until a person `approved` what shows it. Returns rows written.
    """
    table = state.decision
    fresh, changed = [], []
    left = dict(kept)
    for decision in decisions:
        known = left.pop(decision.epic_id, None)
        if known is None:
            screened_as = _recall_screening(decision, None, approved=approved)
            fresh.append(_dump_decision(decision, digest, as_of, screened_as))
            continue
        screened_as = _recall_screening(decision, known.screened_as, approved=approved)
        now = StoredDecision(decision, digest, known.since, screened_as)
        if now != known:
            same = known.decision.decides_like(decision)
            since = known.since if same else as_of
            values = _dump_decision(decision, digest, since, screened_as)
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


def _recall_screening(decision: Decision, known: str | None, *, approved: bool) -> str | None:
    if is_screened_out(decision):
        return decision.heading
    is_shown = decision.outcome in (Outcome.PUBLISHED, Outcome.WAITING)
    return None if approved and is_shown else known


def epics_once_screened_out(kept: Mapping[int, StoredDecision]) -> dict[int, str]:
    """The epics that screening left out once, none in the last publication, by id as what.

    Not those of which a person had it published since.
    """
    return {
        epic_id: each.screened_as
        for epic_id, each in kept.items()
        if each.screened_as is not None and not is_screened_out(each.decision)
    }


def epics_shown(kept: Mapping[int, StoredDecision]) -> frozenset[int]:
    """The epics that counted for a capability in the last publication, or waited to."""
    shown = (Outcome.PUBLISHED, Outcome.WAITING)
    return frozenset(epic for epic, each in kept.items() if each.decision.outcome in shown)


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
    return StoredDecision(decision, row.rulebook_digest, row.since, row.screened_as)


_OUTCOMES = {str(outcome): outcome for outcome in Outcome}


@lru_cache(10_000)
def _load_reasons(text: str) -> tuple[Reason, ...]:
    """Many epics have the same reasons, to the word."""
    return msgspec.json.decode(text, type=tuple[Reason, ...])


def _dump_decision(
    decision: Decision, digest: str, since: datetime, screened_as: str | None
) -> dict[str, Any]:
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
        "screened_as": screened_as,
    }
