"""The role that readers on PostgreSQL have: it may read the views, and nothing else of ours.

Only a person makes it, since few may make roles; `headway migrate` gives it the views wherever it
is there, after every upgrade again, and else tells how it is made.
"""

from msgspec import Struct
from sqlalchemy import Connection, Engine, text

from models.errors import DatabaseError
from models.tables import clean, state
from models.tables.clean import VIEWS_SCHEMA
from models.tables.views import VIEWS
from sync.store.db.engines import open_reader, open_writer

READERS_ROLE = "headway_reader"
MOST_CONNECTIONS = 20
OURS = (clean.SCHEMA, state.SCHEMA, VIEWS_SCHEMA)
DEFAULTS = {
    "search_path": VIEWS_SCHEMA,
    "default_transaction_isolation": "'repeatable read'",
    "statement_timeout": "'30s'",
    "idle_in_transaction_session_timeout": "'60s'",
}
"""What its sessions begin with: the views by their names, one revision a transaction, and an end
to what a tool left behind."""

_LOOK = """
SELECT rolconnlimit, ARRAY(
    SELECT split_part(setting, '=', 1) FROM pg_db_role_setting, unnest(setconfig) AS setting
    WHERE setrole = r.oid AND setdatabase IN
        (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
) AS set_already
FROM pg_roles AS r WHERE rolname = :role
"""
_MAY_READ = """
SELECT has_schema_privilege(:role, :schema, 'USAGE') AND bool_and(
    has_table_privilege(:role, :schema || '.' || name, 'SELECT')
) FROM unnest(CAST(:names AS text[])) AS name
"""
_FIND_BEYOND = """
SELECT n.nspname || '.' || c.relname
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(CAST(:ours AS text[])) AND c.relkind IN ('r', 'v', 'm', 'p')
AND has_schema_privilege(:role, n.oid, 'USAGE') AND (
    has_table_privilege(:role, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
    OR n.nspname <> :views AND has_table_privilege(:role, c.oid, 'SELECT')
) ORDER BY 1
"""


class RoleGrant(Struct, frozen=True):
    """Whether the role is there and may read every view, and the SQL that would mend the rest.

    `beyond`: what of Headway's it reaches and should not, be it by a grant, by another role that
    it is a member of, or as a superuser. What gave it that is not ours to take.
    """

    is_there: bool
    may_read: bool
    remedy: tuple[str, ...]
    beyond: tuple[str, ...] = ()


def list_creation() -> tuple[str, ...]:
    """What makes the role; it has no password yet."""
    create = f"CREATE ROLE {READERS_ROLE} LOGIN CONNECTION LIMIT {MOST_CONNECTIONS};"
    return (create, *(_write_default(name) for name in DEFAULTS))


def list_grants() -> tuple[str, ...]:
    """What lets it read the views, each by its name, and nothing else."""
    views = ", ".join(f"{VIEWS_SCHEMA}.{view.name}" for view in VIEWS)
    return (
        f"GRANT USAGE ON SCHEMA {VIEWS_SCHEMA} TO {READERS_ROLE};",
        f"GRANT SELECT ON {views} TO {READERS_ROLE};",
    )


def grant_views(engine: Engine) -> RoleGrant | None:
    """Let the role read the views where it is there and may not yet; None on SQLite.

    Where we may not grant, the SQL for who may is in the answer: that is no error.
    """
    if engine.dialect.name != "postgresql":
        return None
    grant = _look(engine)
    if not grant.is_there or grant.may_read:
        return grant
    try:
        with open_writer(engine) as connection:
            for statement in list_grants():
                connection.execute(text(statement))
    except DatabaseError:
        return _look(engine)  # which fails too, where more is wrong than a right that we lack
    return _look(engine)


def _look(engine: Engine) -> RoleGrant:
    with open_reader(engine) as connection:
        row = connection.execute(text(_LOOK), {"role": READERS_ROLE}).one_or_none()
        if row is None:
            return RoleGrant(is_there=False, may_read=False, remedy=list_creation())
        may_read = _may_read(connection)
        asked = {"role": READERS_ROLE, "ours": list(OURS), "views": VIEWS_SCHEMA}
        beyond = tuple(connection.execute(text(_FIND_BEYOND), asked).scalars())
    remedy = () if may_read else list_grants()
    if row.rolconnlimit < 0:
        remedy += (f"ALTER ROLE {READERS_ROLE} CONNECTION LIMIT {MOST_CONNECTIONS};",)
    remedy += tuple(_write_default(name) for name in DEFAULTS if name not in row.set_already)
    return RoleGrant(is_there=True, may_read=may_read, remedy=remedy, beyond=beyond)


def _may_read(connection: Connection) -> bool:
    names = [view.name for view in VIEWS]
    asked = {"role": READERS_ROLE, "schema": VIEWS_SCHEMA, "names": names}
    return bool(connection.execute(text(_MAY_READ), asked).scalar())


def _write_default(name: str) -> str:
    return f"ALTER ROLE {READERS_ROLE} SET {name} = {DEFAULTS[name]};"
