"""Appends to the publication log, and says how its entries are hashed.

An entry's hash covers that of the entry before, and the hashes of its parts: what it changed for
readers, piece by piece, each with a salt. So one piece can be shown and verified, and of all others
the hashes alone tell nothing. `headway evidence` prints how; decision 56 has the reasons.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from models.history import LoggedPublication, LoggedWaiver, PublishedNews
from models.plan import Plan, canonical_json
from models.rulebook import RuleBook
from models.tables import clean
from sync.store.clean.redact import select_redacted_news
from sync.store.db.bulk import insert_rows

FIRST_HASH = "0" * 64
KEY_LENGTH = 16
REFUSED = ("promise-in-text", "promise-in-alias", "promise-in-wording")
"""The findings of a plan that tell of texts which the linter kept back."""
_COVERED = (
    *("revision", "epoch", "run_id", "as_of", "published_at", "change_seq", "rulebook_digest"),
    *("generation", "plan_digest", "refused"),
)


class LogPart(NamedTuple):
    """One piece of a publication: canonical JSON of a row, its news, the vocabulary, a waiver.

    `subject` is the capability's id; of news with their change_seq, of a waiver with a number.
    """

    kind: str
    subject: str
    content: str
    salt: str

    @property
    def hash(self) -> str:
        """The hash by which its entry covers it."""
        return _digest(f"{self.salt} {self.kind} {self.subject}\n{self.content}")


def name_part(kind: str, subject: str) -> str:
    """What a part is known by where it is not shown: who knows the capability's id finds it."""
    return _digest(f"{kind} {subject.partition(' ')[0]}")[:KEY_LENGTH]


def list_lines(parts: Iterable[tuple[str, str, str]]) -> list[str]:
    """The parts of one entry, given as kind, subject and hash, in the form that is hashed."""
    return sorted(f"{name_part(kind, subject)} {hash_}" for kind, subject, hash_ in parts)


def hash_lines(lines: Iterable[str]) -> str:
    """The hash that covers all parts of one entry."""
    return _digest("\n".join(lines))


def write_entry(publication: LoggedPublication) -> str:
    """The text of an entry that is hashed: a name and a value a line."""
    values = [("previous", publication.previous_hash)]
    values += [(name, _write_value(getattr(publication, name))) for name in _COVERED]
    values += [("parts", publication.parts_hash)]
    return "\n".join(f"{name} {value}" for name, value in values)


def hash_entry(publication: LoggedPublication) -> str:
    """The hash of an entry; it covers that of the one before, and so all before it."""
    return _digest(write_entry(publication))


def append_to_log(
    connection: Connection, plan: Plan, book: RuleBook, *, fence: int, **values: Any
) -> str:
    """Append what was just written to the publication log; the hash that closes it.

    `values` are those of the entry that the plan does not tell: revision, epoch, run_id,
    published_at, change_seq; and `after`, the highest change_seq before it.
    """
    after = values.pop("after")
    log, table = clean.publication, clean.publication_part
    last = connection.execute(select(log.c.hash).order_by(log.c.revision.desc()).limit(1)).scalar()
    parts = [(part, part.hash) for part in _list_parts(connection, plan, book, after)]
    lines = list_lines((part.kind, part.subject, hash_) for part, hash_ in parts)
    entry = LoggedPublication(
        **values,
        as_of=plan.as_of,
        rulebook_digest=plan.rulebook_digest,
        generation=plan.generation,
        plan_digest=plan.digest,
        refused=sum(finding.code in REFUSED for finding in plan.findings),
        parts_hash=hash_lines(lines),
        previous_hash=last or FIRST_HASH,
        hash="",
    )
    closing = hash_entry(entry)
    row = {name: getattr(entry, name) for name in entry.__struct_fields__}
    connection.execute(insert(log).values(**row | {"fence": fence, "hash": closing}))
    revision = entry.revision
    rows = (part._asdict() | {"revision": revision, "hash": hash_} for part, hash_ in parts)
    insert_rows(connection, table, rows)
    return closing


def _list_parts(
    connection: Connection, plan: Plan, book: RuleBook, after: int
) -> Iterator[LogPart]:
    for change in plan.changes:
        yield _make_part("row", change.capability_id, change.after)
    table = clean.change
    redacted = [change.capability_id for change in plan.changes if change.redaction is not None]
    queries = [
        select(table).where(table.c.change_seq > after),
        *(select_redacted_news(connection, capability_id) for capability_id in redacted),
    ]
    news = {row.change_seq: row for query in queries for row in connection.execute(query)}
    for row in news.values():
        told = PublishedNews(**row._mapping)
        yield _make_part("news", f"{row.capability_id} {row.change_seq}", told)
    if plan.terms is not None:
        yield _make_part("terms", "", plan.terms)
    for number, waiver in enumerate(_list_waivers(plan, book), start=1):
        yield _make_part("waiver", f"{waiver.capability or '-'} {number}", waiver)


def _list_waivers(plan: Plan, book: RuleBook) -> Iterator[LoggedWaiver]:
    """Those that were in force when the plan was made."""
    for waiver in book.linting.waivers:
        if waiver.until >= plan.as_of.date():
            yield LoggedWaiver(
                says=waiver.says,
                capability=waiver.capability,
                reason=waiver.reason,
                by=waiver.by,
                until=waiver.until,
            )


def _make_part(kind: str, subject: str, value: object) -> LogPart:
    return LogPart(kind, subject, canonical_json(value).decode(), secrets.token_hex(16))


def _write_value(value: object) -> str:
    if not isinstance(value, datetime):
        return str(value)
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
