"""What the account the client signs in with may see of the company."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from sync.sample.company.company import Company
from sync.sample.company.issues import Issue, Project

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(slots=True)
class View:
    """The company as one account sees it. Everything here can be changed between requests."""

    company: Company
    is_cloud: bool
    account_zone: tzinfo = BERLIN
    """JQL's quoted times are read in this zone."""
    site_zone: tzinfo = field(default=timezone(timedelta(hours=-5)))
    """Replies write times in this one."""
    hidden_projects: set[str] = field(default_factory=set)
    hidden_issues: set[int] = field(default_factory=set)
    archived_issues: set[int] = field(default_factory=set)
    """Searches do not find these, and whoever knows their id or key can open them."""
    index_lag: timedelta = timedelta(0)
    """Searches do not find what was changed less than this long ago."""
    old_versions: dict[int, Issue] = field(default_factory=dict)
    """Searches find these issues as they were, and show them so: an index that fell behind."""
    keeps_old_links: bool = False
    """Links go on naming the key an issue had before it moved."""
    tells_completion: bool = True
    """Whether what is done carries dates: a resolution's, and on Cloud its status category's."""
    keeps_history: bool = True
    """Whether the history of issues shows changes."""
    reads_milliseconds: bool = True
    """Whether JQL takes a bare number for a moment, rather than for nothing it knows."""

    def projects(self) -> list[Project]:
        """The projects the account may browse."""
        projects = self.company.projects.values()
        return [project for project in projects if project.key not in self.hidden_projects]

    def sees(self, issue: Issue) -> bool:
        """Whether the account may open the issue."""
        return issue.project not in self.hidden_projects and issue.id not in self.hidden_issues

    def is_indexed(self, issue: Issue) -> bool:
        """Whether searches know the issue's present state already."""
        if issue.id in self.archived_issues:
            return False
        return not self.index_lag or issue.updated <= self.company.now - self.index_lag

    def as_indexed(self, issue: Issue) -> Issue:
        """The issue as searches know it."""
        return self.old_versions.get(issue.id, issue)

    def fall_behind(self, issue_ids: Iterable[int]) -> None:
        """From now on searches know these issues as they are now, until `old_versions` is empty."""
        for issue_id in issue_ids:
            self.old_versions.setdefault(issue_id, replace(self.company.issues[issue_id]))

    def find(self, id_or_key: str) -> Issue | None:
        """The visible issue of that id or key; keys from before a move still lead to it."""
        company = self.company
        if id_or_key.isdigit():
            issue = company.issues.get(int(id_or_key))
        else:
            issue = company.by_key(id_or_key)
        return issue if issue and self.sees(issue) else None

    def project(self, word: str) -> Project | None:
        """The visible project of that key, name or id."""
        wanted = word.casefold()
        for project in self.projects():
            if wanted in (project.key.casefold(), project.name.casefold(), str(project.id)):
                return project
        return None
