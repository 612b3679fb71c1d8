"""What a role of PostgreSQL may do: everything that a catalogue lists, tried, and what it said."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

DENIED, NEVER, UNKNOWN, CLOSED = "42501", "55000", "42883", "42809"
REFUSALS = {
    DENIED: "no right",
    NEVER: "no view can be written to",
    CLOSED: "only tables can",
    UNKNOWN: "not installed",
    "42P01": "not installed",
    "0A000": "not installed",
    "58P01": "not installed",
}
"""By SQLSTATE, what refuses an attempt."""

RELATIONS = """
SELECT n.nspname, c.relname, c.relkind, (
    SELECT a.attname FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum LIMIT 1
)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S') AND n.nspname !~ '^pg_|^information_schema$'
ORDER BY 1, 2
"""
BY_TABLE = {
    "SELECT": "SELECT * FROM {relation} LIMIT 1",
    "INSERT": "INSERT INTO {relation} DEFAULT VALUES",
    "UPDATE": "UPDATE {relation} SET {column} = {column}",
    "DELETE": "DELETE FROM {relation}",
    "TRUNCATE": "TRUNCATE {relation}",
    "LOCK TABLE ... IN ACCESS EXCLUSIVE MODE": "LOCK TABLE {relation} IN ACCESS EXCLUSIVE MODE",
    "COPY ... TO STDOUT": "COPY (SELECT * FROM {relation}) TO STDOUT",
    "ALTER": "ALTER TABLE {relation} RENAME COLUMN {column} TO other",
    "DROP": "DROP TABLE {relation}",
}
BY_SEQUENCE = {
    "SELECT": "SELECT last_value FROM {relation}",
    "nextval": "SELECT nextval({name})",
    "setval": "SELECT setval({name}, 1)",
}
CLAIMS = ("REFERENCES", "TRIGGER", "SELECT WITH GRANT OPTION")
"""Rights that are asked of the catalogue: to use one takes a table or a role of one's own."""

AT_LARGE = {
    "CREATE TABLE in sales": "CREATE TABLE sales.mine (x int)",
    "CREATE VIEW in sales": "CREATE VIEW sales.mine AS SELECT 1",
    "CREATE FUNCTION in sales": "CREATE FUNCTION sales.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE in headway": "CREATE TABLE headway.mine (x int)",
    "CREATE TABLE in public": "CREATE TABLE public.mine (x int)",
    "CREATE SCHEMA": "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink": "CREATE EXTENSION dblink",
    "CREATE ROLE": "CREATE ROLE other",
    "ALTER ROLE SUPERUSER": "ALTER ROLE {role} SUPERUSER",
    "SET ROLE, of the owner": "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION": "SET SESSION AUTHORIZATION {owner}",
    "COPY ... FROM PROGRAM": "COPY sales.v1_crm FROM PROGRAM 'true'",
    "COPY ... TO PROGRAM": "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY ... TO a file": "COPY (SELECT 1) TO '/tmp/headway-denied'",
    "pg_read_file": "SELECT pg_read_file('PG_VERSION')",
    "pg_ls_dir": "SELECT pg_ls_dir('.')",
    "lo_import": "SELECT lo_import('/etc/hostname')",
    "lo_export": "SELECT lo_export(1, '/tmp/headway-denied')",
    "dblink": "SELECT dblink('SELECT 1')",
    "pg_terminate_backend, of the owner": "SELECT pg_terminate_backend({process})",
    "pg_cancel_backend, of the owner": "SELECT pg_cancel_backend({process})",
    "pg_stat_reset": "SELECT pg_stat_reset()",
    "pg_stat_statements": "SELECT * FROM pg_stat_statements",
    "pg_statistic": "SELECT * FROM pg_statistic",
    "pg_authid": "SELECT * FROM pg_authid",
    "pgstattuple": "SELECT * FROM pgstattuple('headway.head')",
}

BY_EVERYONE = {
    "CREATE TEMP TABLE": "CREATE TEMP TABLE mine (x int)",
    "lo_create": "SELECT lo_create(0)",
    "pg_advisory_lock": "SELECT pg_advisory_xact_lock(1)",
    "LISTEN": "LISTEN anything",
    "pg_sleep": "SELECT pg_sleep(0)",
    "SET statement_timeout": "SET statement_timeout = 0",
    "SET default_transaction_read_only": "SET default_transaction_read_only = off",
}
"""What PostgreSQL lets every role do that may connect: nothing of it touches a row of ours."""

FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc AS p
WHERE p.pronamespace::regnamespace::text !~ '^pg_|^information_schema$' AND p.pronargs = 0
"""


@dataclass(frozen=True)
class Attempt:
    """One statement of a role, and what became of it: `refusal` is empty where it was done."""

    on: str
    action: str
    refusal: str


def try_relations(
    owner: psycopg.Connection, reader: psycopg.Connection, role: str, own: tuple[str, ...] = ()
) -> Iterator[Attempt]:
    """All that can be done with each relation that is in the catalogue, but for the schemas that
    are the role's `own`."""
    for schema, name, kind, column in owner.execute(RELATIONS).fetchall():
        if schema in own:
            continue
        relation = sql.Identifier(schema, name)
        parts = {
            "relation": relation,
            "column": sql.Identifier(column),
            "name": sql.Literal(relation.as_string(owner)),
        }
        is_sequence = kind in {"S", b"S"}
        for action, statement in (BY_SEQUENCE if is_sequence else BY_TABLE).items():
            yield attempt(reader, f"{schema}.{name}", action, sql.SQL(statement).format(**parts))
        for claim in () if is_sequence else CLAIMS:
            asked = "SELECT has_table_privilege(%s, %s, %s)"
            (may,) = owner.execute(
                asked, (role, parts["name"].as_string(owner)[1:-1], claim)
            ).fetchone() or (True,)
            yield Attempt(f"{schema}.{name}", claim, "" if may else REFUSALS[DENIED])


def try_functions(owner: psycopg.Connection, reader: psycopg.Connection) -> Iterator[Attempt]:
    """Call each function that is in the catalogue."""
    for (name,) in owner.execute(FUNCTIONS).fetchall():
        yield attempt(reader, name, "call", sql.SQL(f"SELECT {name}"))


def try_at_large(reader: psycopg.Connection, **parts: str) -> Iterator[Attempt]:
    """What needs no relation of ours."""
    for action, statement in (AT_LARGE | BY_EVERYONE).items():
        yield attempt(reader, "", action, sql.SQL(statement.format(**parts)))


def attempt(
    reader: psycopg.Connection, on: str, action: str, statement: sql.SQL | sql.Composed
) -> Attempt:
    """Try a statement, and take it back; an error that is no refusal is raised."""
    try:
        with reader.cursor() as cursor:
            cursor.execute(b"BEGIN")
            if b"TO STDOUT" in statement.as_bytes(reader):
                with cursor.copy(statement) as copied:
                    list(copied)
            else:
                cursor.execute(statement)
    except psycopg.Error as error:
        if error.sqlstate not in REFUSALS:
            error.add_note(statement.as_string(reader))
            raise
        return Attempt(on, action, REFUSALS[error.sqlstate])
    finally:
        reader.execute(b"ROLLBACK")
    return Attempt(on, action, "")
