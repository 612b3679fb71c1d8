"""What stands in the readers' file: tables and views, filled from the clean database's views."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

from models.tables.views import COLUMNS
from sync.store.clean.readers_schema import FRESHNESS_TABLE, KEYS

_COLUMNS = COLUMNS | {FRESHNESS_TABLE: COLUMNS["v1_freshness"]}

Table = dict[tuple[Any, ...], tuple[Any, ...]]
"""The rows of a table by their key."""
Rows = dict[str, Table]


def read_truth(connection: Connection) -> Rows:
    """What the views of the clean database say; of freshness, what they say at either time."""
    rows: Rows = {}
    for table in KEYS:
        view = table.removesuffix("_by_clock")
        query = text(f"SELECT {', '.join(_COLUMNS[table])} FROM {view}")  # noqa: S608 - ours
        rows[table] = _by_key(table, map(tuple, connection.execute(query)))
    at = _COLUMNS[FRESHNESS_TABLE].index("is_stale")
    (fresh,) = rows[FRESHNESS_TABLE].values()
    rows[FRESHNESS_TABLE] = {(now,): (*fresh[:at], now, *fresh[at + 1 :]) for now in (0, 1)}
    return rows


def read_rows(connection: sqlite3.Connection) -> Rows:
    """What a file says."""
    return {table: _read_table(connection, table) for table in KEYS}


def read_publication(connection: sqlite3.Connection) -> tuple[str, int]:
    """The epoch and the revision that a file is of."""
    return find_publication({FRESHNESS_TABLE: _read_table(connection, FRESHNESS_TABLE)})


def find_publication(rows: Rows) -> tuple[str, int]:
    """The epoch and the revision that rows are of."""
    names = _COLUMNS[FRESHNESS_TABLE]
    found = next(iter(rows[FRESHNESS_TABLE].values()), None)
    return (found[names.index("epoch")], found[names.index("revision")]) if found else ("", 0)


def _read_table(connection: sqlite3.Connection, table: str) -> Table:
    query = f"SELECT {', '.join(_COLUMNS[table])} FROM {table}"  # noqa: S608 - names of ours
    return _by_key(table, connection.execute(query))


def _by_key(table: str, rows: Iterable[tuple[Any, ...]]) -> Table:
    places = [_COLUMNS[table].index(key) for key in KEYS[table]]
    return {tuple(row[place] for place in places): row for row in rows}


def write_differences(connection: sqlite3.Connection, rows: Rows) -> None:
    """Bring a file to these rows, in the transaction that is open."""
    for table, now in rows.items():
        keys, columns = KEYS[table], _COLUMNS[table]
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
