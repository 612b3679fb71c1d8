"""A capability as sales reads it: the row of the public contract, and its closed vocabularies."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from models.effort import Level
from models.rulebook import TodayBy, WithdrawnReason

DISCLAIMER = "A record of past work, nothing more. Please decide on what is available today."
DO_NOT_QUOTE = "Please do not quote this entry. It has been taken off the list."
REDACTED_NAME = "Removed"
OFF_THE_LIST, NOT_RATED = "Off the list", "Not rated"
"""Labels of a row blanked by the linter: fixed, since the rule book's own may be what failed."""


class State(StrEnum):
    """A fact about now, best first."""

    AVAILABLE = "available"
    PARTLY_AVAILABLE = "partly_available"
    RECENT = "recent"
    EARLIER = "earlier"
    WITHDRAWN = "withdrawn"


class ChangeKind(StrEnum):
    """News for sales; never a history of levels."""

    ADDED = "added"
    PARTLY_AVAILABLE = "partly_available"
    AVAILABLE = "available"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"


class News(Struct, frozen=True, kw_only=True):
    """One row of v1_change: what became of a capability, and in which month, as 2026-11."""

    change_seq: int
    capability_id: str
    kind: ChangeKind
    changed_month: Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    sentence: str


class RedactedNews(Struct, frozen=True):
    """What the news say once a capability is redacted: its own, and those that name it as well."""

    own: str
    others: str


class Capability(Struct, frozen=True, kw_only=True):
    """The business columns of one published row; its content hash is over exactly these."""

    capability_id: str
    name: str
    summary: str
    product_area: str
    state_code: State
    state_label: str
    effort_code: Level
    effort_label: str
    effort_rank: Annotated[int, Meta(ge=1, le=5)] | None
    today_text: str | None
    today_by: TodayBy
    statement: str
    disclaimer: str
    is_active: bool
    withdrawn_reason: WithdrawnReason | None
    replaced_by: str | None
    aliases: tuple[str, ...]


class PublishedTerm(Struct, frozen=True, kw_only=True):
    """One row of the published vocabulary."""

    kind: str
    code: str
    label: str
    meaning: str
    rank: int | None


def sort_terms(terms: Iterable[PublishedTerm]) -> tuple[PublishedTerm, ...]:
    """Terms in the fixed order of the vocabulary: by kind, rank and code."""
    return tuple(sorted(terms, key=lambda term: (term.kind, term.rank or 0, term.code)))


class ContributingEpic(Struct, frozen=True, order=True):
    """An epic that feeds a capability, or an item without one, whose id stands in its place."""

    site: str
    epic_id: int
    project: str
    is_item: bool = False


class PastLevel(Struct, frozen=True):
    """A level that was published until data moved it."""

    level: Level
    until: datetime


class PublishedCapability(Struct, frozen=True, kw_only=True):
    """What the next translation needs to know of a capability as it was last published.

    `level` and `scheme` steady the level, `state` keeps availability; `contributing_epics` are
    those that fed it, and `is_claimed` says that the rules gave it one of them. `row` is the last
    published row. No raw effort is in it.
    `past_levels` are those that data has moved it from since a person last let it through, oldest
    first, and `claimed_until` is when data took its last epic, if it has none.
    """

    capability_id: str
    level: Level
    scheme: int
    state: State
    is_claimed: bool
    contributing_epics: tuple[ContributingEpic, ...]
    row: Capability
    past_levels: tuple[PastLevel, ...] = ()
    claimed_until: datetime | None = None


class PublishedState(Struct, frozen=True, kw_only=True):
    """Everything that was published before, read from the clean database and nowhere else.

    `generation` names the ledger that the published levels were read from.
    """

    revision: int = 0
    as_of: datetime | None = None
    rulebook_digest: str | None = None
    generation: str | None = None
    capabilities: dict[str, PublishedCapability] = {}
    terms: tuple[PublishedTerm, ...] = ()

    def list_sites(self) -> set[str]:
        """The sites that feed anything."""
        capabilities = self.capabilities.values()
        return {feed.site for kept in capabilities for feed in kept.contributing_epics}
