"""What sales could see of one capability on a day, with all that it takes to verify that."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from models.capability import Capability, PublishedTerm
from models.history import (
    LoggedPublication,
    LoggedWaiver,
    LostPublications,
    PastFreshness,
    Period,
)


class Presence(StrEnum):
    """What a capability was to readers at the end of the time asked for."""

    LISTED = "listed"
    WITHDRAWN = "withdrawn"
    NOT_LISTED = "not_listed"
    NO_LIST = "no_list"


class ShownPart(Struct, frozen=True, kw_only=True):
    """A piece of a publication in full, as the log has it; its salt makes its hash."""

    revision: int
    kind: str
    subject: str
    content: str
    salt: str


class ChainLink(Struct, frozen=True, kw_only=True):
    """One entry of the log: the text that its hash is over, and the lines that name its parts."""

    publication: LoggedPublication
    entry: str
    parts: tuple[str, ...]


class CapabilityLog(Struct, frozen=True, kw_only=True):
    """The log up to a publication, and of its parts those that tell of one capability.

    `rewritten` are the news, by subject and revision, out of which words were taken later. `first`
    is the publication with which the capability came onto the list, whenever that was.
    """

    links: tuple[ChainLink, ...]
    parts: tuple[ShownPart, ...]
    rewritten: frozenset[tuple[str, int]]
    first: LoggedPublication | None


class Version(Struct, frozen=True, kw_only=True):
    """The row as one publication made it, readable from `since` until the next one.

    `row` is None where its words are withheld, `until` where it was the last of the time told of.
    """

    revision: int
    since: datetime
    until: datetime | None
    row: Capability | None


class PastChange(Struct, frozen=True, kw_only=True):
    """What one publication changed of the row; `sentence` is the news told with it, if any."""

    revision: int
    published_at: datetime
    columns: tuple[str, ...]
    sentence: str | None


class Evidence(Struct, frozen=True, kw_only=True):
    """What could be seen: the `versions` of the time asked for, oldest first, and around them.

    `published` are the publications of that time; `changed` what changed of the row in its month;
    `terms` what the labels meant. `is_withheld` says that words were redacted since, and stand here
    for nobody. `shown` are the parts that the chain can be verified with.
    """

    capability_id: str
    period: Period
    presence: Presence
    versions: tuple[Version, ...]
    first_seen: datetime | None
    changed: tuple[PastChange, ...]
    published: tuple[LoggedPublication, ...]
    publication: LoggedPublication | None
    terms: tuple[PublishedTerm, ...]
    waivers: tuple[LoggedWaiver, ...]
    freshness: PastFreshness
    lost: LostPublications | None
    is_withheld: bool
    links: tuple[ChainLink, ...]
    shown: tuple[ShownPart, ...]
