"""Changes the past in a clean database as somebody would who knows how it is hashed."""

from msgspec.structs import replace
from sqlalchemy import Engine, delete, select, update

from models.tables import clean
from sync.store.clean.past_list import read_publications
from sync.store.clean.publication_log import (
    FIRST_HASH,
    LogPart,
    hash_entry,
    hash_lines,
    list_lines,
)
from sync.store.db.engines import open_writer


def rewrite_chain(engine: Engine, old: str = "Audit", new: str = "Adit") -> None:
    """Put another word into every part, and hash the whole log anew."""
    log, table = clean.publication, clean.publication_part
    closing = FIRST_HASH
    with open_writer(engine) as connection:
        for entry in read_publications(connection, 1, 2**31):
            here = table.c.revision == entry.revision
            lines = []
            for row in connection.execute(select(table).where(here)).all():
                part = LogPart(row.kind, row.subject, row.content.replace(old, new), row.salt)
                lines.append((part.kind, part.subject, part.hash))
                same = here & (table.c.kind == row.kind) & (table.c.subject == row.subject)
                values = {"content": part.content, "hash": part.hash}
                connection.execute(update(table).where(same).values(**values))
            parts_hash = hash_lines(list_lines(lines))
            forged = replace(entry, previous_hash=closing, parts_hash=parts_hash)
            values = {
                "previous_hash": closing,
                "parts_hash": parts_hash,
                "hash": hash_entry(forged),
            }
            same = log.c.revision == entry.revision
            connection.execute(update(log).where(same).values(**values))
            closing = hash_entry(forged)


def remove_last_publication(engine: Engine) -> None:
    """Take the last entry out of the log, and its parts."""
    log, table = clean.publication, clean.publication_part
    with open_writer(engine) as connection:
        last = max(connection.execute(select(log.c.revision)).scalars())
        connection.execute(delete(table).where(table.c.revision == last))
        connection.execute(delete(log).where(log.c.revision == last))
