"""Backlogs of real Jiras as they were recorded: their JSON, and a company that can be searched."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sync.sample.company.company import Company
from sync.sample.company.issues import Issue, IssueType, Level, Project, Status
from tests.outside import data_folder, json_lines

Json = dict[str, Any]
Shape = Literal["v2", "v3"]

FLOAT = "com.atlassian.jira.plugin.system.customfieldtypes:float"
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
EPIC_NAME = "com.pyxis.greenhopper.jira:gh-epic-label"


@dataclass(frozen=True)
class Recording:
    """What one Jira answered: issues, and the lists of its fields and issue types.

    `epic_link` and `points` are the ids of those fields there.
    """

    issues: tuple[Json, ...]
    fields: tuple[Json, ...]
    types: tuple[Json, ...]
    epic_link: str
    points: str

    def company(self) -> Company:
        """The issues as far as searches look at them."""
        issues = {int(raw["id"]): _issue(raw) for raw in self.issues}
        return Company(
            now=max(issue.updated for issue in issues.values()) + timedelta(hours=1),
            projects=_projects(self.issues),
            users=[],
            issues=issues,
            former_keys={},
            elsewhere={},
        )


def tidev(shape: Shape) -> Recording:
    """A product's backlog of 1,120 issues: in Data Center's shape (v2), or in Cloud's (v3)."""
    folder = data_folder("tidev")
    issues = tuple(json_lines(folder / f"tidev_core_{shape}.jsonl.gz"))
    return Recording(
        issues=issues,
        fields=tuple(json.loads((folder / f"tidev_{shape}_fields.json").read_text("utf-8"))),
        types=_types(issues),
        epic_link={"v2": "customfield_90001", "v3": "customfield_10014"}[shape],
        points={"v2": "customfield_10003", "v3": "customfield_10016"}[shape],
    )


def devlake() -> Recording:
    """Thirty-three issues of a Cloud in Chinese. Its list of fields was not kept: this is ours."""
    folder = data_folder("devlake")
    custom = (
        ("customfield_10011", "Epic Name", EPIC_NAME),
        ("customfield_10014", "长篇故事链接", EPIC_LINK),
        ("customfield_10024", "Story Points", FLOAT),
    )
    return Recording(
        issues=tuple(json_lines(folder / "devlake_cloud_issues.jsonl.gz")),
        fields=tuple(
            {"id": each, "name": name, "schema": {"custom": kind}} for each, name, kind in custom
        ),
        types=tuple(
            line["data"] for line in json_lines(folder / "devlake_cloud_issue_types.jsonl.gz")
        ),
        epic_link="customfield_10014",
        points="customfield_10024",
    )


def instant(text: str) -> datetime:
    """A time as Jira writes it."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)


def _types(issues: Iterable[Json]) -> tuple[Json, ...]:
    kinds = (raw["fields"]["issuetype"] for raw in issues)
    return tuple({kind["id"]: kind for kind in kinds}.values())


def _issue(raw: Json) -> Issue:
    fields = raw["fields"]
    return Issue(
        id=int(raw["id"]),
        key=raw["key"],
        project=fields["project"]["key"],
        type=fields["issuetype"]["id"],
        level=Level.SUBTASK if fields["issuetype"]["subtask"] else Level.BASE,
        summary=fields["summary"],
        status=fields["status"]["name"],
        created=instant(fields["created"]),
        updated=instant(fields["updated"]),
        category_changed_at=instant(fields["updated"]),
    )


def _projects(issues: tuple[Json, ...]) -> dict[str, Project]:
    groups: dict[str, list[Json]] = {}
    for raw in issues:
        groups.setdefault(raw["fields"]["project"]["key"], []).append(raw["fields"])
    return {key: _project(group) for key, group in groups.items()}


def _project(issues: list[Json]) -> Project:
    found = issues[0]["project"]
    types = {each["issuetype"]["id"]: each["issuetype"]["name"] for each in issues}
    statuses = {each["status"]["name"]: each["status"] for each in issues}
    return Project(
        id=int(found["id"]),
        key=found["key"],
        name=found["name"],
        team_managed=False,
        types=tuple(IssueType(int(number), name, number) for number, name in types.items()),
        statuses=tuple(
            Status(int(each["id"]), name, each["statusCategory"]["key"])
            for name, each in statuses.items()
        ),
    )
