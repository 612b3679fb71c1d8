"""Atlassian's contracts, made to judge what they leave open: the values inside an issue."""

from typing import Any, Literal

Dialect = Literal["cloud", "datacenter"]

FILES: dict[Dialect, str] = {
    "cloud": "openapi-cloud-v3.json",
    "datacenter": "openapi-datacenter-10.3.json",
}
VALUES: dict[Dialect, dict[str, str]] = {
    "cloud": {
        "status": "StatusDetails",
        "issuetype": "IssueTypeDetails",
        "project": "ProjectDetails",
        "assignee": "UserDetails",
        "parent": "IssueBean",
        "components": "ProjectComponent",
        "fixVersions": "Version",
    },
    "datacenter": {
        "status": "StatusJsonBean",
        "issuetype": "IssueTypeJsonBean",
        "project": "ProjectBean",
        "assignee": "UserJsonBean",
        "parent": "IssueBean",
    },
}
"""Both contracts take anything for an issue's fields, and describe these values elsewhere."""

LISTS = ("components", "fixVersions")
EMPTY = {"enum": [None]}


def sharpened(contract: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    """The contract, with the fields of issues described and no unknown keys in what we send.

    Data Center's answers may carry keys that its contract does not list, since real ones do.
    """
    schemas = contract["components"]["schemas"]
    schemas["IssueBean"]["properties"]["fields"] = {
        "type": "object",
        "additionalProperties": {},
        "properties": {name: _value(name, schema) for name, schema in VALUES[dialect].items()},
    }
    if dialect == "datacenter":
        schemas["SearchRequestBean"]["additionalProperties"] = False
    else:
        _describe_errors(contract)
    return contract


def _describe_errors(contract: dict[str, Any]) -> None:
    """Cloud describes its refusals for some paths only; they have one shape everywhere."""
    shape = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorCollection"}}}
    for operations in contract["paths"].values():
        for operation in operations.values():
            for status in ("400", "404"):
                if status in operation["responses"]:
                    operation["responses"][status]["content"] = shape


def _value(name: str, schema: str) -> dict[str, Any]:
    described = {"$ref": f"#/components/schemas/{schema}"}
    if name in LISTS:
        return {"type": "array", "items": described}
    return {"anyOf": [described, EMPTY]} if name == "assignee" else described
