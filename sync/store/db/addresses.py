"""Where a database is: its address checked, and told without what is secret in it."""

import re

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from models.errors import Problem, SettingsError

_FORMS = "Write it like sqlite:///var/clean.db or postgresql://user@host/database."
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
_HOST = re.compile(r"[\w.:%-]*")
_HIGHEST_PORT = 65_535


def parse_url(url: str, setting: str) -> URL:
    """The address of a database, or SettingsError; the address itself is never repeated."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(Problem(setting, "is not a database address", _FORMS)) from None
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        what = f"names {backend}, which Headway does not write to"
        raise SettingsError(Problem(setting, what, _FORMS))
    fault = _find_sqlite_fault(parsed) if backend == "sqlite" else _find_postgresql_fault(parsed)
    if fault:
        raise SettingsError(Problem(setting, fault, _FORMS))
    return parsed.set(drivername=_DRIVERS[backend])


def _find_sqlite_fault(url: URL) -> str | None:
    if url.host or url.username or url.password or url.port:
        return "names a host; a SQLite file is named after three slashes"
    return "must name a file" if url.database in (None, "", ":memory:") else None


def _find_postgresql_fault(url: URL) -> str | None:
    """What is wrong with an address whose password may have been taken for its host."""
    if not _HOST.fullmatch(url.host or "") or "@" in (url.database or ""):
        return "has no host where one should be; write @ : / of a password as %40 %3A %2F"
    if url.port is not None and not 0 < url.port <= _HIGHEST_PORT:
        return "has a port that there is not"
    from psycopg import ProgrammingError  # noqa: PLC0415 - slow import, for PostgreSQL alone
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415

    try:
        make_conninfo(**dict.fromkeys(url.query, ""))
    except ProgrammingError:
        return "has an option after ? that PostgreSQL does not know"
    return None


def describe_place(url: URL) -> str:
    """A database's address for messages: without user, password and options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"postgresql://{url.host or 'local'}:{url.port or 5432}/{url.database}"
