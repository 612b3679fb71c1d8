"""Reads the list as it stood at any moment, out of the publication log."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Engine, func, select

from models.capability import REDACTED_NAME, Capability, PublishedTerm
from models.history import (
    ListAsOf,
    LoggedPublication,
    LoggedWaiver,
    LostPublications,
    PastFreshness,
    PublishedNews,
)
from models.tables import clean
from models.tables.types import database_now
from sync.store.clean.freshness import AHEAD
from sync.store.db.engines import open_reader

FIRST_STATUS = "failing"
"""What v1_freshness says before anything was published."""


def read_clock(engine: Engine) -> datetime:
    """Now, by the database's own clock: nothing is known of what comes after."""
    with open_reader(engine) as connection:
        now: datetime = connection.execute(select(database_now())).scalar_one()
    return now


def load_list_as_of(connection: Connection, moment: datetime) -> ListAsOf:
    """What every reader saw at that moment: rows, aliases, vocabulary, news, freshness.

    It costs what the list is large, however many publications came before. `connection` is to the
    clean database itself, not to the file that readers of SQLite have.
    """
    publication = find_publication_at(connection, moment)
    lost = find_lost(connection, moment)
    if publication is None:
        freshness = _read_freshness(connection, moment, None, 0)
        return ListAsOf(
            moment=moment,
            rows=(),
            terms=(),
            changes=(),
            freshness=freshness,
            publication=None,
            lost=lost,
        )
    revision = publication.revision
    unsorted = (
        msgspec.json.decode(content, type=Capability)
        for content in _read_latest(connection, "row", revision)
    )
    rows = tuple(sorted(unsorted, key=lambda row: row.capability_id))
    news = (
        msgspec.json.decode(content, type=PublishedNews)
        for content in _read_latest(connection, "news", revision)
    )
    terms: tuple[PublishedTerm, ...] = ()
    for content in _read_latest(connection, "terms", revision):
        terms = msgspec.json.decode(content, type=tuple[PublishedTerm, ...])
    active = sum(row.is_active for row in rows)
    return ListAsOf(
        moment=moment,
        rows=rows,
        terms=terms,
        changes=tuple(sorted(news, key=lambda each: each.change_seq)),
        freshness=_read_freshness(connection, moment, publication, active),
        publication=publication,
        waivers=read_waivers(connection, revision),
        removed=_find_removed(connection),
        lost=lost,
    )


def find_publication_at(connection: Connection, moment: datetime) -> LoggedPublication | None:
    """The last publication that readers could see at that moment; None before the first."""
    log = clean.publication.c
    query = select(func.max(log.revision)).where(log.published_at <= moment)
    revision = connection.execute(query).scalar()
    if revision is None:
        return None
    (found,) = read_publications(connection, revision, revision)
    return found


def read_publications(connection: Connection, first: int, last: int) -> list[LoggedPublication]:
    """The entries of the log with these revisions, and those between, in order."""
    log = clean.publication.c
    names = LoggedPublication.__struct_fields__
    query = select(*(log[name] for name in names)).where(log.revision.between(first, last))
    rows = connection.execute(query.order_by(log.revision))
    return [LoggedPublication(**row._mapping) for row in rows]


def read_waivers(connection: Connection, revision: int) -> tuple[LoggedWaiver, ...]:
    """The waivers that were in force at a publication."""
    part = clean.publication_part.c
    query = select(part.content).where(part.kind == "waiver", part.revision == revision)
    found = sorted(connection.execute(query).scalars())
    return tuple(msgspec.json.decode(content, type=LoggedWaiver) for content in found)


def find_lost(connection: Connection, moment: datetime) -> LostPublications | None:
    """The publications that were lost with a database and could be read then, if any were."""
    table = clean.recovery.c
    query = select(table.since, table.began_at, table.lost_revision).where(
        table.began_at > moment, table.since.is_(None) | (table.since <= moment)
    )
    row = connection.execute(query.order_by(table.began_at).limit(1)).one_or_none()
    if row is None:
        return None
    return LostPublications(since=row.since, until=row.began_at, revision=row.lost_revision)


def _read_latest(connection: Connection, kind: str, revision: int) -> Iterable[str]:
    """The content of each part of a kind as it stood at a revision, in no order."""
    part = clean.publication_part
    latest = (
        select(part.c.subject, func.max(part.c.revision).label("revision"))
        .where(part.c.kind == kind, part.c.revision <= revision)
        .group_by(part.c.subject)
        .subquery()
    )
    is_latest = (part.c.subject == latest.c.subject) & (part.c.revision == latest.c.revision)
    query = select(part.c.content).join(latest, is_latest).where(part.c.kind == kind)
    found: Iterable[str] = connection.execute(query).scalars()
    return found


def _find_removed(connection: Connection) -> frozenset[str]:
    """The ids of rows whose texts no reader sees any more."""
    table = clean.capability.c
    query = select(table.capability_id).where(table.name == REDACTED_NAME)
    return frozenset(connection.execute(query).scalars())


def _read_freshness(
    connection: Connection, moment: datetime, publication: LoggedPublication | None, active: int
) -> PastFreshness:
    """What v1_freshness said at that moment, whose last publication was this one."""
    log = clean.freshness_log
    last = select(func.max(log.c.number)).where(log.c.noted_at <= moment).scalar_subquery()
    row = connection.execute(select(log).where(log.c.number == last)).one_or_none()
    if row is None:
        epoch = connection.execute(select(clean.head.c.epoch)).scalar_one()
        return PastFreshness(
            revision=0,
            epoch=epoch,
            as_of=None,
            checked_at=None,
            published_at=None,
            stale_after=None,
            is_stale=True,
            status=FIRST_STATUS,
            row_count=0,
        )
    is_checked_ahead = row.checked_at is not None and row.checked_at > moment + AHEAD
    return PastFreshness(
        revision=row.revision,
        epoch=row.epoch,
        as_of=row.as_of,
        checked_at=row.checked_at,
        published_at=publication.published_at if publication else None,
        stale_after=row.stale_after,
        is_stale=row.stale_after is None or row.stale_after < moment or is_checked_ahead,
        status=row.status,
        row_count=active,
    )
