"""Takes the names of what was redacted out of all that readers were told before."""

import json

from sqlalchemy import Connection, select, update

from models.capability import ChangeKind
from models.tables import clean
from translators.wording import AN_ENTRY, ANOTHER_ENTRY, write_news


def redact_names(connection: Connection, capability_id: str) -> None:
    """Take a capability out of all news: its own, and that of others which became part of it."""
    table = clean.change
    own = table.c.capability_id == capability_id
    sentence = write_news(ChangeKind.WITHDRAWN, AN_ENTRY)
    connection.execute(update(table).where(own).values(sentence=sentence))
    names = _names_ever(connection, capability_id)
    endings = tuple(write_news(ChangeKind.MERGED, "", name) for name in names)
    merged = select(table).where(table.c.kind == ChangeKind.MERGED)
    for found in connection.execute(merged).all():
        if found.sentence.endswith(endings):
            same = table.c.change_seq == found.change_seq
            sentence = write_news(ChangeKind.MERGED, AN_ENTRY, ANOTHER_ENTRY)
            connection.execute(update(table).where(same).values(sentence=sentence))


def _names_ever(connection: Connection, capability_id: str) -> set[str]:
    """All names that a capability was published under, by the publication log."""
    content = clean.publication.c.content
    mentions = content.contains(f'"capability_id":"{capability_id}"')
    return {
        row["name"]
        for text in connection.execute(select(content).where(mentions)).scalars()
        for row in json.loads(text)["rows"]
        if row["capability_id"] == capability_id
    }
