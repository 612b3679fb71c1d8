"""The history of a clean database: where it stands, to whom it belongs, and a new beginning."""

from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Engine, select, update

from models.errors import LeaseHeldError, Problem
from models.tables import clean
from sync.store.clean.readers_file import write_readers_file
from sync.store.db.engines import open_reader, open_writer


class HistoryEnd(NamedTuple):
    """Where a clean database stands; `hash` closes its log, None where nothing was published."""

    epoch: str
    revision: int
    change_seq: int
    hash: str | None
    site: str | None


def read_history_end(engine: Engine) -> HistoryEnd:
    """Where it stands now."""
    head, log = clean.head.c, clean.publication.c
    with open_reader(engine) as connection:
        row = connection.execute(
            select(head.epoch, head.revision, head.change_seq, head.site)
        ).one()
        last = connection.execute(select(log.hash).where(log.revision == row.revision)).scalar()
    return HistoryEnd(row.epoch, row.revision, row.change_seq, last, row.site)


def find_publication_hash(engine: Engine, revision: int) -> str | None:
    """The hash that closes the log at a revision; None where there is none."""
    log = clean.publication.c
    with open_reader(engine) as connection:
        found: str | None = connection.execute(
            select(log.hash).where(log.revision == revision)
        ).scalar()
    return found


def claim_for_site(engine: Engine, site: str) -> None:
    """Note whose list it is; nothing where that is noted."""
    head = clean.head
    with open_writer(engine) as connection:
        connection.execute(update(head).where(head.c.site.is_(None)).values(site=site))


def begin_epoch(engine: Engine, token: int, change_seq: int) -> str:
    """Begin a new epoch, in which numbers go on above `change_seq`; its name.

    Raises LeaseHeldError where another worker has taken over.
    """
    head = clean.head
    epoch = uuid4().hex
    with open_writer(engine) as connection:
        now = connection.execute(select(head.c.change_seq)).scalar_one()
        done = connection.execute(
            update(head)
            .where(head.c.fence == token)
            .values(epoch=epoch, change_seq=max(now, change_seq))
        )
        if not done.rowcount:
            what = "another worker took over"
            raise LeaseHeldError(Problem("lease", what, "Nothing was written; run again."))
    write_readers_file(engine)
    return epoch
