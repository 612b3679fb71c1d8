"""Whether our role may make what a migration makes, said before PostgreSQL refuses a part of it."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from models.errors import DatabaseError, Problem

_LOOK = """
SELECT quote_ident(current_user) AS role,
    has_database_privilege(current_database(), 'CREATE') AS may_make,
    (SELECT pg_has_role(nspowner, 'USAGE') OR NOT :is_described
            AND has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')
        FROM pg_namespace WHERE nspname = :schema) AS may_fill
"""


def check_may_fill(
    connection: Connection, where: str, *schemas: str, described: str | None = None
) -> None:
    """DatabaseError, with the SQL that would let it, where our role may not make one of these
    schemas of PostgreSQL, or no tables in one that is there.

    The one that is `described`, for its readers, has to be its own: nobody else may comment on it.
    """
    problems = [
        problem
        for schema in schemas
        for problem in _find_missing(connection, where, schema, is_described=schema == described)
    ]
    if problems:
        raise DatabaseError(problems)


def make_schema(connection: Connection, where: str, schema: str) -> None:
    """Make a schema of PostgreSQL that is not there; DatabaseError as above.

    `IF NOT EXISTS` would be refused to a role that may make none, even where the schema is its own.
    """
    check_may_fill(connection, where, schema)
    known = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
    if not connection.execute(known, {"schema": schema}).scalar():
        connection.execute(text(f"CREATE SCHEMA {schema}"))


def _find_missing(
    connection: Connection, where: str, schema: str, *, is_described: bool
) -> Iterator[Problem]:
    """`schema` is a name of ours, which needs no quotes."""
    values = {"schema": schema, "is_described": is_described}
    found = connection.execute(text(_LOOK), values).one()
    if found.may_fill is None and not found.may_make:
        what = f"has no schema {schema}, and the role {found.role} may make none"
        order = f"CREATE SCHEMA {schema} AUTHORIZATION {found.role};"
        yield Problem(where, what, f"Have somebody who may make schemas run: {order}")
    elif found.may_fill is False:
        what = f"has a schema {schema} that the role {found.role} may not fill"
        order = f"ALTER SCHEMA {schema} OWNER TO {found.role};"
        yield Problem(where, what, f"Have its owner, or a superuser, run: {order}")
