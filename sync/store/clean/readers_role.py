"""The role that readers on PostgreSQL have: it may read the views, and nothing else of ours.

Only a person makes it, since few may make roles; `headway migrate` gives it the views wherever it
is there, after every upgrade again, and else tells how it is made.
"""

from msgspec import Struct
from sqlalchemy import Engine, text

from models.errors import DatabaseError
from models.tables.clean import VIEWS_SCHEMA
from models.tables.views import VIEWS
from sync.store.db.engines import open_reader, open_writer
from sync.store.db.schema_names import read_schemas

READERS_ROLE = "headway_reader"
MOST_CONNECTIONS = 20
DEFAULTS = {
    "search_path": "{views}",
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
WHERE n.oid IN (
    SELECT relnamespace FROM pg_class WHERE relname IN ('schema_digest', 'v1_freshness')
) AND c.relkind IN ('r', 'v', 'm', 'p')
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

    role: str
    is_there: bool
    may_read: bool
    remedy: tuple[str, ...]
    beyond: tuple[str, ...] = ()


def list_creation(role: str = READERS_ROLE, views: str = VIEWS_SCHEMA) -> tuple[str, ...]:
    """What makes the role; it has no password yet."""
    create = f"CREATE ROLE {role} LOGIN CONNECTION LIMIT {MOST_CONNECTIONS};"
    return (create, *(_write_default(role, name, views) for name in DEFAULTS))


def list_grants(role: str = READERS_ROLE, views: str = VIEWS_SCHEMA) -> tuple[str, ...]:
    """What lets it read the views, each by its name, and nothing else."""
    named = ", ".join(f"{views}.{view.name}" for view in VIEWS)
    return (
        f"GRANT USAGE ON SCHEMA {views} TO {role};",
        f"GRANT SELECT ON {named} TO {role};",
    )


def grant_views(engine: Engine, role: str = READERS_ROLE) -> RoleGrant | None:
    """Let the role read the views where it is there and may not yet; None on SQLite.

    Where we may not grant, the SQL for who may is in the answer: that is no error.
    """
    if engine.dialect.name != "postgresql":
        return None
    grant = _look(engine, role)
    if not grant.is_there or grant.may_read:
        return grant
    try:
        with open_writer(engine) as connection:
            for statement in list_grants(role, read_schemas(engine).views):
                connection.execute(text(statement))
    except DatabaseError:
        return _look(engine, role)  # which fails too, where more is wrong than a right we lack
    return _look(engine, role)


def _look(engine: Engine, role: str) -> RoleGrant:
    views = read_schemas(engine).views
    with open_reader(engine) as connection:
        row = connection.execute(text(_LOOK), {"role": role}).one_or_none()
        if row is None:
            creation = list_creation(role, views)
            return RoleGrant(role=role, is_there=False, may_read=False, remedy=creation)
        names = [view.name for view in VIEWS]
        asked = {"role": role, "schema": views, "names": names}
        may_read = bool(connection.execute(text(_MAY_READ), asked).scalar())
        reached = connection.execute(text(_FIND_BEYOND), {"role": role, "views": views})
        beyond = tuple(reached.scalars())
    remedy = () if may_read else list_grants(role, views)
    if row.rolconnlimit < 0:
        remedy += (f"ALTER ROLE {role} CONNECTION LIMIT {MOST_CONNECTIONS};",)
    lacking = (name for name in DEFAULTS if name not in row.set_already)
    remedy += tuple(_write_default(role, name, views) for name in lacking)
    return RoleGrant(role=role, is_there=True, may_read=may_read, remedy=remedy, beyond=beyond)


def _write_default(role: str, name: str, views: str) -> str:
    return f"ALTER ROLE {role} SET {name} = {DEFAULTS[name].format(views=views)};"
