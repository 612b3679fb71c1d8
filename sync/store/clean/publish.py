"""Writes the clean database: one transaction, changed rows only, behind the fence.

A reader sees all of one revision. The head row is taken first, so two writers queue there; one
whose token is no longer the head's fence writes nothing at all.
"""

import hashlib
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from models.capability import Capability, PublishedCapability, PublishedTerm
from models.errors import LeaseHeldError, Problem
from models.plan import Change, Plan, canonical_json
from models.rulebook import RuleBook
from models.tables import clean
from models.tables.types import database_now
from sync.store.clean.epoch import find_hash
from sync.store.clean.freshness import date_head, note_freshness
from sync.store.clean.publication_log import append_to_log
from sync.store.clean.readers_file import write_readers_file
from sync.store.clean.redact import redact_news
from sync.store.db.engines import open_writer


class PublishResult(Struct, frozen=True):
    """What a publication did. An unchanged world keeps its revision and writes no row.

    `hash` closes the publication log; it is None where nothing was ever published.
    """

    revision: int
    rows_written: int
    change_seq: int
    hash: str | None


def hash_row(row: Capability) -> str:
    """The hash of all that means something in a row, aliases included."""
    return hashlib.sha256(canonical_json(row)).hexdigest()


def publish_plan(
    engine: Engine, plan: Plan, book: RuleBook, *, run_id: str, token: int, fresh_for: timedelta
) -> PublishResult:
    """Publish a plan, or confirm that nothing changed; freshness moves either way.

    Raises LeaseHeldError if another worker took over, or another publication came between.
    """
    with open_writer(engine) as connection:
        head = _take_head(connection, plan, token)
        now = connection.execute(select(database_now())).scalar_one()
        values = date_head(plan, now, fresh_for) | {
            "generation": plan.generation,
            "rulebook_digest": plan.rulebook_digest,
        }
        revision, change_seq = head.revision, head.change_seq
        if not plan.is_empty:
            revision += 1
            change_seq = write_changes(connection, plan, change_seq, now)
            written = {"revision": revision, "change_seq": change_seq}
            written |= {"published_at": now, "run_id": run_id}
            values |= written
            closing: str | None = append_to_log(
                connection,
                plan,
                book,
                fence=token,
                epoch=head.epoch,
                after=head.change_seq,
                **written,
            )
        else:
            closing = find_hash(connection, revision)
        if head.rulebook_digest != plan.rulebook_digest:
            _store_rulebook(connection, book)
        _write_published_state(connection, plan.remembered)
        connection.execute(update(clean.head).values(**values))
        note_freshness(connection, now)
    write_readers_file(engine)
    return PublishResult(revision, len(plan.changes), change_seq, closing)


def _take_head(connection: Connection, plan: Plan, token: int) -> Row[tuple[object, ...]]:
    """Lock the head row if it is still ours and still the revision the plan was made for."""
    head = clean.head
    ours = connection.execute(
        update(head)
        .where(head.c.fence == token, head.c.revision == plan.base_revision)
        .values(fence=token)
        .returning(*head.c)
    ).one_or_none()
    if ours is None:
        what = "another worker took over, or published, since this run began"
        raise LeaseHeldError(Problem("publication", what, "Nothing was written; run again."))
    return ours


def write_changes(connection: Connection, plan: Plan, change_seq: int, now: datetime) -> int:
    """Write rows, news and vocabulary; returns the number of the last change."""
    present = set(connection.execute(select(clean.capability.c.capability_id)).scalars())
    for change in plan.changes:
        change_seq += 1
        _write_row(connection, change, change_seq, now, change.capability_id in present)
        if change.redaction is not None:
            redact_news(connection, change.capability_id, change.redaction)
        if change.news is not None:
            connection.execute(
                insert(clean.change).values(
                    change_seq=change_seq,
                    capability_id=change.capability_id,
                    kind=change.news,
                    changed_month=f"{plan.as_of:%Y-%m}",
                    sentence=change.sentence,
                )
            )
    if plan.terms is not None:
        _write_terms(connection, plan.terms)
    return change_seq


def _write_row(
    connection: Connection, change: Change, change_seq: int, now: datetime, is_present: bool
) -> None:
    row = change.after
    values = {name: value for name, value in asdict(row).items() if name != "aliases"}
    values |= {"change_seq": change_seq, "updated_at": now, "content_hash": hash_row(row)}
    table = clean.capability
    if is_present:
        same = table.c.capability_id == row.capability_id
        connection.execute(update(table).where(same).values(**values))
    else:
        connection.execute(insert(table).values(**values))
    if change.before is None or change.before.aliases != row.aliases:
        alias = clean.alias
        connection.execute(delete(alias).where(alias.c.capability_id == row.capability_id))
        for text in row.aliases:
            connection.execute(insert(alias).values(alias=text, capability_id=row.capability_id))


def _write_terms(connection: Connection, terms: tuple[PublishedTerm, ...]) -> None:
    connection.execute(delete(clean.term))
    if terms:
        connection.execute(insert(clean.term), [asdict(term) for term in terms])


def _write_published_state(
    connection: Connection, capabilities: tuple[PublishedCapability, ...]
) -> None:
    """Write what the next translation needs to know; an epic feeds whoever names it last."""
    if not capabilities:
        return
    table = clean.published_state
    moved = {
        (epic.site, epic.epic_id): capability.capability_id
        for capability in capabilities
        for epic in capability.contributing_epics
    }
    written = {capability.capability_id for capability in capabilities}
    for row in connection.execute(select(table.c.capability_id, table.c.epics)).all():
        kept = [epic for epic in row.epics if (epic[0], epic[1]) not in moved]
        same = table.c.capability_id == row.capability_id
        if row.capability_id in written:
            connection.execute(delete(table).where(same))
        elif kept != row.epics:
            connection.execute(update(table).where(same).values(epics=kept))
    for capability in capabilities:
        capability_id = capability.capability_id
        epics = [
            [epic.site, epic.epic_id, epic.project, *([True] if epic.is_item else [])]
            for epic in capability.contributing_epics
            if moved[epic.site, epic.epic_id] == capability_id
        ]
        connection.execute(
            insert(table).values(
                capability_id=capability_id,
                level=capability.level,
                scheme=capability.scheme,
                state=capability.state,
                is_claimed=capability.is_claimed,
                epics=epics,
            )
        )


def _store_rulebook(connection: Connection, book: RuleBook) -> None:
    table = clean.rulebook
    same = table.c.digest == book.digest
    if connection.execute(select(table.c.digest).where(same)).first() is None:
        connection.execute(insert(table).values(digest=book.digest, texts=book.texts))
