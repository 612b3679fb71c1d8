"""What stands in the readers' file: tables and views, filled from the clean database's views."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

from models.tables.views import COLUMNS

APPLICATION = 0x48645779
LAYOUT = 1
"""Raised with every change of what is created below: a file of another layout is made anew."""

_TYPES = {
    "effort_rank": "INTEGER",
    "is_active": "BOOLEAN",
    "change_seq": "BIGINT",
    "updated_at": "DATETIME",
    "rank": "INTEGER",
    "revision": "BIGINT",
    "as_of": "DATETIME",
    "checked_at": "DATETIME",
    "published_at": "DATETIME",
    "stale_after": "DATETIME",
    "is_stale": "BOOLEAN",
    "row_count": "INTEGER",
}
"""The declared types of columns, for tools that go by them; all others are TEXT."""
_KEYS = {
    "v1_capability": ("capability_id",),
    "v1_alias": ("alias", "capability_id"),
    "v1_change": ("change_seq",),
    "v1_term": ("kind", "code"),
    "v1_freshness_by_clock": ("is_stale",),
}
"""The tables and their keys. Of the last the view v1_freshness shows the row that holds now."""
_COLUMNS = COLUMNS | {"v1_freshness_by_clock": COLUMNS["v1_freshness"]}
_NOW = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"

_FRESHNESS = "v1_freshness_by_clock"

Table = dict[tuple[Any, ...], tuple[Any, ...]]
"""The rows of a table by their key."""
Rows = dict[str, Table]


def list_statements() -> Iterator[str]:
    """What makes an empty file one for readers."""
    yield f"PRAGMA application_id={APPLICATION}"
    yield f"PRAGMA user_version={LAYOUT}"
    for table, keys in _KEYS.items():
        columns = ", ".join(f"{name} {_TYPES.get(name, 'TEXT')}" for name in _COLUMNS[table])
        yield f"CREATE TABLE {table} ({columns}, PRIMARY KEY ({', '.join(keys)}))"
    ahead = _NOW.replace("'now'", "'now', '+1 hour'")
    stale = f"(stale_after IS NULL OR stale_after < {_NOW} OR checked_at > {ahead})"
    for view, source in (
        ("v1_active_capability", "v1_capability WHERE is_active"),
        ("v1_crm", "v1_capability"),
        ("v1_freshness", f"v1_freshness_by_clock WHERE is_stale = {stale}"),
    ):
        names = ", ".join(_COLUMNS[view])
        yield f"CREATE VIEW {view} AS SELECT {names} FROM {source}"  # noqa: S608 - all of it ours


def read_truth(connection: Connection) -> Rows:
    """What the views of the clean database say; of freshness, what they say at either time."""
    rows: Rows = {}
    for table in _KEYS:
        view = table.removesuffix("_by_clock")
        query = text(f"SELECT {', '.join(_COLUMNS[table])} FROM {view}")  # noqa: S608 - ours
        rows[table] = _by_key(table, map(tuple, connection.execute(query)))
    at = _COLUMNS[_FRESHNESS].index("is_stale")
    (fresh,) = rows[_FRESHNESS].values()
    rows[_FRESHNESS] = {(now,): (*fresh[:at], now, *fresh[at + 1 :]) for now in (0, 1)}
    return rows


def read_rows(connection: sqlite3.Connection) -> Rows:
    """What a file says."""
    return {table: _read_table(connection, table) for table in _KEYS}


def read_publication(connection: sqlite3.Connection) -> tuple[str, int]:
    """The epoch and the revision that a file is of."""
    return find_publication({_FRESHNESS: _read_table(connection, _FRESHNESS)})


def find_publication(rows: Rows) -> tuple[str, int]:
    """The epoch and the revision that rows are of."""
    names = _COLUMNS[_FRESHNESS]
    found = next(iter(rows[_FRESHNESS].values()), None)
    return (found[names.index("epoch")], found[names.index("revision")]) if found else ("", 0)


def _read_table(connection: sqlite3.Connection, table: str) -> Table:
    query = f"SELECT {', '.join(_COLUMNS[table])} FROM {table}"  # noqa: S608 - names of ours
    return _by_key(table, connection.execute(query))


def _by_key(table: str, rows: Iterable[tuple[Any, ...]]) -> Table:
    places = [_COLUMNS[table].index(key) for key in _KEYS[table]]
    return {tuple(row[place] for place in places): row for row in rows}


def write_differences(connection: sqlite3.Connection, rows: Rows) -> None:
    """Bring a file to these rows, in the transaction that is open."""
    for table, now in rows.items():
        keys, columns = _KEYS[table], _COLUMNS[table]
        before = _read_table(connection, table)
        where = " AND ".join(f"{key} = ?" for key in keys)
        marks = ", ".join("?" * len(columns))
        gone = before.keys() - now.keys()
        changed = [row for key, row in now.items() if before.get(key) != row]
        connection.executemany(f"DELETE FROM {table} WHERE {where}", sorted(gone))  # noqa: S608
        names = ", ".join(columns)
        connection.executemany(
            f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
            changed,
        )
