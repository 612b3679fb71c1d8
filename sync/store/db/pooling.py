"""Whether a pooler stands before a PostgreSQL server, and what it lends out.

A pooler tells each client of a process id of its own making; the server itself says which process
answers. Which of two clients it answers by the same process tells what the pooler lends out.
"""

from enum import StrEnum
from threading import Timer
from typing import Any

from sqlalchemy import Connection, Engine, text

from models.errors import DatabaseError
from sync.store.db.engines import reword_errors

ROUNDS = 3
SECOND_TIMEOUT = 5.0
"""Seconds for which a second connection is waited for while there is a first."""


class Pooling(StrEnum):
    """What stands between us and the server."""

    NONE = "none"
    TRANSACTIONS = "transactions"
    SESSIONS = "sessions"
    ONE_SESSION = "one session"


def find_pooling(engine: Engine) -> Pooling:
    """Asks by two connections that are open at once. Raises DatabaseError as readers do."""
    with reword_errors(engine), engine.connect() as first:
        told = _driver_of(first).info.backend_pid
        ours = {_ask_process(first)}
        if ours == {told}:
            return Pooling.NONE
        try:
            with reword_errors(engine), engine.connect() as second:
                theirs = {_ask_within_timeout(second)}
                for _ in range(ROUNDS):
                    ours.add(_ask_process(first))
                    theirs.add(_ask_process(second))
        except DatabaseError:
            return Pooling.ONE_SESSION
    is_shared = ours & theirs or len(ours) > 1
    return Pooling.TRANSACTIONS if is_shared else Pooling.SESSIONS


def _ask_process(connection: Connection) -> int:
    with connection.begin():
        process: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return process


def _ask_within_timeout(connection: Connection) -> int:
    """A pooler that has no other connection lets a client wait for minutes."""
    timer = Timer(SECOND_TIMEOUT, _driver_of(connection).cancel)
    timer.start()
    try:
        return _ask_process(connection)
    finally:
        timer.cancel()


def _driver_of(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
