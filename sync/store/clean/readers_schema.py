"""The tables and views of the readers' file, as SQL: types, closed sets, and what each means.

SQLite keeps no comments on columns, so they stand in the text of each table and view, which it
keeps as it was written. Every column of a view is one of a table, since only such have a type.
"""

from collections.abc import Iterator

from models.tables.contract import DECLARED, ContractColumn, list_columns
from models.tables.naming import one_of
from models.tables.views import VIEWS, View

APPLICATION = 0x48645779
LAYOUT = 2
"""Raised with every change of what is created below: another layout is made anew in its file."""

FRESHNESS_TABLE = "v1_freshness_by_clock"
"""Freshness as it is before and after the list is stale; v1_freshness shows the one that holds."""
KEYS = {
    "v1_capability": ("capability_id",),
    "v1_alias": ("alias", "capability_id"),
    "v1_change": ("change_seq",),
    "v1_term": ("kind", "code"),
    FRESHNESS_TABLE: ("is_stale",),
}
"""The tables and their keys; all else is a view of one of them."""
_NOW = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
_AHEAD = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '+1 hour')"
_IS_STALE = f"(stale_after IS NULL OR stale_after < {_NOW} OR checked_at > {_AHEAD})"
_SOURCES = {
    "v1_active_capability": "v1_capability WHERE is_active",
    "v1_crm": "v1_capability",
    "v1_freshness": f"{FRESHNESS_TABLE} WHERE is_stale = {_IS_STALE}",
}


def list_statements() -> Iterator[str]:
    """What makes an empty file one for readers."""
    yield f"PRAGMA application_id={APPLICATION}"
    yield f"PRAGMA user_version={LAYOUT}"
    by_name = {view.name: view for view in VIEWS}
    for table in KEYS:
        name = "v1_freshness" if table == FRESHNESS_TABLE else table
        yield _write_table(table, by_name[name])
    for name, source in _SOURCES.items():
        yield _write_view(by_name[name], source)


def _write_table(table: str, view: View) -> str:
    columns = "".join(
        f"    {_declare(column)}, {_comment(column.meaning)}\n" for column in list_columns(view)
    )
    key = f"    PRIMARY KEY ({', '.join(KEYS[table])})"
    return f"CREATE TABLE {table} ( {_comment(view.meaning)}\n{columns}{key}\n)"


def _declare(column: ContractColumn) -> str:
    words = [column.name, DECLARED[column.type]]
    if column.is_required:
        words.append("NOT NULL")
    if column.is_unique and not column.is_key:
        words.append("UNIQUE")
    if column.codes:
        allowed = one_of(column.name, column.codes, optional=not column.is_required)
        words.append(f"CHECK ({allowed})")
    return " ".join(words)


def _write_view(view: View, source: str) -> str:
    named = [f"    {name} {_comment(meaning)}" for name, meaning in view.columns.items()]
    listed = ",\n".join(named)
    start = f"CREATE VIEW {view.name} AS {_comment(view.meaning)}"
    return f"{start}\nSELECT\n{listed}\nFROM {source}"


def _comment(words: str) -> str:
    return f"/* {words} */"
