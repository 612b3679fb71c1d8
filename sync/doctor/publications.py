"""What was published: the log holds together, and readers see what it says last."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from models.capability import Capability, PublishedTerm
from models.errors import DatabaseError, Problem, RuleBookError
from models.tables import clean
from sync.doctor.checks import Check, note, ok, report_errors, wrong
from sync.doctor.context import DoctorContext
from sync.pipeline.context import Context
from sync.pipeline.histories import check_histories
from sync.store.clean.publish import FIRST_HASH, hash_publication, hash_row
from sync.store.clean.published_state import load_rows, load_terms, read_published_state
from sync.store.db.engines import open_reader

RESTORE = "Somebody else wrote to the database. Restore it from a backup; let Headway alone write."
REWRITE = "Somebody else wrote to the database. `headway sync --full` writes it anew."


class _Content(Struct):
    rows: list[Capability] = []
    terms: tuple[PublishedTerm, ...] | None = None


class _PublicationLog:
    """The publications so far: the rows and terms as they were last published."""

    def __init__(self) -> None:
        self.revision = 0
        self.rows: dict[str, Capability] = {}
        self.terms: tuple[PublishedTerm, ...] = ()
        self.broken: list[int] = []
        self._hash = FIRST_HASH

    def read(self, connection: Connection) -> None:
        """Follow the chain from its beginning; `broken` are the revisions that do not fit."""
        log = clean.publication
        entries = connection.execution_options(yield_per=100).execute(
            select(log).order_by(log.c.revision)
        )
        for entry in entries:
            link = hash_publication(self._hash, entry.revision, entry.content)
            here = (self.revision + 1, self._hash, link)
            if (entry.revision, entry.previous_hash, entry.hash) != here:
                self.broken.append(entry.revision)
            self.revision, self._hash = entry.revision, entry.hash
            self._add_content(entry.content)

    def _add_content(self, content: str) -> None:
        try:
            logged = msgspec.json.decode(content, type=_Content)
        except msgspec.DecodeError:
            return
        self.rows |= {row.capability_id: row for row in logged.rows}
        self.terms = self.terms if logged.terms is None else logged.terms


def look_at_publications(context: DoctorContext) -> Iterator[Check]:
    """The chain from the first publication to the head, and each row beside what it logged."""
    if context.clean is None:
        yield note("publications", "not looked at: the clean database cannot be read")
        return
    log = _PublicationLog()
    with open_reader(context.clean) as connection:
        head = connection.execute(select(clean.head)).one()
        log.read(connection)
        rows, terms = load_rows(connection), load_terms(connection)
        hashes = dict(
            connection.execute(
                select(clean.capability.c.capability_id, clean.capability.c.content_hash)
            ).all()
        )
    context.published_state = read_published_state(context.clean)
    if not log.revision and not head.revision:
        yield from report_errors(_check_histories(context))
        yield note("publications", "nothing was published yet", "Run `headway sync`.")
        return
    yield _check_chain(log, head.revision)
    yield from _check_rows(log, rows, hashes)
    if terms != log.terms:
        what = "are not those that were published"
        yield wrong(DatabaseError, Problem("v1_term", what, REWRITE))
    yield from _check_ids(context)
    yield from _check_histories(context)


def _check_histories(context: DoctorContext) -> Iterator[Check]:
    """The clean database stands where the state database remembers it."""
    if context.clean is None or context.state is None:
        return
    both = Context(context.settings, context.clean, context.state)
    check_histories(both)
    yield ok("history", "the clean database stands where the last run left it")


def _check_chain(log: _PublicationLog, head: int) -> Check:
    if log.broken:
        first, more = log.broken[0], len(log.broken) - 1
        what = f"revision {first}{f' and {more} more' if more else ''} is not as it was written"
        return wrong(DatabaseError, Problem("publication log", what, RESTORE))
    if log.revision != head:
        what = f"ends at revision {log.revision}, and readers see {head}"
        return wrong(DatabaseError, Problem("publication log", what, RESTORE))
    return ok("publication log", f"each hash up to revision {head} is what it must be")


def _check_rows(
    log: _PublicationLog, rows: dict[str, Capability], hashes: dict[str, str]
) -> Iterator[Check]:
    odd = False
    for capability_id in sorted(rows.keys() | log.rows.keys()):
        row, logged = rows.get(capability_id), log.rows.get(capability_id)
        if row is None:
            what = "was published and is not there any more"
        elif logged is None:
            what = "is there and was never published"
        elif len({hash_row(row), hash_row(logged), hashes[capability_id]}) > 1:
            what = "does not read as it was published"
        else:
            continue
        odd = True
        yield wrong(DatabaseError, Problem(f"row {capability_id}", what, REWRITE))
    if not odd:
        yield ok("v1_capability", f"{len(rows)} rows, each as it was last published")


def _check_ids(context: DoctorContext) -> Iterator[Check]:
    """A published id stands in the rule book for ever."""
    if context.book is None or context.published_state is None:
        return
    missing = context.published_state.capabilities.keys() - {
        rule.id for rule in context.book.capabilities
    }
    for capability_id in sorted(missing):
        what = f"lacks the published capability {capability_id!r}"
        remedy = "Published ids are never deleted: give it `withdrawn: {reason: ...}`."
        yield wrong(RuleBookError, Problem(str(context.settings.config_dir), what, remedy))
