"""What is known of an installation while it is looked at."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from sqlalchemy import Engine

from models.backlog import IssueType, Project
from models.capability import Memory
from models.rulebook import RuleBook
from sync.jira.client.retry import Patience
from sync.jira.client.site import Site
from sync.jira.describe.profile import Greeting
from sync.settings.settings import Settings
from sync.store.state.mirror import Mirror
from sync.store.state.mirror_rows import SiteRecord
from sync.store.state.site import SiteBook


@dataclass
class Case:
    """What was found out so far, None where it could not be; later subjects build on it."""

    settings: Settings
    patience: Patience
    open: ExitStack = field(default_factory=ExitStack)
    site: Site | None = None
    book: RuleBook | None = None
    clean: Engine | None = None
    state: Engine | None = None
    memory: Memory | None = None
    record: SiteRecord | None = None
    greeting: Greeting | None = None
    projects: tuple[Project, ...] = ()
    types: tuple[IssueType, ...] = ()

    @property
    def mirror(self) -> Mirror | None:
        """The mirror, where the state database can be read."""
        return Mirror(self.state, self.settings.site) if self.state else None

    @property
    def sitebook(self) -> SiteBook | None:
        """What is kept of the site, where the state database can be read."""
        return SiteBook(self.state, self.settings.site) if self.state else None
