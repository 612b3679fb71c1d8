"""What the data contract promises of every column of a view, beside its meaning.

Type, length and whether it is always there are the table's own; closed sets are those of its
CHECKs. A test holds both databases, the contract file and the page of queries against this.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Integer, SmallInteger, String
from sqlalchemy.types import TypeEngine

from models.capability import ChangeKind, State
from models.effort import Level
from models.rulebook import TodayBy, WithdrawnReason
from models.tables.clean import FRESHNESS, TERM_KINDS
from models.tables.types import UtcDateTime
from models.tables.views import View

RELEASE = "1.0.0"
"""The version of the data contract: raised in its second part with every column that is added."""
CONTRACT_VERSION = "1"
"""The first part of it, as `contract_version` in v1_freshness tells readers."""
SCHEMA_MEANING = (
    "Headway's list for sales, contract v1: a record of past work. Read the v1 views only."
)
"""The comment of the views' schema."""


class ColumnType(StrEnum):
    """The types of the contract, each by what PostgreSQL calls it."""

    TEXT = "character varying"
    BOOLEAN = "boolean"
    SMALLINT = "smallint"
    BIGINT = "bigint"
    MOMENT = "timestamp with time zone"


DECLARED: Mapping[ColumnType, str] = {
    ColumnType.TEXT: "TEXT",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.SMALLINT: "SMALLINT",
    ColumnType.BIGINT: "BIGINT",
    ColumnType.MOMENT: "DATETIME",
}
"""How SQLite's tables declare them, for tools that go by it. A moment is ISO text ending in Z."""


class ContractColumn(NamedTuple):
    """One column: `length` is the most letters of a text, `codes` all values that there can be.

    `is_required` says that it is never null, `is_key` that it is of the key, `is_unique` that no
    two rows have the same value.
    """

    name: str
    meaning: str
    type: ColumnType
    length: int | None = None
    is_required: bool = True
    codes: tuple[str, ...] = ()
    is_key: bool = False
    is_unique: bool = False


_CODES: Mapping[tuple[str, str], Iterable[str]] = {
    ("capability", "state_code"): State,
    ("capability", "effort_code"): Level,
    ("capability", "today_by"): TodayBy,
    ("capability", "withdrawn_reason"): WithdrawnReason,
    ("change", "kind"): ChangeKind,
    ("term", "kind"): TERM_KINDS,
    ("head", "status"): FRESHNESS,
}
COMPUTED: Mapping[str, ColumnType] = {
    "is_stale": ColumnType.BOOLEAN,
    "row_count": ColumnType.BIGINT,
}
"""Columns that stand in no table."""
_TYPES: tuple[tuple[type[TypeEngine[Any]], ColumnType], ...] = (
    (UtcDateTime, ColumnType.MOMENT),
    (Boolean, ColumnType.BOOLEAN),
    (SmallInteger, ColumnType.SMALLINT),
    (BigInteger, ColumnType.BIGINT),
    (Integer, ColumnType.BIGINT),
    (String, ColumnType.TEXT),
)


def list_columns(view: View) -> tuple[ContractColumn, ...]:
    """What is promised of the columns of a view, in order."""
    return tuple(_describe(view, name, meaning) for name, meaning in view.columns.items())


def _describe(view: View, name: str, meaning: str) -> ContractColumn:
    if name in COMPUTED:
        return ContractColumn(name, meaning, COMPUTED[name])
    column: Column[object] = view.table.c[name]
    keys = view.table.primary_key.columns
    return ContractColumn(
        name,
        meaning,
        next(ours for theirs, ours in _TYPES if isinstance(column.type, theirs)),
        length=getattr(column.type, "length", None),
        is_required=not column.nullable,
        codes=tuple(str(code) for code in _CODES.get((view.table.name, name), ())),
        is_key=column.primary_key,
        is_unique=bool(column.unique) or (column.primary_key and len(keys) == 1),
    )
