"""Reads what the publication log says of one capability, and verifies the log on the way."""

from sqlalchemy import Connection, func, select

from models.evidence import CapabilityLog, ChainLink, ShownPart
from models.history import LoggedPublication
from models.tables import clean
from sync.store.clean.chain import check_chain, follow_chain
from sync.store.clean.past_list import read_publications
from sync.store.clean.publication_log import LogPart, list_lines, write_entry


def read_capability_log(connection: Connection, capability_id: str, revision: int) -> CapabilityLog:
    """The log up to a revision: all of its hashes, and of its texts those of one capability.

    With them come the vocabulary as it stood then, and the waivers then in force. DatabaseError
    where an entry is not as it was written: then the log proves nothing.
    """
    links: list[ChainLink] = []
    parts: list[ShownPart] = []
    vocabulary: list[ShownPart] = []

    def note_entry(entry: LoggedPublication, logged: list[LogPart]) -> None:
        lines = list_lines((part.kind, part.subject, part.hash) for part in logged)
        links.append(ChainLink(publication=entry, entry=write_entry(entry), parts=tuple(lines)))
        for part in logged:
            shown = ShownPart(revision=entry.revision, **part._asdict())
            if part.kind == "terms":
                vocabulary[:] = [shown]
            elif part.kind == "waiver":
                if entry.revision == revision:
                    parts.append(shown)
            elif part.subject.partition(" ")[0] == capability_id:
                parts.append(shown)

    chain = follow_chain(connection, revision, note_entry)
    check_chain(connection, chain, revision)
    return CapabilityLog(
        links=tuple(links),
        parts=(*parts, *vocabulary),
        rewritten=_find_rewritten(connection, parts),
        first=find_first_publication(connection, capability_id),
    )


def find_first_publication(connection: Connection, capability_id: str) -> LoggedPublication | None:
    """The publication that brought a capability onto the list; None where none ever did."""
    part = clean.publication_part.c
    query = select(func.min(part.revision)).where(part.kind == "row", part.subject == capability_id)
    revision = connection.execute(query).scalar()
    return None if revision is None else read_publications(connection, revision, revision)[0]


def list_published_ids(connection: Connection) -> list[str]:
    """The ids of all capabilities that ever were on the list."""
    table = clean.capability.c
    return list(
        connection.execute(select(table.capability_id).order_by(table.capability_id)).scalars()
    )


def _find_rewritten(connection: Connection, parts: list[ShownPart]) -> frozenset[tuple[str, int]]:
    """The news among these that read otherwise after a later publication."""
    news = {part.subject for part in parts if part.kind == "news"}
    part = clean.publication_part.c
    query = (
        select(part.subject, func.max(part.revision))
        .where(part.kind == "news", part.subject.in_(news))
        .group_by(part.subject)
    )
    latest: dict[str, int] = dict(connection.execute(query).all())
    return frozenset(
        (each.subject, each.revision)
        for each in parts
        if each.kind == "news" and each.revision < latest[each.subject]
    )
