"""What was published: the log holds together, and readers see what it says last."""

from collections.abc import Iterator
from contextlib import suppress

import msgspec
from sqlalchemy import select

from models.capability import Capability, PublishedTerm
from models.errors import DatabaseError, Problem, RuleBookError
from models.history import LoggedPublication, PublishedNews
from models.tables import clean
from sync.doctor.checks import Check, note, ok, report_errors, wrong
from sync.doctor.context import DoctorContext
from sync.pipeline.consistency.histories import check_histories
from sync.pipeline.context import Context
from sync.store.clean.chain import Chain, follow_chain
from sync.store.clean.publication_log import LogPart
from sync.store.clean.publish import hash_row
from sync.store.clean.published_state import (
    load_news,
    load_rows,
    load_terms,
    read_published_state,
)
from sync.store.db.engines import open_reader
from translators.plurals import count_noun

RESTORE = "Somebody else wrote to the database. Restore it from a backup; let Headway alone write."
REWRITE = "Somebody else wrote to the database. `headway sync --full` writes it anew."


class _Published:
    """What the log says was published last: rows, news and vocabulary."""

    def __init__(self) -> None:
        self.rows: dict[str, Capability] = {}
        self.news: dict[int, PublishedNews] = {}
        self.terms: tuple[PublishedTerm, ...] = ()

    def add(self, _entry: LoggedPublication, parts: list[LogPart]) -> None:
        """Go on by one publication; what cannot be read is as if it were not there."""
        for part in parts:
            with suppress(msgspec.DecodeError):
                self._add_part(part)

    def _add_part(self, part: LogPart) -> None:
        if part.kind == "row":
            self.rows[part.subject] = msgspec.json.decode(part.content, type=Capability)
        elif part.kind == "news":
            told = msgspec.json.decode(part.content, type=PublishedNews)
            self.news[told.change_seq] = told
        elif part.kind == "terms":
            self.terms = msgspec.json.decode(part.content, type=tuple[PublishedTerm, ...])


def look_at_publications(context: DoctorContext) -> Iterator[Check]:
    """The chain from the first publication to the head, and each row beside what it logged."""
    if context.clean is None:
        yield note("publications", "not looked at: the clean database cannot be read")
        return
    log = _Published()
    with open_reader(context.clean) as connection:
        head = connection.execute(select(clean.head)).one()
        chain = follow_chain(connection, see=log.add)
        rows, terms = load_rows(connection), load_terms(connection)
        news = load_news(connection)
        hashes = dict(
            connection.execute(
                select(clean.capability.c.capability_id, clean.capability.c.content_hash)
            ).all()
        )
    context.published_state = read_published_state(context.clean)
    if not chain.revision and not head.revision:
        yield from report_errors(_check_histories(context))
        yield note("publications", "nothing was published yet", "Run `headway sync`.")
        return
    yield _check_chain(chain, head.revision)
    yield from _check_rows(log.rows, rows, hashes)
    if terms != log.terms:
        what = "are not those that were published"
        yield wrong(DatabaseError, Problem("v1_term", what, REWRITE))
    if news != log.news:
        first = min(seq for seq in news.keys() | log.news if news.get(seq) != log.news.get(seq))
        what = f"are not those that were published, from change_seq {first} on"
        yield wrong(DatabaseError, Problem("v1_change", what, RESTORE))
    yield from _check_ids(context)
    yield from _check_histories(context)


def _check_histories(context: DoctorContext) -> Iterator[Check]:
    """The clean database stands where the state database remembers it."""
    if context.clean is None or context.state is None:
        what = "was not held against what the state database remembers, which cannot be read"
        yield note("history", what)
        return
    both = Context(context.settings, context.clean, context.state)
    check_histories(both)
    yield ok("history", "the clean database stands where the last run left it")


def _check_chain(chain: Chain, head: int) -> Check:
    if chain.broken:
        first, more = chain.broken[0], len(chain.broken) - 1
        what = f"revision {first.revision} {first.what}"
        if more:
            what += f", and {count_noun(more, 'entry')} after it"
        return wrong(DatabaseError, Problem("publication log", what, RESTORE))
    if chain.revision != head:
        what = f"ends at revision {chain.revision}, and readers see {head}"
        return wrong(DatabaseError, Problem("publication log", what, RESTORE))
    return ok(
        "publication log", f"each hash up to revision {head} is what it must be: {chain.hash}"
    )


def _check_rows(
    log: dict[str, Capability], rows: dict[str, Capability], hashes: dict[str, str]
) -> Iterator[Check]:
    odd = False
    for capability_id in sorted(rows.keys() | log.keys()):
        row, logged = rows.get(capability_id), log.get(capability_id)
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
    published = context.published_state.capabilities.keys()
    missing = published - {rule.id for rule in context.book.capabilities}
    if len(missing) == len(published) > 1:
        what = f"has none of the {len(published)} capabilities that were published"
        remedy = "Set HEADWAY_CONFIG_DIR to the folder that they are in."
        yield wrong(RuleBookError, Problem(str(context.settings.config_dir), what, remedy))
        return
    for capability_id in sorted(missing):
        what = f"lacks the published capability {capability_id!r}"
        remedy = "Published ids are never deleted: give it `withdrawn: {reason: ...}`."
        yield wrong(RuleBookError, Problem(str(context.settings.config_dir), what, remedy))
