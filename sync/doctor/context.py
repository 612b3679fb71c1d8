"""What is known of an installation while it is looked at."""

from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from sqlalchemy import Engine

from models.backlog import Field, IssueType, Project
from models.capability import PublishedState
from models.rulebook import RuleBook
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.site_info import SiteInfo
from sync.settings.settings import Settings
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.rows import SiteRecord
from sync.store.state.site.site import SiteStore


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
    elsewhere: tuple[Field, ...] | None = ()

    def narrow(self, site: str) -> "DoctorContext":
        """What was found out of the list, for a look at one of the sites that feed it."""
        only = self.settings.find_site(site)
        elsewhere: list[Field] | None = []
        for other in self.settings.site_names:
            record = SiteStore(self.state, other).find_record() if self.state else None
            if other == site or elsewhere is None:
                continue
            known = record.profile.fields if record and record.profile else None
            elsewhere = None if known is None else [*elsewhere, *known]
        return replace(
            self,
            settings=replace(self.settings, sites=(only,)),
            site=None if only.missing else only.connect(),
            elsewhere=None if elsewhere is None else tuple(elsewhere),
        )

    @property
    def mirror(self) -> Mirror | None:
        """The mirror, where the state database can be read."""
        return Mirror(self.state, self.settings.site) if self.state else None

    @property
    def site_store(self) -> SiteStore | None:
        """What is kept of the site, where the state database can be read."""
        return SiteStore(self.state, self.settings.site) if self.state else None
