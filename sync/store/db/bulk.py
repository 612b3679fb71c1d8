"""Inserts long lists: into PostgreSQL a part at a time, as one value that it takes apart itself."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, insert

from sync.store.db.batches import split_batches

Row = Mapping[str, Any]


def insert_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows, which must all name the same columns.

    A statement for each row, or one with a parameter for each value, takes PostgreSQL and its
    driver several times as long. COPY does not, but while it waits for rows no limit ends the
    transaction of a worker that is frozen, and what it locked stays locked.
    """
    insert_part = _insert_json if connection.dialect.name == "postgresql" else _insert_many
    for part in split_batches(rows):
        insert_part(connection, table, part)


def _insert_many(connection: Connection, table: Table, rows: list[Row]) -> None:
    connection.execute(insert(table), [dict(row) for row in rows])


def _insert_json(connection: Connection, table: Table, rows: list[Row]) -> None:
    names = list(rows[0])
    binders = [_find_binder(connection, table, name) for name in names]
    bound = [
        {
            name: row[name] if bind is None else bind(row[name])
            for name, bind in zip(names, binders, strict=True)
        }
        for row in rows
    ]
    place, columns = _name_table(connection, table), _quote(connection, names)
    connection.exec_driver_sql(
        f"INSERT INTO {place} ({columns}) "  # noqa: S608 - names of our own tables
        f"SELECT {columns} FROM json_populate_recordset(NULL::{place}, %s)",
        (msgspec.json.encode(bound).decode(),),
    )


def _name_table(connection: Connection, table: Table) -> str:
    """The table with the schema that it stands in on this connection."""
    schemas = connection.get_execution_options().get("schema_translate_map", {})
    schema = schemas.get(table.schema, table.schema)
    return ".".join(_quote(connection, [name]) for name in (schema, table.name) if name)


def _quote(connection: Connection, names: Iterable[str]) -> str:
    return ", ".join(map(connection.dialect.identifier_preparer.quote, names))


def _find_binder(connection: Connection, table: Table, name: str) -> Callable[[Any], Any] | None:
    """What makes of a value what the driver takes; None where it takes the value as it is."""
    column_type = table.c[name].type.dialect_impl(connection.dialect)
    return column_type.bind_processor(connection.dialect)
