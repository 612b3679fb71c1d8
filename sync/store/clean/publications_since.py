"""Reads what was published since a revision, as the publication log has it."""

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
