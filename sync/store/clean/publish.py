"""Writes the clean database: one transaction, changed rows only, behind the fence.

A reader sees all of one revision. The head row is taken first, so two writers queue there; one
whose token is no longer the head's fence writes nothing at all.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import asdict
from sqlalchemy import Connection, Engine, Row, bindparam, delete, insert, or_, select, update

from models.capability import Capability, PublishedCapability, PublishedTerm
from models.errors import LeaseHeldError, Problem
from models.plan import Change, Plan, canonical_json
from models.rulebook import RuleBook
from models.tables import clean
from models.tables.types import database_now
from sync.crash_points import pass_crash_point
from sync.store.clean.epoch import find_hash
from sync.store.clean.freshness import date_head, date_head_unread, note_freshness
from sync.store.clean.publication_log import append_to_log
from sync.store.clean.readers_file import write_readers_file
from sync.store.clean.redact import redact_news
from sync.store.db.batches import split_batches
from sync.store.db.bulk import insert_rows
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
    engine: Engine,
    plan: Plan,
    book: RuleBook,
    *,
    run_id: str,
    token: int,
    fresh_for: timedelta | None,
    approved: bool = False,
) -> PublishResult:
    """Publish a plan, or confirm that nothing changed; freshness moves either way.

    Where a person `approved` it, all that data had moved since the last approval is let through.
    Without `fresh_for` the list is as old as it was: Jira was not asked, the rules alone changed.
    Raises LeaseHeldError if another worker took over, or another publication came between.
    """
    with open_writer(engine, ends_when_idle=True) as connection:
        head = _take_head(connection, plan, token)
        pass_crash_point("publish.head-taken")
        now = connection.execute(select(database_now())).scalar_one()
        if fresh_for is None:
            values = date_head_unread(plan, str(head.status))
        else:
            values = date_head(plan, now, fresh_for)
        values |= {
            "generation": plan.generation,
            "rulebook_digest": plan.rulebook_digest,
        }
        revision, change_seq = head.revision, head.change_seq
        if not plan.is_empty:
            revision += 1
            change_seq = write_changes(connection, plan, change_seq, now)
            pass_crash_point("publish.rows-written")
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
            pass_crash_point("publish.logged")
        else:
            closing = find_hash(connection, revision)
        if head.rulebook_digest != plan.rulebook_digest:
            _store_rulebook(connection, book)
        _write_published_state(connection, plan.remembered)
        if approved:
            _let_through(connection)
        connection.execute(update(clean.head).values(**values))
        note_freshness(connection, now)
        pass_crash_point("publish.committing")
    pass_crash_point("publish.committed")
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
    changes = tuple(enumerate(plan.changes, change_seq + 1))
    _write_rows(connection, changes, now)
    _write_aliases(connection, plan.changes)
    for change in plan.changes:
        if change.redaction is not None:
            redact_news(connection, change.capability_id, change.redaction)
    news = (
        {
            "change_seq": number,
            "capability_id": change.capability_id,
            "kind": change.news,
            "changed_month": f"{plan.as_of:%Y-%m}",
            "sentence": change.sentence,
        }
        for number, change in changes
        if change.news is not None
    )
    insert_rows(connection, clean.change, news)
    if plan.terms is not None:
        _write_terms(connection, plan.terms)
    return change_seq + len(changes)


def _write_rows(
    connection: Connection, changes: Iterable[tuple[int, Change]], now: datetime
) -> None:
    """Write the rows that changed, each under its number; many at once, and no other."""
    table = clean.capability
    present = set(connection.execute(select(table.c.capability_id)).scalars())
    fresh: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for number, change in changes:
        row = change.after
        values = {name: value for name, value in asdict(row).items() if name != "aliases"}
        values |= {"change_seq": number, "updated_at": now, "content_hash": hash_row(row)}
        if row.capability_id in present:
            moved.append({"same": values.pop("capability_id"), **values})
        else:
            fresh.append(values)
    same = update(table).where(table.c.capability_id == bindparam("same"))
    for some in split_batches(moved):  # whose columns are those of their values
        connection.execute(same, some)
    insert_rows(connection, table, fresh)


def _write_aliases(connection: Connection, changes: Iterable[Change]) -> None:
    table = clean.alias
    rows = [c.after for c in changes if c.before is None or c.before.aliases != c.after.aliases]
    for ids in split_batches(row.capability_id for row in rows):
        connection.execute(delete(table).where(table.c.capability_id.in_(ids)))
    aliases = (
        {"alias": alias, "capability_id": row.capability_id}
        for row in rows
        for alias in row.aliases
    )
    insert_rows(connection, table, aliases)


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
    fresh = {each.capability_id: _dump_state(each, moved) for each in capabilities}
    stood: dict[str, dict[str, Any]] = {
        row.capability_id: dict(row._mapping) for row in connection.execute(select(table))
    }
    for capability_id, before in stood.items():
        kept = [epic for epic in before["epics"] if (epic[0], epic[1]) not in moved]
        values = fresh.pop(capability_id, before | {"epics": kept})
        if values != before:
            same = table.c.capability_id == capability_id
            connection.execute(update(table).where(same).values(**values))
    insert_rows(connection, table, fresh.values())


def _let_through(connection: Connection) -> None:
    """Forget how it was before: guards compare with what is published now."""
    table = clean.published_state
    moved = or_(table.c.past_levels != [], table.c.claimed_until.is_not(None))
    connection.execute(update(table).where(moved).values(past_levels=[], claimed_until=None))


def _dump_state(
    capability: PublishedCapability, feeds: Mapping[tuple[str, int], str]
) -> dict[str, Any]:
    """What is remembered of one capability, with those epics that feed it and no other."""
    return {
        "capability_id": capability.capability_id,
        "level": capability.level,
        "scheme": capability.scheme,
        "state": capability.state,
        "is_claimed": capability.is_claimed,
        "epics": [
            [epic.site, epic.epic_id, epic.project, *([True] if epic.is_item else [])]
            for epic in capability.contributing_epics
            if feeds[epic.site, epic.epic_id] == capability.capability_id
        ],
        "past_levels": to_builtins(capability.past_levels),
        "claimed_until": capability.claimed_until,
    }


def _store_rulebook(connection: Connection, book: RuleBook) -> None:
    table = clean.rulebook
    same = table.c.digest == book.digest
    if connection.execute(select(table.c.digest).where(same)).first() is None:
        connection.execute(insert(table).values(digest=book.digest, texts=book.texts))
