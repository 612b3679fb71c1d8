"""What both Alembic environments share: one connection, one schema, one transaction.

PostgreSQL keeps each database's tables and Alembic's own version table in a schema of their
own; the search path makes that schema the default one, so that the same tables without a schema
serve SQLite too.
"""

from alembic import context
from sqlalchemy import Connection, MetaData, text

COMPARED = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]
"""CHECK constraints are not compared unless asked for."""


def run_migrations(metadata: MetaData) -> None:
    """Run migrations (or a comparison) on the connection that the caller put into the config.

    On PostgreSQL its execution options say in which schemas tables and views are to stand.
    """
    connection: Connection = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        schema: str = connection.get_execution_options()["tables_schema"]
        make_schema(connection, schema)
        connection.execute(text(f"SET LOCAL search_path TO {schema}"))
        connection.dialect.default_schema_name = schema
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        compare_type=True,
        autogenerate_plugins=COMPARED,
    )
    context.run_migrations()


def make_schema(connection: Connection, schema: str) -> None:
    """Make a schema that is not there: one that is may be our role's, which may make none."""
    query = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
    if not connection.execute(query, {"schema": schema}).scalar():
        connection.execute(text(f"CREATE SCHEMA {schema}"))
