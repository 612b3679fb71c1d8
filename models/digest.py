"""What became of the list in a fortnight, for those who do not look each day."""

from datetime import datetime

from msgspec import Struct

from models.freshness import ListFreshness


class Digest(Struct, frozen=True, kw_only=True):
    """The list as readers see it, its news since a moment, and what waits for a person.

    `available` and `partly_available` are names, `others` counts what else is on the list. `news`
    are the published sentences, the oldest first. `waiting` epics need a decision, the oldest of
    them since `waiting_since`.
    """

    since: datetime
    until: datetime
    available: tuple[str, ...]
    partly_available: tuple[str, ...]
    others: int
    news: tuple[str, ...]
    waiting: int
    waiting_since: datetime | None
    freshness: ListFreshness
