"""The history of a clean database: where it stands, to whom it belongs, and a new beginning."""

from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Connection, Engine, insert, select, update

from models.errors import LeaseHeldError, Problem
from models.tables import clean
from models.tables.types import database_now
from sync.crash_points import pass_crash_point
from sync.store.clean.freshness import note_freshness
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
    with open_reader(engine) as connection:
        return find_hash(connection, revision)


def find_hash(connection: Connection, revision: int) -> str | None:
    """The same, as `connection` sees it."""
    log = clean.publication.c
    query = select(log.hash).where(log.revision == revision)
    found: str | None = connection.execute(query).scalar()
    return found


def claim_for_site(engine: Engine, site: str) -> None:
    """Note whose list it is; nothing where that is noted."""
    head = clean.head
    with open_writer(engine) as connection:
        connection.execute(update(head).where(head.c.site.is_(None)).values(site=site))


def begin_epoch(
    engine: Engine, token: int, change_seq: int = 0, *, lost: int = 0, is_older: bool = False
) -> str:
    """Begin a new epoch, in which numbers go on above `change_seq`; its name.

    `lost` is the last revision known of the history that is not here; where this database
    `is_older` than that, what it tells of until its own last publication holds all the same.
    Raises LeaseHeldError where another worker has taken over.
    """
    head, log = clean.head, clean.publication
    epoch = uuid4().hex
    with open_writer(engine) as connection:
        there = connection.execute(select(head.c.change_seq, head.c.revision)).one()
        done = connection.execute(
            update(head)
            .where(head.c.fence == token)
            .values(epoch=epoch, change_seq=max(there.change_seq, change_seq))
        )
        if not done.rowcount:
            what = "another worker took over"
            raise LeaseHeldError(Problem("lease", what, "Nothing was written; run again."))
        last = select(log.c.published_at).where(log.c.revision == there.revision)
        connection.execute(
            insert(clean.recovery).values(
                epoch=epoch,
                began_at=connection.execute(select(database_now())).scalar_one(),
                since=connection.execute(last).scalar() if is_older else None,
                lost_revision=lost,
            )
        )
        note_freshness(connection)
        pass_crash_point("recover.committing")
    pass_crash_point("recover.committed")
    write_readers_file(engine)
    return epoch
