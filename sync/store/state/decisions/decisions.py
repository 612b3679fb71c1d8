"""The decision about every epic, with since when it has stood."""

from collections.abc import Collection, Iterable, Mapping
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

from models.decision import Decision, Outcome, Reason, is_restricted, is_screened_out
from models.tables import state
from sync.store.db.engines import open_reader
from sync.store.state.sites import is_of

_SHOWN = (Outcome.PUBLISHED, Outcome.WAITING)


class StoredDecision(Struct, frozen=True):
    """A decision as it was last published, under which rule book, and since when it has stood.

    `screened_as` is the heading under which screening last left the epic out, as long as no person
    had it published since, `restricted_until` when it lost its security level, as long as likewise,
    `decided_until` when data took its decision, as long as it has none and no person approved that.
    """

    decision: Decision
    rulebook_digest: str
    since: datetime
    screened_as: str | None = None
    decided_until: datetime | None = None
    restricted_until: datetime | None = None


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
    lapsed: Collection[int] = (),
    approved: bool = False,
) -> int:
    """Write the decisions behind a publication: what differs from those `kept`.

    Epics that have none any more are forgotten. Decisions of a run that was held are not written:
    what was decided before is what they are measured against. What screening leaves out is
    remembered until a person `approved` what shows it, and so is what loses its security level; the
    `lapsed`, whose decision data took, until they have one or a person approved that. Returns rows
    written.
    """
    table = state.decision
    fresh, changed = [], []
    left = dict(kept)
    for decision in decisions:
        known = left.pop(decision.epic_id, None)
        now = StoredDecision(
            decision,
            digest,
            known.since if known else as_of,
            _recall_screening(decision, known.screened_as if known else None, approved=approved),
            None if approved else _recall_lapse(decision, known, lapsed, as_of),
            _recall_restriction(decision, known, as_of, approved=approved),
        )
        if known is None:
            fresh.append(_dump_stored(now))
        elif now != known:
            same = known.decision.decides_like(decision)
            values = _dump_stored(now) | {"since": known.since if same else as_of}
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
    return None if approved and decision.outcome in _SHOWN else known


def _recall_lapse(
    decision: Decision, known: StoredDecision | None, lapsed: Collection[int], as_of: datetime
) -> datetime | None:
    if known is None or decision.outcome is not Outcome.NEEDS_DECISION:
        return None
    return as_of if decision.epic_id in lapsed else known.decided_until


def _recall_restriction(
    decision: Decision, known: StoredDecision | None, as_of: datetime, *, approved: bool
) -> datetime | None:
    if known is None or is_restricted(decision) or (approved and decision.outcome in _SHOWN):
        return None
    return as_of if is_restricted(known.decision) else known.restricted_until


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
    return frozenset(epic for epic, each in kept.items() if each.decision.outcome in _SHOWN)


def epics_decided_under(kept: Mapping[int, StoredDecision], *digests: str) -> frozenset[int]:
    """The epics that had a decision when one of these very rule books last published."""
    return frozenset(
        epic_id
        for epic_id, each in kept.items()
        if each.rulebook_digest in digests and each.decision.outcome is not Outcome.NEEDS_DECISION
    )


def epics_lapsed(kept: Mapping[int, StoredDecision]) -> dict[int, datetime]:
    """The epics from which data took their decision, by id since when.

    Not those that were decided since, nor those of which a person approved it.
    """
    return {
        epic_id: each.decided_until
        for epic_id, each in kept.items()
        if each.decided_until is not None
    }


def epics_screened_out(kept: Mapping[int, StoredDecision]) -> frozenset[int]:
    """The epics that a screening rule left out in the last publication."""
    return frozenset(epic_id for epic_id, each in kept.items() if is_screened_out(each.decision))


def epics_restricted(kept: Mapping[int, StoredDecision]) -> frozenset[int]:
    """The epics that had a security level in the last publication."""
    return frozenset(epic_id for epic_id, each in kept.items() if is_restricted(each.decision))


def epics_freed(kept: Mapping[int, StoredDecision]) -> dict[int, datetime]:
    """The epics that lost their security level, by id since when.

    Not those that have one again, nor those of which a person had it published since.
    """
    return {
        epic_id: each.restricted_until
        for epic_id, each in kept.items()
        if each.restricted_until is not None
    }


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
    return StoredDecision(
        decision,
        row.rulebook_digest,
        row.since,
        row.screened_as,
        row.decided_until,
        row.restricted_until,
    )


_OUTCOMES = {str(outcome): outcome for outcome in Outcome}


@lru_cache(10_000)
def _load_reasons(text: str) -> tuple[Reason, ...]:
    """Many epics have the same reasons, to the word."""
    return msgspec.json.decode(text, type=tuple[Reason, ...])


def _dump_stored(stored: StoredDecision) -> dict[str, Any]:
    decision = stored.decision
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
        "rulebook_digest": stored.rulebook_digest,
        "since": stored.since,
        "screened_as": stored.screened_as,
        "decided_until": stored.decided_until,
        "restricted_until": stored.restricted_until,
    }
