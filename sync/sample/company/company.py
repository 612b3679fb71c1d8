"""The made-up company: a backlog that can be read, edited and enlarged.

Everything is drawn from one seed, so two companies of the same seed are equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sync.sample.company.growth import grow_backlog
from sync.sample.company.history import NOW
from sync.sample.company.issues import Issue, IssueType, Level, Person, Project
from sync.sample.company.teams import INITIATIVE, TEAMS, people_of, project_of

COPY_ID_STEP = 1_000_000
COPY_KEY_STEP = 10_000


@dataclass(slots=True, eq=False)
class Company:
    """A backlog with its people and projects.

    Change issues through `edit`, `move`, `add` and `remove`: they keep `updated` and the old keys
    as Jira would, and tell a running server that what it has cached is out of date.
    """

    now: datetime
    projects: dict[str, Project]
    users: list[Person]
    issues: dict[int, Issue]
    former_keys: dict[str, int]
    """Keys that issues had before they moved; Jira resolves them for ever."""
    elsewhere: dict[int, str]
    """Parents that exist, but in a project nobody here may see: id to key."""
    version: int = 0
    _by_project: tuple[int, dict[str, list[int]]] = field(default=(-1, {}), repr=False)
    _by_key: tuple[int, dict[str, int]] = field(default=(-1, {}), repr=False)

    def edit(self, issue_id: int, **changes: Any) -> Issue:
        """Changes fields of one issue and stamps it as updated now, unless told when."""
        issue = self.issues[issue_id]
        before = self.category_of(issue)
        for name, value in ({"updated": self.now} | changes).items():
            setattr(issue, name, value)
        if self.category_of(issue) != before and "category_changed_at" not in changes:
            issue.category_changed_at = self.now
        self.version += 1
        return issue

    def add(self, issue: Issue) -> Issue:
        """Takes a new issue in."""
        self.issues[issue.id] = issue
        self.version += 1
        return issue

    def remove(self, issue_id: int) -> Issue:
        """Deletes an issue, leaving no trace, as Jira does."""
        self.version += 1
        return self.issues.pop(issue_id)

    def move(self, issue_id: int, project: str) -> Issue:
        """Moves an issue to another project: same id, next free key there, same status category."""
        issue = self.issues[issue_id]
        target = self.projects[project]
        category = self.category_of(issue)
        status = next(status for status in target.statuses if status.category == category)
        self.former_keys[issue.key] = issue_id
        key = f"{project}-{self.last_number(project) + 1}"
        return self.edit(issue_id, project=project, key=key, status=status.name)

    def rename_project(self, key: str, new_key: str) -> None:
        """Gives a project another key, and with it all its issues; none of them is `updated`."""
        self.projects = {
            (new_key if each.key == key else each.key): (
                replace(each, key=new_key) if each.key == key else each
            )
            for each in self.projects.values()
        }
        for issue in self.issues.values():
            if issue.project == key:
                self.former_keys[issue.key] = issue.id
                issue.project, issue.key = new_key, f"{new_key}-{issue.key.rpartition('-')[2]}"
        self.version += 1

    def add_initiatives(self) -> None:
        """Gives every project a kind of issue that stands above its epics."""
        for found in list(self.projects.values()):
            last = found.types[-1].id
            kind = IssueType(last + 1, INITIATIVE, INITIATIVE)
            self.projects[found.key] = replace(found, types=(*found.types, kind))

    def by_key(self, key: str) -> Issue | None:
        """The issue with that key, or that had it once; the case does not matter."""
        if self._by_key[0] != self.version:
            self._by_key = self.version, {issue.key: issue.id for issue in self.issues.values()}
        key = key.upper()
        issue_id = self._by_key[1].get(key, self.former_keys.get(key, -1))
        return self.issues.get(issue_id)

    def ids_of(self, project: str) -> list[int]:
        """The ids of a project's issues, ascending."""
        if self._by_project[0] != self.version:
            self._by_project = self.version, _ids_by_project(self.issues.values())
        return self._by_project[1].get(project, [])

    def category_of(self, issue: Issue) -> str:
        """The status category: new, indeterminate or done."""
        return self.projects[issue.project].status(issue.status).category

    def last_number(self, project: str) -> int:
        """The highest number any key of the project has."""
        keys = (issue.key for issue in self.issues.values() if issue.project == project)
        return max((int(key.rpartition("-")[2]) for key in keys), default=0)

    def epics(self) -> list[Issue]:
        """All epics, in the order of their ids."""
        return [issue for issue in self.issues.values() if issue.level is Level.EPIC]

    def children_of(self, issue_id: int) -> list[Issue]:
        """The issues directly below one."""
        return [issue for issue in self.issues.values() if issue.parent == issue_id]


def build_company(seed: int = 7, scale: int = 1) -> Company:
    """The company of that seed. `scale` says how often its backlog is there, under other keys."""
    backlog = grow_backlog(seed)
    issues = {issue.id: issue for issue in backlog.issues}
    for copy in range(1, scale):
        issues |= {issue.id: issue for issue in _copy_issues(backlog.issues, copy)}
    return Company(
        now=NOW,
        projects={team.key: project_of(team) for team in TEAMS},
        users=[person for team in TEAMS for person in people_of(team)],
        issues=issues,
        former_keys=dict(backlog.former_keys),
        elsewhere=dict(backlog.elsewhere),
    )


def _copy_issues(issues: Iterable[Issue], copy: int) -> Iterable[Issue]:
    for issue in issues:
        project, _, number = issue.key.partition("-")
        yield replace(
            issue,
            id=issue.id + copy * COPY_ID_STEP,
            key=f"{project}-{int(number) + copy * COPY_KEY_STEP}",
            parent=issue.parent and issue.parent + copy * COPY_ID_STEP,
        )


def _ids_by_project(issues: Iterable[Issue]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {}
    for issue in issues:
        ids.setdefault(issue.project, []).append(issue.id)
    for members in ids.values():
        members.sort()
    return ids
