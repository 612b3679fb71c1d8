"""Reads a view to be exported: all of it, or what changed since a cursor, in one snapshot.

Rows come with the values of the contract's types, in an order of their own: the same list gives the
same rows on both databases, whatever their collation.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from models.capability import ChangeKind
from models.errors import HistoryError, Problem, SchemaError, TryLaterError, UsageError
from models.tables.contract import CONTRACT_VERSION, ColumnType, list_columns
from models.tables.views import VIEWS
from sync.store.clean.readers_view import ListHead, open_views, read_view
from sync.store.db.addresses import describe_place

INCREMENTAL = ("v1_crm", "v1_capability", "v1_alias", "v1_change")
"""The views that can be exported since a cursor; all others, as a whole alone."""
_CURSOR = ("capability_id", "change_seq")
"""The columns of v1_capability that tell what changed."""

Row = dict[str, Any]
"""A row by its columns: text, whole number, true or false, aware moment in UTC, or None."""


class Cursor(Struct, frozen=True):
    """How far a list was read: the highest change_seq, good while the epoch stays the same."""

    epoch: str
    change_seq: int


class WholeBecause(StrEnum):
    """Why all rows are told, and not those that changed."""

    NO_CURSOR = "no_cursor"
    OTHER_EPOCH = "other_epoch"


class ExportedRows(Struct, frozen=True, kw_only=True):
    """What is to be told of a view, and the cursor for the next time.

    Where `whole` says why, it is every row and takes the place of what a reader holds; else it is
    what changed, to be laid over that.
    """

    view: str
    rows: list[Row]
    whole: WholeBecause | None
    cursor: Cursor
    head: ListHead


def read_exported_rows(clean_url: URL, view: str, since: Cursor | None) -> ExportedRows:
    """The rows of a view, with a reader's rights alone.

    Raises UsageError for a view that has no cursor where one is given, TryLaterError where nothing
    was published yet, SchemaError where there is no list of this contract, and HistoryError where
    the list ends before the cursor.
    """
    if since and view not in INCREMENTAL:
        what = f"{view} is exported whole: it does not say what changed, or what went away"
        raise UsageError(Problem("export", what, "Leave the cursor out, or read v1_capability."))
    where = describe_place(clean_url)
    with open_views(clean_url) as (connection, prefix):
        head = _read_head(connection, prefix, where)
        capabilities = read_view(connection, prefix, "v1_capability", _CURSOR)
        cursor = Cursor(head.epoch, max((row["change_seq"] for row in capabilities), default=0))
        moved = {
            row["capability_id"]
            for row in capabilities
            if since and row["change_seq"] > since.change_seq
        }
        whole = _find_whole(since, cursor)
        if since and not whole and since.change_seq > cursor.change_seq:
            what = f"ends at {cursor.change_seq}, and your cursor is {since.change_seq}"
            remedy = "It was restored, and `headway recover` is still to come: wait for that."
            raise HistoryError(Problem(where, what, remedy))
        rows = read_view(connection, prefix, view)
    if since and not whole:
        rows = _choose_changed(view, rows, since.change_seq, moved)
    rows = [_convert(view, row) for row in rows]
    return ExportedRows(
        view=view, rows=sorted(rows, key=_ORDER[view]), whole=whole, cursor=cursor, head=head
    )


def _read_head(connection: Connection, prefix: str, where: str) -> ListHead:
    found = read_view(connection, prefix, "v1_freshness")
    if not found:
        remedy = "Run `headway migrate` and `headway sync`."
        raise SchemaError(Problem(where, "holds no list that could be read", remedy))
    if found[0]["contract_version"] != CONTRACT_VERSION:
        what = f"has views of contract {found[0]['contract_version']}; this Headway knows "
        remedy = "Install the Headway that made it."
        raise SchemaError(Problem(where, what + CONTRACT_VERSION, remedy))
    head = msgspec.convert(found[0], ListHead, strict=False)
    if not head.is_published:
        remedy = "Run `headway sync`, then export."
        raise TryLaterError(Problem(where, "no list was published yet", remedy))
    return head


def _find_whole(since: Cursor | None, cursor: Cursor) -> WholeBecause | None:
    """Why the cursor does not do, if it does not."""
    if since is None:
        return WholeBecause.NO_CURSOR
    return WholeBecause.OTHER_EPOCH if since.epoch != cursor.epoch else None


def _choose_changed(view: str, rows: list[Row], since: int, moved: set[str]) -> list[Row]:
    """What may have changed of these rows.

    Of a capability whose last alias went away it is a row without one. Redacting a capability
    rewords its old news, and that of others which became part of it: what it was called meanwhile,
    or whether it has come back since, does not tell.
    """
    if view == "v1_alias":
        found = [row for row in rows if row["capability_id"] in moved]
        bare = moved - {row["capability_id"] for row in found}
        return [*found, *({"alias": None, "capability_id": each} for each in bare)]
    is_news = view == "v1_change" and bool(moved)
    return [
        row
        for row in rows
        if row["change_seq"] > since
        or (is_news and (row["capability_id"] in moved or row["kind"] == ChangeKind.MERGED))
    ]


def _convert(view: str, row: Mapping[str, Any]) -> Row:
    return {name: _READ[type_](row[name]) for name, type_ in _TYPES[view].items()}


def _read_moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return None if value is None else value.astimezone(UTC)


_TYPES = {view.name: {each.name: each.type for each in list_columns(view)} for view in VIEWS}
_READ: Mapping[ColumnType, Callable[[Any], Any]] = {
    ColumnType.TEXT: lambda value: value,
    ColumnType.BOOLEAN: lambda value: None if value is None else bool(value),
    ColumnType.SMALLINT: lambda value: value,
    ColumnType.BIGINT: lambda value: value,
    ColumnType.MOMENT: _read_moment,
}
_ORDER: Mapping[str, Callable[[Row], Any]] = {
    view: lambda row: row["change_seq"]
    for view in ("v1_crm", "v1_capability", "v1_active_capability", "v1_change")
} | {
    "v1_alias": lambda row: (row["capability_id"], row["alias"] or ""),
    "v1_term": lambda row: (row["kind"], row["code"]),
    "v1_freshness": lambda row: row["revision"],
}
