"""Takes the name of what was redacted out of all that readers were told before."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update

from models.capability import ChangeKind, RedactedNews
from models.tables import clean
from sync.store.clean.history import read_logged_rows


def redact_news(connection: Connection, capability_id: str, words: RedactedNews) -> None:
    """Take a capability out of all news: its own, and that of others which became part of it.

    Who became part of it, under whatever name, the publication log tells; such a capability is
    told of without names in all news of that kind, whatever else it became part of.
    """
    table = clean.change
    others = _tells_of_merged(connection, capability_id)
    own = table.c.capability_id == capability_id
    connection.execute(update(table).where(others).values(sentence=words.others))
    connection.execute(update(table).where(own).values(sentence=words.own))


def select_redacted_news(connection: Connection, capability_id: str) -> Select[Any]:
    """The news that `redact_news` is about."""
    table = clean.change
    own = table.c.capability_id == capability_id
    return select(table).where(own | _tells_of_merged(connection, capability_id))


def _tells_of_merged(connection: Connection, capability_id: str) -> ColumnElement[bool]:
    table = clean.change
    merged_rows = read_logged_rows(connection, "replaced_by", capability_id)
    merged = {row.capability_id for _, row in merged_rows}
    return table.c.capability_id.in_(merged) & (table.c.kind == ChangeKind.MERGED)
