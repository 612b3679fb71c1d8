"""Remembers the last publication beside the clean database: one that went back is told by it."""

from msgspec import Struct
from sqlalchemy import Engine, delete, insert, select

from models.tables import state
from sync.store.db.engines import open_reader, open_writer


class PublicationMark(Struct, frozen=True, kw_only=True):
    """Which publication it was; `hash` closes the log up to it, None where there was none."""

    epoch: str
    revision: int
    change_seq: int
    hash: str | None


def read_last_publication(engine: Engine) -> PublicationMark | None:
    """The last publication that this state database knows of."""
    table = state.last_publication
    with open_reader(engine) as connection:
        row = connection.execute(select(table)).one_or_none()
    if row is None:
        return None
    return PublicationMark(
        epoch=row.epoch, revision=row.revision, change_seq=row.change_seq, hash=row.hash
    )


def remember_publication(engine: Engine, mark: PublicationMark) -> None:
    """Remember it, in the place of the one before."""
    table = state.last_publication
    with open_writer(engine) as connection:
        connection.execute(delete(table))
        connection.execute(
            insert(table).values(
                id=1,
                epoch=mark.epoch,
                revision=mark.revision,
                change_seq=mark.change_seq,
                hash=mark.hash,
            )
        )
