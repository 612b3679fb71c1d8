"""The JSON both kinds of Jira write for the values inside an issue."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sync.sample.company.issues import Issue, IssueType, Level, Person, Project, Status
from sync.sample.company.view import View

CATEGORY_SHAPES = {
    "new": (2, "blue-gray", "To Do"),
    "indeterminate": (4, "yellow", "In Progress"),
    "done": (3, "green", "Done"),
}
RESOLUTION_IDS = {"Done": "10000", "Won't Do": "10001", "Duplicate": "10002"}
LEVEL_IDS = {"Security team only": "10300"}

Writer = Callable[[Issue], Any]
ABSENT = object()
"""What a writer answers when the field is not there at all, not even as null."""


class Shapes:
    """Writes values; `api` is the address under which things link to themselves."""

    def __init__(self, view: View, api: str) -> None:
        self.view = view
        self.api = api
        self._statuses: dict[tuple[int, str], dict[str, Any]] = {}
        self._people: dict[str, dict[str, Any]] = {}
        self._component_ids: dict[str, str] = {}
        self.writers: dict[str, Writer] = {
            "summary": lambda issue: issue.summary,
            "status": self.status_of,
            "resolution": self.resolution,
            "resolutiondate": self._write_resolution_date,
            "created": lambda issue: self.stamp(issue.created),
            "updated": lambda issue: self.stamp(issue.updated),
            "priority": lambda issue: self.named("priority", "3", "Medium"),
            "labels": lambda issue: issue.labels,
            "components": self.components,
            "fixVersions": self.versions,
            "assignee": lambda issue: issue.assignee and self.person(issue.assignee),
            "security": self.security,
            "timespent": lambda issue: issue.time_spent,
            "aggregatetimespent": lambda issue: issue.time_spent,
        }

    def fields(self, issue: Issue, writers: Iterable[tuple[str, Writer]]) -> dict[str, Any]:
        """The values of those fields; fields the issue does not have are left out."""
        values = ((field, write(issue)) for field, write in writers)
        return {field: value for field, value in values if value is not ABSENT}

    def stamp(self, moment: datetime | None) -> str | None:
        """A time as Jira writes it: milliseconds, and an offset without a colon."""
        if moment is None:
            return None
        text = moment.astimezone(self.view.site_zone).isoformat(timespec="milliseconds")
        return text[:-3] + text[-2:]

    def named(self, resource: str, number: str, name: str) -> dict[str, Any]:
        """A thing with a name and an address of its own."""
        return {"self": f"{self.api}/{resource}/{number}", "id": number, "name": name}

    def project_of(self, issue: Issue) -> Project:
        """The project an issue is in."""
        return self.view.company.projects[issue.project]

    def type_of(self, issue: Issue) -> IssueType:
        """The issue's type, as its project calls it."""
        return self.project_of(issue).type_of(issue.type)

    def status_of(self, issue: Issue) -> dict[str, Any]:
        """The issue's status."""
        project = self.project_of(issue)
        shape = self._statuses.get((project.id, issue.status))
        if shape is None:
            shape = self.status(project, project.status(issue.status))
            self._statuses[project.id, issue.status] = shape
        return shape

    def status(self, project: Project, status: Status) -> dict[str, Any]:
        """One status with its category."""
        number, colour, name = CATEGORY_SHAPES[status.category]
        return {
            **self.named("status", str(status.id), status.name),
            "description": "",
            "iconUrl": f"{self.api}/images/icons/status.png",
            "statusCategory": {
                "self": f"{self.api}/statuscategory/{number}",
                "id": number,
                "key": status.category,
                "colorName": colour,
                "name": name,
            },
        }

    def resolution(self, issue: Issue) -> dict[str, Any] | None:
        """How the issue was resolved, if it was and its workflow says so."""
        if issue.resolution is None or self._is_untold(issue):
            return None
        number = RESOLUTION_IDS.get(issue.resolution, "10009")
        return {**self.named("resolution", number, issue.resolution), "description": ""}

    def _write_resolution_date(self, issue: Issue) -> str | None:
        return None if self._is_untold(issue) else self.stamp(issue.resolved_at)

    def _is_untold(self, issue: Issue) -> bool:
        """Workflows that set a resolution for what is given up alone."""
        return not self.view.tells_completion and issue.resolution in (None, "Done")

    def history(self, issue: Issue) -> list[dict[str, Any]]:
        """The changes of an issue, oldest first: labelled, begun, and come to where it is."""
        if not self.view.keeps_history:
            return []
        statuses = self.project_of(issue).statuses
        now = self.project_of(issue).status(issue.status)
        first = next(status for status in statuses if status.category == "new")
        begun = next(status for status in statuses if status.category == "indeterminate")
        ended = issue.resolved_at or issue.category_changed_at
        steps: list[tuple[datetime, str, Status | None, Status | None]] = [
            (issue.created, "labels", None, None)
        ]
        if now.category == "done":
            steps += [
                (issue.created + (ended - issue.created) / 2, "status", first, begun),
                (ended, "status", begun, now),
            ]
        return [
            {
                "id": f"{issue.id}{place}",
                "created": self.stamp(moment),
                "items": [
                    {
                        "field": name,
                        "fieldtype": "jira",
                        "from": str(before.id) if before else "",
                        "fromString": before.name if before else "",
                        "to": str(after.id) if after else "",
                        "toString": after.name if after else "",
                    }
                ],
            }
            for place, (moment, name, before, after) in enumerate(steps)
        ]

    def components(self, issue: Issue) -> Any:
        """The issue's components."""
        return [self.component(name) for name in issue.components]

    def component(self, name: str) -> dict[str, Any]:
        """One component; its number is given when it is first asked for."""
        number = self._component_ids.setdefault(name, str(10500 + len(self._component_ids)))
        return self.named("component", number, name)

    def versions(self, issue: Issue) -> list[dict[str, Any]]:
        """The releases the issue is fixed in."""
        return [
            self.named("version", str(version.id), version.name)
            | {"archived": False, "released": version.released}
            for version in issue.fix_versions
        ]

    def security(self, issue: Issue) -> dict[str, Any] | None:
        """The security level, if the issue is restricted."""
        level = issue.security_level
        if level is None:
            return None
        return self.named("securitylevel", LEVEL_IDS.get(level, "10309"), level) | {
            "description": ""
        }

    def person(self, person: Person) -> dict[str, Any]:
        """A user, as this kind of Jira shows one."""
        shape = self._people.get(person.account_id)
        if shape is None:
            shape = self._people[person.account_id] = self.user(person)
        return shape

    def user(self, person: Person) -> dict[str, Any]:
        """The identity of a user; Cloud and Data Center differ."""
        raise NotImplementedError

    def parent_stub(self, issue: Issue) -> dict[str, Any]:
        """An issue as it is embedded in those below it."""
        return {
            "id": str(issue.id),
            "key": issue.key,
            "self": f"{self.api}/issue/{issue.id}",
            "fields": {
                "summary": issue.summary,
                "status": self.status_of(issue),
                "priority": self.named("priority", "3", "Medium"),
                "issuetype": self.issue_type(self.project_of(issue), self.type_of(issue)),
            },
        }

    def issue_type(self, project: Project, issue_type: IssueType) -> dict[str, Any]:
        """An issue type without its level."""
        return {
            **self.named("issuetype", str(issue_type.id), issue_type.name),
            "description": "",
            "iconUrl": f"{self.api}/universal_avatar/view/type/issuetype/avatar/10307",
            "subtask": issue_type.level is Level.SUBTASK,
            "avatarId": 10307,
        }

    def epic_key(self, issue: Issue) -> str | None:
        """The key of the epic right above a base-level issue."""
        if issue.parent is None or issue.level is not Level.BASE:
            return None
        return self.key_of(issue.parent)

    def key_of(self, issue_id: int) -> str | None:
        """The key under which an issue is linked to: its own, or the one it had before a move."""
        company = self.view.company
        if self.view.keeps_old_links:
            for key, moved in company.former_keys.items():
                if moved == issue_id:
                    return key
        issue = company.issues.get(issue_id)
        return issue.key if issue else company.elsewhere.get(issue_id)

    def option(self, value: str | None) -> dict[str, Any] | None:
        """The chosen option of a select field."""
        if value is None:
            return None
        number = str(10800 + len(value))
        return {"self": f"{self.api}/customFieldOption/{number}", "value": value, "id": number}
