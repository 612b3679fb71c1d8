"""Statements compiled once for all tests: every test has engines of its own, and the same SQL."""

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

STATEMENTS = 1_000
"""How many are kept; Headway has some 200."""

Shared = tuple[Dialect, LRUCache[object, object]]


def share_compiled_statements() -> None:
    """Let what one engine compiled serve all of its kind and version: 8 % of the time of a test.

    A dialect that has seen a connection knows the server and its version, and no database.
    """
    known: dict[object, Shared] = {}

    def share(connection: Connection) -> None:
        own = connection.dialect
        kind = (type(own), getattr(own, "server_version_info", None))
        shared, compiled = known.setdefault(kind, (own, LRUCache(STATEMENTS)))
        connection.dialect = shared
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
