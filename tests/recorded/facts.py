"""What an issue is, told twice: by the recorded JSON in plain words, and by what we made of it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from models.backlog import HierarchyLevel, Issue
from tests.recorded.recording import Json, Recording, instant
from translators.backlog.hierarchy import resolve_epics


class Facts(NamedTuple):
    """All that does not depend on the kind of Jira that told it."""

    key: str
    project: tuple[int, str]
    type: tuple[str, str]
    hierarchy_level: int
    status: tuple[str, str]
    summary: str
    updated: datetime
    resolution: str | None
    resolved: datetime | None
    done: datetime | None
    points: Decimal | None
    time_spent: int | None
    epic: int | None
    labels: list[str]
    components: list[str]
    versions: list[tuple[str, bool]]
    is_assigned: bool


def recorded(recording: Recording) -> dict[int, Facts]:
    """What the JSON says, by id."""
    family = _Family(recording)
    return {int(raw["id"]): _facts(raw, recording, family) for raw in recording.issues}


def mirrored(issues: Iterable[Issue]) -> dict[int, Facts]:
    """What our issues say, by id."""
    kept = list(issues)
    epics = resolve_epics(kept).epics
    return {
        issue.id: Facts(
            key=issue.key,
            project=(issue.project_id, issue.project),
            type=(issue.type_id, issue.type),
            hierarchy_level=int(issue.hierarchy_level),
            status=(issue.status, issue.status_category.value),
            summary=issue.summary,
            updated=issue.updated_at,
            resolution=issue.resolution,
            resolved=issue.resolved_at,
            done=issue.done_at,
            points=issue.points,
            time_spent=issue.time_spent,
            epic=epics[issue.id],
            labels=list(issue.labels),
            components=list(issue.components),
            versions=[(version.name, version.released) for version in issue.fix_versions],
            is_assigned=issue.contributor is not None,
        )
        for issue in kept
    }


def _facts(raw: Json, recording: Recording, family: "_Family") -> Facts:
    fields = raw["fields"]
    category = fields["status"]["statusCategory"]["key"]
    resolved = _instant(fields.get("resolutiondate"))
    changed = _instant(fields.get("statuscategorychangedate"))
    return Facts(
        key=raw["key"],
        project=(int(fields["project"]["id"]), fields["project"]["key"]),
        type=(fields["issuetype"]["id"], fields["issuetype"]["name"]),
        hierarchy_level=_hierarchy_level(fields["issuetype"]),
        status=(fields["status"]["name"], category),
        summary=fields["summary"].replace("\0", ""),  # real, and no database takes it
        updated=instant(fields["updated"]),
        resolution=(fields.get("resolution") or {}).get("name"),
        resolved=resolved,
        done=(resolved or changed) if category == "done" else None,
        points=_points(fields.get(recording.points)),
        time_spent=fields.get("timespent"),
        epic=family.epic_above(raw),
        labels=sorted(fields.get("labels") or ()),
        components=sorted(each["name"] for each in fields.get("components") or ()),
        versions=[(each["name"], each["released"]) for each in fields.get("fixVersions") or ()],
        is_assigned=bool(fields.get("assignee")),
    )


def _hierarchy_level(kind: Json) -> int:
    """In these recordings every epic is called Epic, whatever else is translated."""
    if kind["name"] == "Epic":
        return HierarchyLevel.EPIC
    return HierarchyLevel.SUBTASK if kind["subtask"] else HierarchyLevel.BASE


def _points(value: float | str | None) -> Decimal | None:
    """Negative points are none: nobody estimates so."""
    points = None if value is None else Decimal(str(value))
    return None if points is None or points < 0 else points


def _instant(text: str | None) -> datetime | None:
    return instant(text) if text else None


class _Family:
    """Who stands above whom: by `parent`, else by Epic Link."""

    def __init__(self, recording: Recording) -> None:
        self._epic_link = recording.epic_link
        self._by_key = {raw["key"]: raw for raw in recording.issues}

    def epic_above(self, raw: Json) -> int | None:
        """The id of the epic above an issue, if it was recorded."""
        above: Json | None = (
            raw if _hierarchy_level(raw["fields"]["issuetype"]) < HierarchyLevel.EPIC else None
        )
        while above is not None:
            fields = above["fields"]
            key = (fields.get("parent") or {}).get("key") or fields.get(self._epic_link)
            above = self._by_key.get(key or "")
            if above and above["fields"]["issuetype"]["name"] == "Epic":
                return int(above["id"])
        return None
