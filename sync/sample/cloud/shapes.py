"""The JSON only Jira Cloud writes: ADF texts, parents at every level, account ids, scopes."""

from functools import lru_cache
from typing import Any

from sync.sample.company.issues import Issue, IssueType, Person, Project, Status
from sync.sample.company.view import View
from sync.sample.protocol.fields import CLOUD_FIELDS, Field, describe, field_id
from sync.sample.protocol.shapes import ABSENT, Shapes

OLD_FIELDS = ("Epic Name", "Sprint", "Business value")
"""Listed, and empty everywhere."""


class CloudShapes(Shapes):
    """Writes issues as REST API v3 does; under v2 texts are wiki markup instead of ADF."""

    def __init__(self, view: View, api: str, *, is_v2: bool = False) -> None:
        super().__init__(view, api)
        self._types: dict[tuple[int, str], dict[str, Any]] = {}
        self.writers |= {
            "issuetype": self._type_of,
            "project": lambda issue: self.project_stub(self.project_of(issue)),
            "parent": self.parent,
            "statuscategorychangedate": self._write_category_change,
            "description": self._write_wiki if is_v2 else self._write_adf,
            field_id(CLOUD_FIELDS, "Story point estimate"): self._write_estimate,
            field_id(CLOUD_FIELDS, "Story Points"): self._story_points,
            field_id(CLOUD_FIELDS, "Work category"): self._work_category,
            field_id(CLOUD_FIELDS, "Epic Link"): self.epic_key,
        }
        for name in OLD_FIELDS:
            self.writers[field_id(CLOUD_FIELDS, name)] = lambda issue: None

    def field(self, field: Field) -> dict[str, Any]:
        """A field as /field lists it."""
        shape = describe(field) | {"key": field.id}
        return shape | self.scope(self.view.company.projects[field.scope]) if field.scope else shape

    def scope(self, project: Project) -> dict[str, Any]:
        """Where a thing of a team-managed project is valid; nothing for a company-managed one."""
        if not project.team_managed:
            return {}
        return {"scope": {"type": "PROJECT", "project": {"id": str(project.id)}}}

    def issue_type(self, project: Project, issue_type: IssueType) -> dict[str, Any]:
        """An issue type with its level."""
        level = {"hierarchyLevel": int(issue_type.level)}
        return super().issue_type(project, issue_type) | level | self.scope(project)

    def _type_of(self, issue: Issue) -> dict[str, Any]:
        project = self.project_of(issue)
        shape = self._types.get((project.id, issue.type))
        if shape is None:
            shape = self.issue_type(project, project.type_of(issue.type))
            self._types[project.id, issue.type] = shape
        return shape

    def status(self, project: Project, status: Status) -> dict[str, Any]:
        """A status with its category and scope."""
        return super().status(project, status) | self.scope(project)

    def project_stub(self, project: Project) -> dict[str, Any]:
        """A project as it is embedded in an issue and listed by /project/search."""
        return {
            **self.named("project", str(project.id), project.name),
            "key": project.key,
            "projectTypeKey": "software",
            "simplified": project.team_managed,
        }

    def project(self, project: Project) -> dict[str, Any]:
        """A project as it is listed."""
        style = "next-gen" if project.team_managed else "classic"
        return self.project_stub(project) | {"style": style, "isPrivate": False, "properties": {}}

    def user(self, person: Person) -> dict[str, Any]:
        """A user by account id; the e-mail address is often kept private."""
        shape = {
            "self": f"{self.api}/user?accountId={person.account_id}",
            "accountId": person.account_id,
            "displayName": person.display_name,
            "active": True,
            "timeZone": str(self.view.account_zone),
            "accountType": "atlassian",
        }
        return shape | ({"emailAddress": person.email} if person.email else {})

    def parent(self, issue: Issue) -> Any:
        """What stands right above the issue, even when it cannot be opened."""
        company = self.view.company
        parent = company.issues.get(issue.parent) if issue.parent else None
        if parent:
            return self.parent_stub(parent)
        key = company.elsewhere.get(issue.parent) if issue.parent else None
        if key is None:
            return ABSENT
        return {"id": str(issue.parent), "key": key, "self": f"{self.api}/issue/{issue.parent}"}

    def components(self, issue: Issue) -> Any:
        """Team-managed projects that use no components do not have the field."""
        if not issue.components and self.project_of(issue).team_managed:
            return ABSENT
        return super().components(issue)

    def _write_adf(self, issue: Issue) -> dict[str, Any] | None:
        return to_adf(issue.description) if issue.description else None

    def _write_wiki(self, issue: Issue) -> str | None:
        return issue.description

    def _write_category_change(self, issue: Issue) -> Any:
        tells = self.view.tells_completion
        return self.stamp(issue.category_changed_at) if tells else ABSENT

    def _write_estimate(self, issue: Issue) -> float | None:
        return _write_number(issue.points) if issue.points_field == "estimate" else None

    def _story_points(self, issue: Issue) -> Any:
        if issue.points_field == "points":
            return _write_number(issue.points)
        return ABSENT if self.project_of(issue).team_managed else None

    def _work_category(self, issue: Issue) -> Any:
        if self.project_of(issue).team_managed and issue.work_category is None:
            return ABSENT
        return self.option(issue.work_category)


def _write_number(points: float | None) -> float | None:
    return None if points is None else float(points)


@lru_cache(maxsize=4096)
def to_adf(text: str) -> dict[str, Any]:
    """Plain wiki markup as an Atlassian document: headings, bullets and paragraphs."""
    blocks = [block for block in text.split("\n\n") if block.strip()]
    return {
        "type": "doc",
        "version": 1,
        "content": [node for each in blocks for node in _write_nodes(each)],
    }


def _write_nodes(block: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    for line in block.splitlines():
        if line.startswith("h2. "):
            nodes.append(
                {"type": "heading", "attrs": {"level": 2}, "content": _write_text(line[4:])}
            )
        elif line.startswith("* "):
            item = {"type": "listItem", "content": [_write_paragraph(line[2:])]}
            nodes.append({"type": "bulletList", "content": [item]})
        else:
            nodes.append(_write_paragraph(line))
    return nodes


def _write_paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": _write_text(text)}


def _write_text(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}]
