"""Everything a translation reads, besides the rule book: one frozen picture, no clock."""

from datetime import datetime

from msgspec import Struct

from models.backlog import Issue
from models.capability import PublishedState
from models.effort import Entry, TeamWindow


class LostClaims(Struct, frozen=True):
    """Epics that fed a capability and now have no decision, read to see what became of them.

    `present` are the folded values that issues of the mirror have, by field; nothing where there
    are no such epics.
    """

    epics: tuple[Issue, ...] = ()
    present: dict[str, frozenset[str]] = {}


class Snapshot(Struct, frozen=True, kw_only=True):
    """The mirror, the ledger and the memory of what was published, as of Jira's own clock.

    `generation` names the ledger that entries and windows are of. `unseen_projects` cannot
    be seen now, and fed the last publication or are named in the settings, as `named_projects` are,
    or are `doubted_projects`: shown, but not whole.
    `gone_epics` fed it, and are missing. `decided` are the epics that had a decision in the last
    publication, where it is known what its rules would decide today, `once_decided` those from
    which data took it lately; no person approved that. `screened_out` are those that a screening
    rule left out in the last publication, whatever its rule book, `once_screened_out` those that
    one left out before, by id as what, until a person had it published. `restricted` had a security
    level in the last publication, `once_restricted` lost theirs lately, and no person had them
    published. `shown` counted for a capability then. `items` of them all are items without an epic.
    `titles_below` are the first titles below each epic, read for who
    asks what is likely. Where the list `is_shared` by several sites, projects are named with
    theirs; `unseen_sites` could not be read last, or left the settings; `new_sites` were behind no
    publication before.
    """

    as_of: datetime
    generation: str
    issues: tuple[Issue, ...]
    entries: tuple[Entry, ...]
    windows: tuple[TeamWindow, ...]
    published_state: PublishedState
    unseen_projects: tuple[str, ...] = ()
    named_projects: frozenset[str] = frozenset()
    doubted_projects: frozenset[str] = frozenset()
    gone_epics: tuple[Issue, ...] = ()
    decided: frozenset[int] = frozenset()
    once_decided: frozenset[int] = frozenset()
    screened_out: frozenset[int] = frozenset()
    once_screened_out: dict[int, str] = {}
    restricted: frozenset[int] = frozenset()
    once_restricted: frozenset[int] = frozenset()
    shown: frozenset[int] = frozenset()
    items: frozenset[int] = frozenset()
    titles_below: dict[int, tuple[str, ...]] = {}
    lost_claims: LostClaims = LostClaims()
    is_shared: bool = False
    unseen_sites: tuple[str, ...] = ()
    new_sites: tuple[str, ...] = ()

    def name_on_site(self, site: str, key: str) -> str:
        """What a project, or an issue, is called: where several sites feed the list, by its site
        too."""
        return f"{site}/{key}" if self.is_shared else key
