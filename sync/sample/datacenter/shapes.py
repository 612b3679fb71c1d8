"""The JSON only Jira Data Center writes: Epic Link by key, wiki texts, user names, no levels."""

from typing import Any

from sync.sample.company.issues import Issue, IssueType, Level, Person, Project
from sync.sample.company.teams import INITIATIVE, KINDS
from sync.sample.company.view import View
from sync.sample.protocol.fields import DATACENTER_FIELDS, field_id
from sync.sample.protocol.shapes import ABSENT, Shapes

GLOBAL_TYPES = {
    kind: IssueType(10000 + place, kind, kind) for place, kind in enumerate((*KINDS, INITIATIVE))
}
"""Data Center has no team-managed projects: every project shares these types."""


class DataCenterShapes(Shapes):
    """Writes issues as REST API v2 does."""

    def __init__(self, view: View, api: str) -> None:
        super().__init__(view, api)
        self.writers |= {
            "issuetype": lambda issue: self.issue_type(self.project_of(issue), self.type_of(issue)),
            "project": lambda issue: self.project(self.project_of(issue)),
            "parent": self.parent,
            "description": lambda issue: issue.description,
            field_id(DATACENTER_FIELDS, "Story Points"): self._story_points,
            field_id(DATACENTER_FIELDS, "Work category"): lambda issue: self.option(
                issue.work_category
            ),
            field_id(DATACENTER_FIELDS, "Epic Link"): self.epic_key,
            field_id(DATACENTER_FIELDS, "Epic Name"): self._epic_name,
            field_id(DATACENTER_FIELDS, "Epic Status"): lambda issue: ABSENT,
            field_id(DATACENTER_FIELDS, "Parent Link"): self._parent_link,
            field_id(DATACENTER_FIELDS, "Sprint"): lambda issue: None,
        }

    def type_of(self, issue: Issue) -> IssueType:
        """The issue's type, which all projects share."""
        return GLOBAL_TYPES[issue.type]

    def project(self, project: Project) -> dict[str, Any]:
        """A project, embedded or listed."""
        return {
            **self.named("project", str(project.id), project.name),
            "key": project.key,
            "projectTypeKey": "software",
            "archived": False,
        }

    def user(self, person: Person) -> dict[str, Any]:
        """A user by name and key."""
        return {
            "self": f"{self.api}/user?username={person.name}",
            "name": person.name,
            "key": f"JIRAUSER{person.name.upper()}",
            "emailAddress": person.email or "",
            "displayName": person.display_name,
            "active": True,
            "timeZone": str(self.view.account_zone),
        }

    def parent(self, issue: Issue) -> Any:
        """The story of a sub-task. Nothing else has this field."""
        parent = self.view.company.issues.get(issue.parent) if issue.parent else None
        if parent is None or issue.level is not Level.SUBTASK:
            return ABSENT
        return self.parent_stub(parent)

    def _parent_link(self, issue: Issue) -> str | None:
        """What stands above an epic, by its key."""
        if issue.parent is None or issue.level is not Level.EPIC:
            return None
        return self.key_of(issue.parent)

    def _epic_name(self, issue: Issue) -> Any:
        return issue.summary[:30] if issue.level is Level.EPIC else ABSENT

    def _story_points(self, issue: Issue) -> float | None:
        return None if issue.points is None else float(issue.points)
