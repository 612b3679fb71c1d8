"""What a database itself says of its tables, indexes, constraints, triggers and views."""

from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Engine, text

from sync.store.db.engines import open_reader

OF_POSTGRESQL = {
    "column": """
        SELECT r.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
        LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
        WHERE r.relnamespace = CAST(:schema AS regnamespace) AND r.relkind = 'r'""",
    "view": "SELECT viewname, definition FROM pg_views WHERE schemaname = :schema",
    "constraint": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = CAST(:schema AS regnamespace)""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = :schema",
    "trigger": """
        SELECT tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class r ON r.oid = tgrelid
        WHERE r.relnamespace = CAST(:schema AS regnamespace) AND NOT tgisinternal""",
    "function": "SELECT proname FROM pg_proc WHERE pronamespace = CAST(:schema AS regnamespace)",
}


def catalogue(engine: Engine, schemas: AbstractSet[str]) -> set[Any]:
    """Everything but Alembic's own table, each as the database words it."""
    with open_reader(engine) as connection:
        if engine.dialect.name == "sqlite":
            return _of_sqlite(connection)
        return {row for schema in schemas for row in _of_postgresql(connection, schema)}


def _of_sqlite(connection: Connection) -> set[Any]:
    """A table's own lines: its columns in order, and its constraints in any."""
    rows = connection.execute(
        text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    )
    return {
        (kind, name, _lines_of(sql) if kind == "table" else sql)
        for kind, name, sql in rows
        if name != "alembic_version"
    }


def _lines_of(sql: str) -> tuple[str, ...]:
    lines = [line.strip().rstrip(",") for line in sql.splitlines()]
    columns = [line for line in lines if not line.startswith("CONSTRAINT")]
    return (*columns, *sorted(line for line in lines if line.startswith("CONSTRAINT")))


def _of_postgresql(connection: Connection, schema: str) -> set[Any]:
    is_there = text("SELECT to_regnamespace(:schema) IS NOT NULL")
    if not connection.execute(is_there, {"schema": schema}).scalar_one():
        return set()
    return {
        (kind, *row)
        for kind, query in OF_POSTGRESQL.items()
        for row in connection.execute(text(query), {"schema": schema})
        if "alembic_version" not in row[0]
    }
