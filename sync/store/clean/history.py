"""Reads the publication log: what was published when, and with which rules and measure."""

import msgspec
from msgspec import Struct
from sqlalchemy import Engine, select

from models.effort import Level, LevelMove
from models.tables import clean
from sync.store.db.engines import open_reader


class _Row(Struct):
    capability_id: str
    effort_code: Level


class _Content(Struct):
    rows: list[_Row]


def last_level_move(engine: Engine, capability_id: str) -> LevelMove | None:
    """When a capability was last published with another level than before; None if never."""
    log = clean.publication
    with open_reader(engine) as connection:
        found = connection.execute(
            select(log.c.revision, log.c.content)
            .where(log.c.content.contains(f'"capability_id":"{capability_id}"', autoescape=True))
            .order_by(log.c.revision)
        )
        levels = [(row.revision, _level(row.content, capability_id)) for row in found]
        moved = [
            (revision, before, after)
            for (_, before), (revision, after) in zip([(0, None), *levels], levels, strict=False)
            if after is not before
        ]
        if not moved:
            return None
        revision, before, after = moved[-1]
        if after is None:
            return None
        this = connection.execute(select(log).where(log.c.revision == revision)).one()
        last = connection.execute(select(log).where(log.c.revision == revision - 1)).one_or_none()
    return LevelMove(
        revision=revision,
        as_of=this.as_of,
        previous_as_of=last.as_of if last else None,
        before=before,
        after=after,
        rulebook_changed=last is not None and last.rulebook_digest != this.rulebook_digest,
        measured_anew=last is not None and last.generation != this.generation,
    )


def _level(content: str, capability_id: str) -> Level | None:
    rows = msgspec.json.decode(content, type=_Content).rows
    return next((row.effort_code for row in rows if row.capability_id == capability_id), None)
