"""Builders for tests: valid by default, one override a test."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from models.backlog import DoneSource, HierarchyLevel, Issue, IssueRef, StatusCategory
from models.capability import DISCLAIMER, Capability, State
from models.effort import Level
from models.rulebook import EffortRules, TeamRule, TodayBy
from translators.backlog.fortnights import window_start

AS_OF = datetime(2026, 11, 23, 6, tzinfo=UTC)
WINDOW = 674
"""The newest window that is closed at AS_OF: the fortnight from 2 November 2026."""

_ids = count(10_000)


def an_issue(**changes: Any) -> Issue:
    """An open story of project PAY without an epic."""
    issue_id = changes.pop("id", None) or next(_ids)
    values: dict[str, Any] = {
        "site": "main",
        "id": issue_id,
        "key": f"PAY-{issue_id}",
        "project_id": 1,
        "project": "PAY",
        "type_id": "10001",
        "type": "Story",
        "hierarchy_level": HierarchyLevel.BASE,
        "status": "To Do",
        "status_category": StatusCategory.NEW,
        "updated_at": AS_OF,
        "summary": "Send invoices by mail",
    }
    return Issue(**(values | changes))


def an_epic(**changes: Any) -> Issue:
    """An open epic of project PAY."""
    return an_issue(
        **({"hierarchy_level": HierarchyLevel.EPIC, "type": "Epic", "type_id": "10000"} | changes)
    )


def finished(window: int = WINDOW, **changes: Any) -> Issue:
    """A story finished on the second day of `window` by one person."""
    done_at = changes.pop("done_at", window_start(window) + timedelta(days=1, hours=10))
    values: dict[str, Any] = {
        "status": "Done",
        "status_category": StatusCategory.DONE,
        "resolution": "Done",
        "resolved_at": done_at,
        "done_at": done_at,
        "done_source": DoneSource.RESOLUTION_DATE,
        "contributor": "anna",
    }
    return an_issue(**(values | changes))


def a_subtask(parent: Issue, **changes: Any) -> Issue:
    """An open sub-task of `parent`."""
    reference = IssueRef(id=parent.id, key=parent.key)
    return an_issue(
        **(
            {"hierarchy_level": HierarchyLevel.SUBTASK, "type": "Sub-task", "parent": reference}
            | changes
        )
    )


def a_row(capability_id: str, name: str, *aliases: str, **changes: Any) -> Capability:
    """A row of the list, on it and rated large; any column but the first two can be changed."""
    values: dict[str, Any] = {
        "capability_id": capability_id,
        "name": name,
        "summary": f"All about {name}.",
        "product_area": "Billing",
        "state_code": State.RECENT,
        "state_label": "Worked on recently",
        "effort_code": Level.LARGE,
        "effort_label": "Large",
        "effort_rank": 3,
        "today_text": None,
        "today_by": TodayBy.NONE,
        "statement": f"Work has gone into {name}.",
        "disclaimer": DISCLAIMER,
        "is_active": True,
        "withdrawn_reason": None,
        "replaced_by": None,
        "aliases": aliases,
    }
    return Capability(**(values | changes))


def effort_rules(**changes: Any) -> EffortRules:
    """The shipped definitions."""
    values: dict[str, Any] = {
        "team": TeamRule("project"),
        "scheme": 1,
        "edges": (6, 24, 72, 240),
        "cancelled_resolutions": ("Won't Do", "Duplicate"),
        "cancelled_statuses": ("Rejected",),
        "points_fields": (),
        "aliases": (),
        "rescaled": (),
        "points_from_percent": 30,
        "minimum_people": 3,
        "minimum_people_of": "team",
        "void": (),
        "release": (),
    }
    return EffortRules(**(values | changes))
