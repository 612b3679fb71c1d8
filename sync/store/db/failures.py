"""Words for what a database fails with: what it is, what to do, what became of the list.

SQLite names its errors, PostgreSQL numbers them; a connection that does not come about has only the
words of the library. No address and no parameter is repeated.
"""

import sqlite3
from typing import Any, NamedTuple

from sqlalchemy.exc import DBAPIError

LIST_STAYS = "The last good list stays as it is."
NO_RIGHT = "does not let our role do that"
"""Words of a failure whose remedy is for Headway's own role: who only reads needs far less."""


class Failure(NamedTuple):
    """What went wrong, and what to do about it."""

    what: str
    remedy: str


_SQLITE = {
    "SQLITE_BUSY": Failure(
        "is locked by another program",
        "End what holds it open (a backup, a database browser); the next run tries again.",
    ),
    "SQLITE_FULL": Failure(
        "cannot grow: its disk is full", "Make room on that disk, then run `headway sync`."
    ),
    "SQLITE_IOERR": Failure(
        "cannot be read or written: the disk reports an error",
        "Look at the disk, its mount and its quota; if it stays, restore the file from a backup.",
    ),
    "SQLITE_IOERR_SHMSIZE": Failure(  # no room for the index of its log
        "cannot grow: its disk is full, or a quota is used up",
        "Make room on that disk, or have more of it allowed, then run `headway sync`.",
    ),
    "SQLITE_CORRUPT": Failure(
        "is damaged", "Restore it from a backup; `headway doctor` says whether it is whole."
    ),
    "SQLITE_NOTADB": Failure(
        "is no SQLite database", "Name another file in the settings, or move this one away."
    ),
    "SQLITE_READONLY": Failure(
        "may not be written",
        "Give this user the right to write to the file and to its folder, or mount it writable.",
    ),
    "SQLITE_CANTOPEN": Failure(
        "cannot be opened", "Check that the folder is there and that this user may enter it."
    ),
    "SQLITE_PERM": Failure("may not be opened", "Give this user the right to."),
    "SQLITE_NOMEM": Failure("needs more memory than there is", "Give Headway more memory."),
    "SQLITE_TOOBIG": Failure("does not take a value so large", "Please report this."),
}
_SQLITE["SQLITE_LOCKED"] = _SQLITE["SQLITE_PROTOCOL"] = _SQLITE["SQLITE_BUSY"]
"""By the name that SQLite gives an error, or by the beginning of that name."""

