"""The data contract of the views, as the Open Data Contract Standard has it (ODCS 3.1, YAML).

Made of the same values as the comments in both databases.
`python -m sync.store.clean.data_contract` writes it to stdout; docs/contract/v1.odcs.yaml is that,
and a test says when it is not.
"""

import sys
from collections.abc import Iterator
from typing import Any

import yaml

from models.tables.clean import VIEWS_SCHEMA
from models.tables.contract import (
    DECLARED,
    RELEASE,
    SCHEMA_MEANING,
    ColumnType,
    ContractColumn,
    list_columns,
)
from models.tables.views import VIEWS, View

HEADER = (
    "# Made by `python -m sync.store.clean.data_contract`; do not edit.\n"
    "# How the contract evolves: docs/decisions/0054-the-contract-is-only-added-to.md\n"
)
_LOGICAL = {
    ColumnType.TEXT: "string",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.SMALLINT: "integer",
    ColumnType.BIGINT: "integer",
    ColumnType.MOMENT: "timestamp",
}
_USAGE = (
    "Read one revision in one transaction. The cursor is the highest change_seq that was read, for "
    "as long as epoch in v1_freshness stays the same; with another epoch read everything again. "
    "Read no further where is_stale is true. Say a row's statement word for word, with its "
    "disclaimer under it."
)
_LIMITATIONS = (
    "Nothing here is a promise, a date or a measure of what is left to do. More effort does not "
    "mean closer to done, and not_rated does not mean zero."
)
_EVOLUTION = (
    "Columns are only ever added, behind the others. Whatever else changes gets a v2 view beside "
    "the v1 view of the same name."
)


def describe_contract() -> dict[str, Any]:
    """The whole contract as plain values, in the order in which it is written."""
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "headway-sales-v1",
        "name": "Headway's list for sales",
        "version": RELEASE,
        "status": "active",
        "description": {
            "purpose": SCHEMA_MEANING,
            "usage": _USAGE,
            "limitations": _LIMITATIONS,
            "customProperties": [{"property": "evolution", "value": _EVOLUTION}],
        },
        "schema": [_describe_view(view) for view in VIEWS],
    }


def write_contract() -> str:
    """The contract as the text of its file."""
    plain = yaml.safe_dump(describe_contract(), sort_keys=False, allow_unicode=True, width=96)
    return HEADER + plain


def _describe_view(view: View) -> dict[str, Any]:
    return {
        "name": view.name,
        "physicalName": f"{VIEWS_SCHEMA}.{view.name}",
        "physicalType": "view",
        "logicalType": "object",
        "description": view.meaning,
        "properties": [*_describe_columns(view)],
    }


def _describe_columns(view: View) -> Iterator[dict[str, Any]]:
    keys = 0
    for column in list_columns(view):
        keys += column.is_key
        yield _describe_column(column, keys)


def _describe_column(column: ContractColumn, key_position: int) -> dict[str, Any]:
    """One column; a position in the key is told of those that are in it."""
    told: dict[str, Any] = {"name": column.name, "logicalType": _LOGICAL[column.type]}
    told["physicalType"] = f"{column.type}({column.length})" if column.length else str(column.type)
    told |= {"description": column.meaning, "required": column.is_required}
    if column.is_key:
        told |= {"primaryKey": True, "primaryKeyPosition": key_position}
    if column.is_unique:
        told["unique"] = True
    if column.length:
        told["logicalTypeOptions"] = {"maxLength": column.length}
    if column.codes:
        valid = {"validValues": list(column.codes)}
        told["quality"] = [{"metric": "invalidValues", "arguments": valid, "mustBe": 0}]
    told["customProperties"] = [{"property": "sqliteType", "value": DECLARED[column.type]}]
    return told


if __name__ == "__main__":
    sys.stdout.write(write_contract())
