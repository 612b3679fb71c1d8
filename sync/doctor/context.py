"""What is known of an installation while it is looked at."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from sqlalchemy import Engine

from models.backlog import IssueType, Project
from models.capability import PublishedState
from models.rulebook import RuleBook
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.site_info import SiteInfo
from sync.settings.settings import Settings
from sync.store.state.mirror import Mirror
from sync.store.state.mirror_rows import SiteRecord
from sync.store.state.site import SiteStore


@dataclass
class DoctorContext:
    """What was found out so far, None where it could not be; later subjects build on it."""

    settings: Settings
    retry_policy: RetryPolicy
    open: ExitStack = field(default_factory=ExitStack)
    site: Site | None = None
    book: RuleBook | None = None
    clean: Engine | None = None
    state: Engine | None = None
    published_state: PublishedState | None = None
    record: SiteRecord | None = None
    site_info: SiteInfo | None = None
    projects: tuple[Project, ...] = ()
    types: tuple[IssueType, ...] = ()

    @property
    def mirror(self) -> Mirror | None:
        """The mirror, where the state database can be read."""
        return Mirror(self.state, self.settings.site) if self.state else None

    @property
    def site_store(self) -> SiteStore | None:
        """What is kept of the site, where the state database can be read."""
        return SiteStore(self.state, self.settings.site) if self.state else None
