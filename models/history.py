"""What readers could see at a moment in the past, and what the publication log says of it."""

from datetime import date, datetime

from msgspec import Struct

from models.capability import Capability, ChangeKind, PublishedTerm
from models.freshness import ListFreshness


class PublishedNews(Struct, frozen=True, kw_only=True):
    """One row of v1_change."""

    change_seq: int
    capability_id: str
    kind: ChangeKind
    changed_month: str
    sentence: str


class LoggedWaiver(Struct, frozen=True, kw_only=True):
    """A waiver that was in force when something was published: who let which words through, why."""

    says: str
    capability: str | None
    reason: str
    by: str
    until: date


class LoggedPublication(Struct, frozen=True, kw_only=True):
    """One entry of the publication log; `hash` covers it and all entries before.

    `change_seq` is the highest number that it handed out; the linter kept `refused` texts back.
    `parts_hash` covers what it changed for readers, which stands in parts of their own.
    """

    revision: int
    epoch: str
    run_id: str
    as_of: datetime
    published_at: datetime
    change_seq: int
    rulebook_digest: str
    generation: str
    plan_digest: str
    refused: int
    parts_hash: str
    previous_hash: str
    hash: str


class PastFreshness(ListFreshness, frozen=True, kw_only=True):
    """The row of v1_freshness as it stood, whole; before the first publication `as_of` is None."""

    revision: int
    epoch: str
    published_at: datetime | None
    row_count: int


class LostPublications(Struct, frozen=True, kw_only=True):
    """Publications that went with a lost database: what readers saw in that time is not known.

    The time is from `since` (None: from the beginning) to `until`, when a person had a new epoch
    begun; the last publication that was lost had the number `revision`.
    """

    since: datetime | None
    until: datetime
    revision: int


class ListAsOf(Struct, frozen=True, kw_only=True):
    """All that readers could see at `moment`, exactly, and by which publication.

    Texts that were redacted later stand here as they could be read: `removed` has the ids of rows
    that are redacted today, for whoever must not show them. `publication` is None, and everything
    empty, before the first one. Where `lost` is set, the rest is the last that is known for sure.
    """

    moment: datetime
    rows: tuple[Capability, ...]
    terms: tuple[PublishedTerm, ...]
    changes: tuple[PublishedNews, ...]
    freshness: PastFreshness
    publication: LoggedPublication | None
    waivers: tuple[LoggedWaiver, ...] = ()
    removed: frozenset[str] = frozenset()
    lost: LostPublications | None = None

    @property
    def is_published(self) -> bool:
        """Whether there was a list at all."""
        return self.publication is not None


class Period(Struct, frozen=True, kw_only=True):
    """A day, or a moment, as somebody asked for it: `ends` is the last moment that belongs to it.

    `zone` is the time zone in which a day begins and ends. A day that is not over ends now.
    """

    text: str
    zone: str
    begins: datetime
    ends: datetime
    is_over: bool = True
