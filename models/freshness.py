"""How fresh and how whole the list is, as those who read it see it."""

from datetime import datetime

from msgspec import Struct


class ListFreshness(Struct, frozen=True, kw_only=True):
    """The row of v1_freshness, as far as people are told of it; nothing published: as_of None.

    `stale_after` is the moment at which the list stops counting as fresh if no run confirms it.
    """

    as_of: datetime | None
    checked_at: datetime | None
    is_stale: bool
    status: str
    stale_after: datetime | None = None

    @property
    def is_published(self) -> bool:
        """Whether there is a list at all."""
        return self.as_of is not None
