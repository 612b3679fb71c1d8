"""Reads what was published since a revision or a moment, as the publication log has it."""

from datetime import datetime

from sqlalchemy import Engine, func, select

from models.notification import LoggedRevision
from models.tables import clean
from sync.store.db.engines import open_reader


def read_publications(engine: Engine, after: int, until: int) -> list[LoggedRevision]:
    """The publications of the revisions after one and up to another, oldest first."""
    log, part = clean.publication, clean.publication_part
    names = [name for name in LoggedRevision.__struct_fields__ if name != "rows"]
    rows = (
        select(func.count())
        .where(part.c.revision == log.c.revision, part.c.kind == "row")
        .scalar_subquery()
    )
    query = (
        select(*(log.c[name] for name in names), rows.label("rows"))
        .where(log.c.revision > after, log.c.revision <= until)
        .order_by(log.c.revision)
    )
    with open_reader(engine) as connection:
        return [LoggedRevision(**row._mapping) for row in connection.execute(query)]


def find_cursor_at(engine: Engine, moment: datetime) -> int:
    """The highest change_seq that had been published by then; 0 if nothing had."""
    log = clean.publication
    query = select(func.coalesce(func.max(log.c.change_seq), 0)).where(log.c.published_at <= moment)
    with open_reader(engine) as connection:
        cursor: int = connection.execute(query).scalar_one()
    return cursor