_MIGRATE = Failure(
    "lacks something that should be there",
    "Run `headway migrate`; if it says that all is at the newest schema, please report this.",
)
_AGAIN = "It is tried again by the next run."
_POSTGRESQL = {
    "08": Failure("broke the connection", f"Look at the server and the network. {_AGAIN}"),
    "22": Failure("does not take a value", "Please report this, with the log."),
    "25006": Failure("is read-only, or a standby", "Name the primary, and a role that may write."),
    "28": Failure(
        "does not let us in: it refuses the user or the password",
        "Check the user and password in its address, and the server's pg_hba.conf.",
    ),
    "3D000": Failure(
        "is not there",
        "Create it, or name another in its address; then run `headway migrate`.",
    ),
    "3F": _MIGRATE,
    "42P01": _MIGRATE,
    "42703": _MIGRATE,
    "40": Failure("gave way to another transaction", _AGAIN),
    "42501": Failure(
        NO_RIGHT,
        "Grant our role USAGE on its schema, and SELECT, INSERT, UPDATE and DELETE on all tables "
        "in it.",
    ),
    "53100": Failure("cannot grow: its disk is full", "Make room on the server's disk."),
    "53200": Failure("is out of memory", "Look at the server's memory and its settings for it."),
    "53300": Failure(
        "has no connection left",
        f"Raise max_connections, or put a pooler before it. {_AGAIN}",
    ),
    "53": Failure("is short of something it needs", "Look at the server's log."),
    "55P03": Failure("has our tables locked by somebody", _AGAIN),
    "57P03": Failure("is starting or shutting down", _AGAIN),
    "57014": Failure("cancelled what we asked", f"Look for a statement timeout. {_AGAIN}"),
    "57": Failure("ended our session: it was shut down, or an administrator did", _AGAIN),
    "58": Failure("reports an error of its disk", "Look at the server's log and its disk."),
    "XX": Failure("reports that it is damaged", "Look at the server's log; restore a backup."),
}
"""By SQLSTATE, or by its class: https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_POOLER = {
    "query_wait_timeout": Failure(
        "has a pooler before it that has no connection left for us",
        "Raise its pool size (PgBouncer's default_pool_size), or see whether it reaches the "
        f"server. {_AGAIN}",
    ),
    "statement pooling": Failure(
        "has a pooler before it that pools statements, and allows no transaction",
        "Let it pool transactions (PgBouncer's pool_mode = transaction).",
    ),
}
"""By words of a pooler, whose errors all have one number."""
_BY_POOLER = "08P01"

_CONNECTING = {
    **_POOLER,
    "refused": Failure(
        "refuses the connection: no server listens there",
        f"Start it, or check host and port in its address. {_AGAIN}",
    ),
    "could not translate host name": Failure(
        "is on a host that nobody knows", "Check the spelling of its address."
    ),
    "resolve": Failure("is on a host that nobody knows", "Check the spelling of its address."),
    "timeout": Failure("does not answer in time", f"Look at the server and the network. {_AGAIN}"),
    "password authentication": _POSTGRESQL["28"],
    "no pg_hba.conf entry": _POSTGRESQL["28"],
    "fatal:  role": _POSTGRESQL["28"],
    "does not exist": _POSTGRESQL["3D000"],
    "too many clients": _POSTGRESQL["53300"],
    "remaining connection slots": _POSTGRESQL["53300"],
    "starting up": _POSTGRESQL["57P03"],
    "shutting down": _POSTGRESQL["57P03"],
    "ssl": Failure(
        "does not agree with us on an encrypted connection",
        "Check sslmode in its address, and the server's certificate.",
    ),
    "closed the connection": _POSTGRESQL["57"],
    "connection is lost": _POSTGRESQL["57"],
    "consuming input failed": _POSTGRESQL["57"],
}
"""By words of the library, in lower case, where there is no number."""


DAMAGED = Failure(
    f"the database {_SQLITE['SQLITE_CORRUPT'].what}",
    f"{_SQLITE['SQLITE_CORRUPT'].remedy} {LIST_STAYS}",
)
"""Of a SQLite file whose letters are none, where its driver fails before SQLite can say so."""


def describe_failure(error: DBAPIError) -> Failure | None:
    """What a database failed with; None where it is a mistake of ours that no database made."""
    known = _find_known(error.orig)
    line = str(error.orig).strip().partition("\n")[0]
    if known and getattr(error.orig, "sqlstate", None):
        known = Failure(f"{known.what} ({line})", known.remedy)
    if known is None and (error.connection_invalidated or _is_operational(error)):
        known = Failure(f"failed: {line}", "")
    if known is None:
        return None
    return Failure(f"the database {known.what}", f"{known.remedy} {LIST_STAYS}".strip())


def _find_known(error: Any) -> Failure | None:
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "") or ""
        return _find_longest(_SQLITE, name)
    state = getattr(error, "sqlstate", None)
    if state == _BY_POOLER:
        said = str(error)
        by_words = (known for words, known in _POOLER.items() if words in said)
        return next(by_words, _POSTGRESQL[state[:2]])
    if state:
        return _find_longest(_POSTGRESQL, state)
    said = str(error).lower()
    return next((known for words, known in _CONNECTING.items() if words in said), None)


def _find_longest(known: dict[str, Failure], name: str) -> Failure | None:
    """The entry whose name is the longest beginning of `name`."""
    fitting = [begin for begin in known if name.startswith(begin)]
    return known[max(fitting, key=len)] if fitting else None


def _is_operational(error: DBAPIError) -> bool:
    return type(error).__name__ in ("OperationalError", "InterfaceError", "DatabaseError")
