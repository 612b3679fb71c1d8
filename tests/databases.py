"""Migrated databases for tests of what reads and writes them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from models.tables import clean, state
from sync.store.db.engines import build_engine, parse_url
from sync.store.db.schemas import migrate_database


@contextmanager
def both_databases(clean_url: str, state_url: str) -> Iterator[tuple[Engine, Engine]]:
    """The clean and the state database at the newest schema, closed at the end."""
    engines = (
        build_engine(parse_url(clean_url, "clean"), clean.SCHEMA),
        build_engine(parse_url(state_url, "state"), state.SCHEMA),
    )
    try:
        migrate_database(*engines)
        yield engines
    finally:
        for engine in engines:
            engine.dispose()
