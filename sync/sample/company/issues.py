"""What is in a Jira, told apart from how either kind of Jira writes it on the wire."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum


class Level(IntEnum):
    """Where an issue stands in the hierarchy, in Jira's own numbers."""

    SUBTASK = -1
    BASE = 0
    EPIC = 1
    ABOVE = 2


LEVELS = {"Initiative": Level.ABOVE, "Epic": Level.EPIC, "Sub-task": Level.SUBTASK}
"""The level of each kind of issue that is not of base level."""


@dataclass(frozen=True, slots=True)
class Status:
    """A status as one project names it; `category` is Jira's key: new, indeterminate or done."""

    id: int
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class IssueType:
    """An issue type as one project names it; `kind` is the English name all projects share."""

    id: int
    name: str
    kind: str

    @property
    def level(self) -> Level:
        """Epics stand above everything that is not a sub-task, and initiatives above epics."""
        return LEVELS.get(self.kind, Level.BASE)


@dataclass(frozen=True, slots=True)
class Version:
    """A release that issues are fixed in."""

    id: int
    name: str
    released: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account: Cloud knows the `account_id`, Data Center the `name`."""

    account_id: str
    name: str
    display_name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Project:
    """A project with the words it uses. Team-managed projects own their types and statuses."""

    id: int
    key: str
    name: str
    team_managed: bool
    types: tuple[IssueType, ...]
    statuses: tuple[Status, ...]

    def status(self, name: str) -> Status:
        """The status of that name."""
        return next(status for status in self.statuses if status.name == name)

    def type_of(self, kind: str) -> IssueType:
        """What this project calls an issue of that kind."""
        return next(issue_type for issue_type in self.types if issue_type.kind == kind)


@dataclass(slots=True, kw_only=True)
class Issue:
    """One issue, open to edits. All times are UTC.

    `type` is the English kind (Epic, Story, Task, Bug, Spike, Sub-task) and `status` the project's
    own word. `points_field` says which of Jira's two story-point fields carries `points`.
    """

    id: int
    key: str
    project: str
    type: str
    level: Level
    summary: str
    status: str
    created: datetime
    updated: datetime
    category_changed_at: datetime
    parent: int | None = None
    resolution: str | None = None
    resolved_at: datetime | None = None
    points: float | None = None
    points_field: str = "points"
    assignee: Person | None = None
    labels: list[str] = field(default_factory=list)
    components: list[str] = field(default_factory=list)
    fix_versions: list[Version] = field(default_factory=list)
    security_level: str | None = None
    description: str | None = None
    time_spent: int | None = None
    work_category: str | None = None
