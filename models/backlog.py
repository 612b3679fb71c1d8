"""The backlog as we mirror it: issues of one site, in our words rather than Jira's JSON."""

from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from msgspec import Struct
from msgspec.structs import replace

from models.loss import Loss

RESTRICTED = "(restricted)"
"""What people read in place of a title that has a security level."""

IDS_A_SITE = 1 << 48
"""So far apart the ids of two sites begin: an id says by itself of which site an issue is.

Jira's own ids have no more than 14 digits, and lie between. They are what is added.
"""


class HierarchyLevel(IntEnum):
    """Where an issue type stands in the hierarchy, as Jira counts it."""

    SUBTASK = -1
    BASE = 0
    EPIC = 1
    ABOVE = 2


class StatusCategory(StrEnum):
    """Jira's own grouping of statuses; names are free text, these four keys are not."""

    NEW = "new"
    INDETERMINATE = "indeterminate"
    DONE = "done"
    UNDEFINED = "undefined"


class DoneSource(StrEnum):
    """What we know the moment of completion from, best first.

    Of what is `unknown` the history is asked; where that does not tell, it is `untold` for good.
    """

    RESOLUTION_DATE = "resolution_date"
    CATEGORY_CHANGE = "category_change"
    CHANGELOG = "changelog"
    FIRST_SEEN = "first_seen"
    UNKNOWN = "unknown"
    UNTOLD = "untold"


class StatusChange(Struct, frozen=True):
    """An issue went from one status to another, both by their ids."""

    at: datetime
    before: str | None
    after: str | None


class BacklogCounts(Struct, frozen=True, kw_only=True):
    """How many items there are, and of how many Jira tells what Headway goes by.

    `undated` and `assigned` are of those that are `finished`.
    """

    items: int
    estimated: int
    with_component: int
    in_epic: int
    finished: int
    undated: int
    assigned: int


class Version(Struct, frozen=True, gc=False):
    """A fix version of an issue."""

    name: str
    released: bool


class IssueRef(Struct, frozen=True, gc=False):
    """How an issue names its parent; either part may be unknown."""

    id: int | None = None
    key: str | None = None


class Issue(Struct, frozen=True, kw_only=True, gc=False):
    """One issue of the mirror. (site, id) never changes; the key may.

    No two sites of a list have the same id: it is Jira's own, counted from where the site begins.
    `parent` and `epic_link` are what Jira said; `epic_id` is what we resolved from them.
    `points` are the team's own scale; `time_spent` is seconds logged on this issue alone.
    `contributor` is a keyed hash of the assignee, never a name. A restricted issue (security
    level set) carries neither summary nor description. `missing_since` is when a census did not
    find it, once a second one confirmed that.
    """

    site: str
    id: int
    key: str
    project_id: int
    project: str
    type_id: str
    type: str
    hierarchy_level: HierarchyLevel
    status: str
    status_category: StatusCategory
    updated_at: datetime
    parent: IssueRef | None = None
    epic_link: str | None = None
    epic_id: int | None = None
    resolution: str | None = None
    resolved_at: datetime | None = None
    category_changed_at: datetime | None = None
    done_at: datetime | None = None
    done_source: DoneSource | None = None
    restricted: bool = False
    points: Decimal | None = None
    points_field: str | None = None
    time_spent: int | None = None
    contributor: str | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    fix_versions: tuple[Version, ...] = ()
    summary: str = ""
    description: str | None = None
    extra: dict[str, tuple[str, ...]] = {}
    former_keys: tuple[str, ...] = ()
    missing_since: datetime | None = None

    @property
    def is_item_without_epic(self) -> bool:
        """Whether it stands at the level of stories, and below no epic."""
        return self.hierarchy_level is HierarchyLevel.BASE and self.epic_id is None

    @property
    def is_done(self) -> bool:
        """Whether Jira calls it done; cancelled work is done too, and told apart by the rules."""
        return self.status_category is StatusCategory.DONE


def count_from(first_id: int, issue: Issue) -> Issue:
    """An issue as Jira numbers it, with its ids counted from where its site begins."""
    parent = issue.parent
    if parent is not None and parent.id is not None:
        parent = IssueRef(first_id + parent.id, parent.key)
    return replace(issue, id=first_id + issue.id, parent=parent)


class FinishedIssue(Struct, frozen=True, kw_only=True, gc=False):
    """What booking reads of an issue that Jira calls done, on a day we know.

    `subtask_points` are of its sub-tasks, looked up only where it has no points of its own.
    `credits` is how often it was credited, `is_credited` whether a credit of it stands.
    """

    site: str
    id: int
    key: str
    former_keys: tuple[str, ...]
    hierarchy_level: HierarchyLevel
    project: str
    type: str
    status: str
    resolution: str | None
    done_at: datetime
    points: Decimal | None
    contributor: str | None
    components: tuple[str, ...]
    extra: dict[str, tuple[str, ...]]
    subtask_points: tuple[Decimal, ...] = ()
    credits: int = 0
    is_credited: bool = False

    @property
    def is_done(self) -> bool:
        """Always."""
        return True


class IssuePlace(Struct, frozen=True, kw_only=True, gc=False):
    """What tells where an issue stands: its keys, and what Jira said is above it."""

    id: int
    key: str
    former_keys: tuple[str, ...]
    hierarchy_level: HierarchyLevel
    parent: IssueRef | None
    epic_link: str | None
    epic_id: int | None


class Project(Struct, frozen=True, kw_only=True):
    """A project of the site, as far as we may see it."""

    id: int
    key: str
    name: str
    team_managed: bool = False


class IssueType(Struct, frozen=True, kw_only=True):
    """An issue type; `hierarchy_level` is None where the site does not tell.

    Data Center does not tell it of its base types.
    """

    id: str
    name: str
    subtask: bool
    hierarchy_level: int | None = None


class Field(Struct, frozen=True, kw_only=True):
    """A field of the site; `kind` is Jira's schema.custom key, the only reliable name it has.

    `was` is the name under which it was taken for story points, if it is called otherwise now.
    `project_id` is the one team-managed project that has it, if it is of one.
    """

    id: str
    name: str
    kind: str | None = None
    was: str | None = None
    project_id: int | None = None


class Estimate(Struct, frozen=True):
    """The field that the board of a project adds up."""

    project_id: int
    field: str


class Identity(Struct, frozen=True):
    """Who Jira says we are: an account id (Cloud) or user key (Data Center), and a display name."""

    account: str
    name: str


class SiteProfile(Struct, frozen=True, kw_only=True):
    """What a site is: what the walk and the rules need to know of it.

    Who we are and what time it is there is asked every run, the rest as of `described_at`.
    `asked_projects` are the keys that the settings named then; none means all that are visible.
    `address` is the one the site gives as its own, `reached` the one that it answers us at.
    `losses` are of projects that are shown, but not whole: these are none of `projects`.
    """

    address: str = ""
    reached: str = ""
    deployment: str  # "cloud" or "datacenter"
    version: str
    server_time: datetime
    described_at: datetime
    identity: Identity
    asked_projects: tuple[str, ...] = ()
    projects: tuple[Project, ...]
    types: tuple[IssueType, ...]
    fields: tuple[Field, ...]
    estimates: tuple[Estimate, ...] = ()
    losses: tuple[Loss, ...] = ()
