"""Inserts long lists: into PostgreSQL by COPY, which takes rows as they come."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

from sync.store.db.batches import split_batches

Row = Mapping[str, Any]


def insert_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows, which must all name the same columns.

    A statement for each row, or one with a parameter for each value, takes PostgreSQL and its
    driver ten times as long.
    """
    if connection.dialect.name == "postgresql":
        _copy_rows(connection, table, rows)
        return
    for some in split_batches(dict(row) for row in rows):
        connection.execute(insert(table), some)


def _copy_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Raises what SQLAlchemy would raise of an INSERT, which knows nothing of COPY."""
    from psycopg import Error  # noqa: PLC0415 - slow import, for PostgreSQL alone

    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        return
    names = list(first)
    statement = f"COPY {_name_table(connection, table)} ({_quote(connection, names)}) FROM STDIN"
    binders = [_find_binder(connection, table, name) for name in names]
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in chain((first,), remaining):
                copy.write_row(
                    [
                        row[name] if bind is None else bind(row[name])
                        for name, bind in zip(names, binders, strict=True)
                    ]
                )
    except Error as error:
        raise DBAPIError.instance(
            statement, None, error, Error, hide_parameters=True, dialect=connection.dialect
        ) from error


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
