"""The fields of the sample site, as each kind of Jira lists them.

The same idea has another id on each kind, so a client that finds fields by a number it has kept
finds the wrong one.
"""

from dataclasses import dataclass
from typing import Any

GREENHOPPER = "com.pyxis.greenhopper.jira:"
CUSTOM_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what it is called, what is in it, and for custom ones which plug-in made it."""

    id: str
    name: str
    type: str
    items: str | None = None
    custom: str | None = None
    scope: str | None = None
    """The key of the one team-managed project that has it."""


SYSTEM = (
    Field("summary", "Summary", "string"),
    Field("issuetype", "Issue Type", "issuetype"),
    Field("project", "Project", "project"),
    Field("status", "Status", "status"),
    Field("resolution", "Resolution", "resolution"),
    Field("resolutiondate", "Resolved", "datetime"),
    Field("created", "Created", "datetime"),
    Field("updated", "Updated", "datetime"),
    Field("priority", "Priority", "priority"),
    Field("labels", "Labels", "array", "string"),
    Field("components", "Components", "array", "component"),
    Field("fixVersions", "Fix versions", "array", "version"),
    Field("assignee", "Assignee", "user"),
    Field("security", "Security Level", "securitylevel"),
    Field("description", "Description", "string"),
    Field("timespent", "Time Spent", "number"),
    Field("aggregatetimespent", "Σ Time Spent", "number"),
)

CLOUD_ONLY = (
    Field("parent", "Parent", "issuelink"),
    Field("statuscategorychangedate", "Status Category Changed", "datetime"),
)

CLOUD_CUSTOM = (
    Field("customfield_10011", "Epic Name", "string", custom=GREENHOPPER + "gh-epic-label"),
    Field("customfield_10014", "Epic Link", "any", custom=GREENHOPPER + "gh-epic-link"),
    Field(
        "customfield_10016",
        "Story point estimate",
        "number",
        None,
        GREENHOPPER + "jsw-story-points",
    ),
    Field("customfield_10020", "Sprint", "array", "json", GREENHOPPER + "gh-sprint"),
    Field("customfield_10026", "Story Points", "number", custom=CUSTOM_TYPES + "float"),
    Field("customfield_10041", "Business value", "number", custom=CUSTOM_TYPES + "float"),
    Field("customfield_10050", "Work category", "option", custom=CUSTOM_TYPES + "select"),
    Field("customfield_10071", "Severity", "option", None, CUSTOM_TYPES + "select", "RPT"),
    Field("customfield_10072", "Severity", "option", None, CUSTOM_TYPES + "select", "INT"),
)

DATACENTER_CUSTOM = (
    Field("customfield_10101", "Epic Link", "any", custom=GREENHOPPER + "gh-epic-link"),
    Field("customfield_10102", "Epic Status", "option", custom=GREENHOPPER + "gh-epic-status"),
    Field("customfield_10103", "Epic Name", "string", custom=GREENHOPPER + "gh-epic-label"),
    Field("customfield_10105", "Sprint", "array", "string", GREENHOPPER + "gh-sprint"),
    Field("customfield_10106", "Story Points", "number", custom=CUSTOM_TYPES + "float"),
    Field(
        "customfield_10109",
        "Parent Link",
        "any",
        custom="com.atlassian.jpo:jpo-custom-field-parent",
    ),
    Field("customfield_10150", "Work category", "option", custom=CUSTOM_TYPES + "select"),
)

CLOUD_FIELDS = SYSTEM + CLOUD_ONLY + CLOUD_CUSTOM
DATACENTER_FIELDS = SYSTEM + DATACENTER_CUSTOM


def field_id(fields: tuple[Field, ...], name: str) -> str:
    """The id of the first field of that name."""
    return next(field.id for field in fields if field.name == name)


def schema_of(field: Field) -> dict[str, Any]:
    """The field's type as Jira describes it."""
    schema: dict[str, Any] = {"type": field.type}
    if field.items:
        schema["items"] = field.items
    if field.custom:
        return schema | {"custom": field.custom, "customId": number_of(field)}
    return schema | {"system": field.id}


def number_of(field: Field) -> int:
    """The number in a custom field's id."""
    return int(field.id.rpartition("_")[2])


def describe(field: Field) -> dict[str, Any]:
    """The field as both kinds of Jira list it."""
    clause_names = [f"cf[{number_of(field)}]", field.name] if field.custom else [field.id]
    return {
        "id": field.id,
        "name": field.name,
        "custom": bool(field.custom),
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": clause_names,
        "schema": schema_of(field),
    }
