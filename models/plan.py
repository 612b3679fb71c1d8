"""The plan: one serialisable, hashed value of what would change for sales.

The same value is printed by `plan`, published by `sync`, stored when held, and published by
`approve`: whatever is needed to write the clean database is in it.
"""

import hashlib
from datetime import datetime

import msgspec
from msgspec import Struct

from models.capability import (
    Capability,
    ChangeKind,
    PublishedCapability,
    PublishedTerm,
    RedactedNews,
)
from models.decision import Decision, Outcome
from models.finding import Finding


class Change(Struct, frozen=True, kw_only=True):
    """One capability's row, before and after, with what caused it and the news for sales.

    `redaction` is what replaces all earlier news of a row whose name is redacted.
    """

    capability_id: str
    before: Capability | None
    after: Capability
    because: tuple[str, ...]
    news: ChangeKind | None = None
    sentence: str | None = None
    redaction: RedactedNews | None = None


class Hold(Struct, frozen=True, kw_only=True):
    """A guard that holds the publication back: why, in one sentence, and what to do."""

    guard: str
    why: str
    remedy: str


class ItemTally(Struct, frozen=True, kw_only=True):
    """The account of the items without an epic that are finished, or were credited.

    `counted` of them count toward so many `capabilities`; `unclaimed` are claimed by none, and
    come to that share of all past work, rounded down.
    """

    counted: int
    capabilities: int
    waiting: int
    left_out: int
    undecided: int
    unclaimed: int
    unclaimed_percent: int


class Tally(Struct, frozen=True, kw_only=True):
    """The account of all epics: every one is counted once; the sums match the census.

    What is left out or undecided is counted by the `rule` of its decision; `headings` are the words
    that people read for each of these. `refused` of those that wait are behind a capability whose
    words the linter keeps off the list; the rest wait for finished work.
    `items` are those without an epic, told apart, where the rule book has capabilities claim any.
    """

    epics: int
    by_outcome: dict[Outcome, int]
    left_out: dict[str, int]
    undecided: dict[str, int]
    headings: dict[str, str] = {}
    refused: int = 0
    items: ItemTally | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """What would change for sales if this were published on top of `base_revision`.

    `changes` and `terms` are what readers would see change (`terms` is the whole vocabulary, or
    None when it stays); `remembered` is what the next translation needs to know of the
    capabilities that change.
    `unrated` counts the capabilities on the list that are not rated, by why. Of `unseen_sites`
    stands what was read last.
    """

    base_revision: int
    as_of: datetime
    rulebook_digest: str
    generation: str
    changes: tuple[Change, ...]
    terms: tuple[PublishedTerm, ...] | None
    remembered: tuple[PublishedCapability, ...]
    tally: Tally
    active: int
    unrated: dict[str, int]
    unseen_projects: tuple[str, ...] = ()
    unseen_sites: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether something stays as it was because it cannot be seen."""
        return bool(self.unseen_projects or self.unseen_sites)

    @property
    def is_empty(self) -> bool:
        """Whether readers would see no difference but freshness."""
        return not self.changes and self.terms is None

    @property
    def digest(self) -> str:
        """A name for exactly this content: sha256 over its canonical JSON."""
        return hashlib.sha256(canonical_json(self)).hexdigest()


class Proposal(Struct, frozen=True, kw_only=True):
    """A plan that waits for a person, with all that publishing it takes: `approve` needs no more.

    `texts` are those of the rule book it was made with, `decisions` those it rests on.
    """

    plan: Plan
    texts: dict[str, str]
    decisions: tuple[Decision, ...]


class SavedPlan(Struct, frozen=True, kw_only=True):
    """A proposal in a file, to be published by hand, or not at all.

    `epoch` and `site` name the list that it was made for. `unscreened` are the epics that it takes
    out of screening, by key; `accepts_unscreened` says that whoever saved it means that.
    """

    proposal: Proposal
    site: str
    epoch: str
    unscreened: tuple[str, ...] = ()
    accepts_unscreened: bool = False

    @property
    def digest(self) -> str:
        """A name for exactly this content: sha256 over its canonical JSON."""
        return hashlib.sha256(canonical_json(self)).hexdigest()


def canonical_json(value: object) -> bytes:
    """The one JSON form that is hashed and stored: sorted keys, no spaces, UTC timestamps."""
    return msgspec.json.encode(value, order="deterministic")
