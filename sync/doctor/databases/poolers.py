"""A pooler before a PostgreSQL server, and what readers could count on a server that is shared."""

from collections.abc import Iterator

from sqlalchemy import Engine, text

from models.errors import DatabaseError, Problem
from sync.doctor.checks import Check, note, ok, wrong
from sync.doctor.context import DoctorContext
from sync.store.db.addresses import describe_place
from sync.store.db.engines import open_reader
from sync.store.db.pooling import Pooling, find_pooling


def look_at_pooler(engine: Engine, name: str) -> Iterator[Check]:
    """What stands before the server, and what that means for a run."""
    pooling = find_pooling(engine)
    if pooling is Pooling.NONE:
        yield ok(name, "no pooler stands before it")
    elif pooling is Pooling.TRANSACTIONS:
        what = (
            "a pooler stands before it and lends a connection out for one transaction "
            "(PgBouncer's pool_mode = transaction): runs keep nothing on a connection, and go "
            "through"
        )
        yield note(name, what)
    elif pooling is Pooling.SESSIONS:
        what = (
            "a pooler stands before it and lends a connection out for as long as a client stays "
            "(PgBouncer's pool_mode = session): each run keeps some for all its time"
        )
        yield note(name, what, "Where connections are short, let it pool transactions.")
    else:
        what = "is behind a pooler that gives us no second connection while we have a first"
        remedy = "Raise its pool size (PgBouncer's default_pool_size), or let it pool transactions."
        yield wrong(DatabaseError, Problem(describe_place(engine.url), what, remedy))


def check_apart(context: DoctorContext) -> Iterator[Check]:
    """What is counted in one PostgreSQL database, every role that may connect to it can read."""
    clean_url, state_url = context.settings.clean_url, context.settings.state_url
    if {clean_url.get_backend_name(), state_url.get_backend_name()} != {"postgresql"}:
        return
    name = "clean, state"
    if (clean_url.host, clean_url.port) != (state_url.host, state_url.port):
        yield ok(name, "stand on two servers: a reader's role counts nothing of ours")
    elif clean_url.database == state_url.database:
        what = (
            "share one PostgreSQL database: a reader's role can count issues and credits there, "
            "by the statistics that every role may read"
        )
        yield note(name, what, "Give HEADWAY_STATE_URL a database of its own.")
    elif context.state is not None:
        yield _check_closed(context.state, name)


def _check_closed(engine: Engine, name: str) -> Check:
    """Whether the state database, on the server that readers use too, lets any role in."""
    with open_reader(engine) as connection:
        database, role, is_open = connection.execute(
            text(
                "SELECT quote_ident(current_database()), quote_ident(current_user), "
                "has_database_privilege('public', current_database(), 'CONNECT')"
            )
        ).one()
    if not is_open:
        what = (
            "stand in two databases, and no role may connect to ours that was not let in; what "
            "the server says of a whole database (pg_stat_database) it says to every role"
        )
        return ok(name, what)
    what = (
        "stand in two databases of one server, but every role of it may connect to the state "
        "database, and count issues and credits by its statistics"
    )
    remedy = (
        f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC; "
        f"GRANT CONNECT ON DATABASE {database} TO {role};"
    )
    return note(name, what, remedy)
