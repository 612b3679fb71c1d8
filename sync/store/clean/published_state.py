"""Reads what was published before, out of the clean database and nowhere else."""

from collections import defaultdict

import msgspec
from sqlalchemy import Connection, Engine, Row, select

from models.capability import (
    Capability,
    ChangeKind,
    ContributingEpic,
    PastLevel,
    PublishedCapability,
    PublishedState,
    PublishedTerm,
    State,
    sort_terms,
)
from models.effort import Level
from models.history import PublishedNews
from models.rulebook import TodayBy, WithdrawnReason
from models.tables import clean
from sync.store.db.engines import open_reader


def read_published_state(engine: Engine) -> PublishedState:
    """One consistent picture of the last publication; revision 0 means there was none."""
    with open_reader(engine) as connection:
        head = connection.execute(select(clean.head)).one()
        return PublishedState(
            revision=head.revision,
            as_of=head.as_of,
            rulebook_digest=head.rulebook_digest,
            generation=head.generation,
            capabilities=_load_capabilities(connection),
            terms=load_terms(connection),
        )


def read_stored_rulebook(engine: Engine, digest: str) -> dict[str, str] | None:
    """The texts of a rule book that was once in force, by its digest."""
    with open_reader(engine) as connection:
        table = clean.rulebook
        texts: dict[str, str] | None = connection.execute(
            select(table.c.texts).where(table.c.digest == digest)
        ).scalar()
        return texts


def _load_capabilities(connection: Connection) -> dict[str, PublishedCapability]:
    rows = load_rows(connection)
    return {
        row.capability_id: PublishedCapability(
            capability_id=row.capability_id,
            level=Level(row.level),
            scheme=row.scheme,
            state=State(row.state),
            is_claimed=row.is_claimed,
            contributing_epics=tuple(sorted(ContributingEpic(*epic) for epic in row.epics)),
            row=rows[row.capability_id],
            past_levels=tuple(msgspec.convert(row.past_levels, list[PastLevel])),
            claimed_until=row.claimed_until,
        )
        for row in connection.execute(select(clean.published_state))
    }


def load_rows(connection: Connection) -> dict[str, Capability]:
    """The rows as `connection` sees them, by id."""
    aliases: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(clean.alias)):
        aliases[row.capability_id].append(row.alias)
    return {
        row.capability_id: _build_row(row, aliases[row.capability_id])
        for row in connection.execute(select(clean.capability))
    }


def _build_row(row: Row[tuple[object, ...]], aliases: list[str]) -> Capability:
    reason = row.withdrawn_reason
    return Capability(
        capability_id=row.capability_id,
        name=row.name,
        summary=row.summary,
        product_area=row.product_area,
        state_code=State(row.state_code),
        state_label=row.state_label,
        effort_code=Level(row.effort_code),
        effort_label=row.effort_label,
        effort_rank=row.effort_rank,
        today_text=row.today_text,
        today_by=TodayBy(row.today_by),
        statement=row.statement,
        disclaimer=row.disclaimer,
        is_active=row.is_active,
        withdrawn_reason=WithdrawnReason(reason) if reason else None,
        replaced_by=row.replaced_by,
        aliases=tuple(sorted(aliases)),
    )


def load_terms(connection: Connection) -> tuple[PublishedTerm, ...]:
    """The vocabulary as `connection` sees it, in order."""
    return sort_terms(
        PublishedTerm(
            kind=row.kind, code=row.code, label=row.label, meaning=row.meaning, rank=row.rank
        )
        for row in connection.execute(select(clean.term))
    )


def load_news(connection: Connection) -> dict[int, PublishedNews]:
    """The news as `connection` sees them, by change_seq."""
    return {
        row.change_seq: PublishedNews(
            change_seq=row.change_seq,
            capability_id=row.capability_id,
            kind=ChangeKind(row.kind),
            changed_month=row.changed_month,
            sentence=row.sentence,
        )
        for row in connection.execute(select(clean.change))
    }
