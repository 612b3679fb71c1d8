"""Counts the words that `find` knew no name for: words and numbers, never who asked."""

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.engine import URL

from models.errors import DatabaseError
from models.tables import state
from sync.store.db.engines import build_engine, open_reader, open_writer
from sync.store.db.schemas import check_revision

MOST_WORDS = 2_000
"""Different ones that are kept: then those that were asked for once are forgotten."""


def count_words(state_url: URL, words: Iterable[str]) -> bool:
    """Add one for each of the words; False where this account may not, or nothing is there.

    Whoever only reads the list finds as others do, and is not kept waiting.
    """
    numbers = Counter(words)
    if not numbers or not _may_write(state_url):
        return False
    engine = build_engine(state_url, state.SCHEMA, wait=0)
    try:
        check_revision(engine, state)
        _add(engine, numbers)
    except DatabaseError:
        return False
    finally:
        engine.dispose()
    return True


def read_words(engine: Engine) -> list[tuple[str, int]]:
    """The words and how often they were asked for, the most first."""
    table = state.asked_words
    query = select(table.c.words, table.c.number).order_by(table.c.number.desc(), table.c.words)
    with open_reader(engine) as connection:
        return [(row.words, row.number) for row in connection.execute(query)]


def _may_write(url: URL) -> bool:
    """Whether a file is there to be written; a server says so itself."""
    if url.get_backend_name() != "sqlite":
        return True
    path = Path(str(url.database))
    return path.is_file() and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _add(engine: Engine, numbers: Counter[str]) -> None:
    table = state.asked_words
    with open_writer(engine) as connection:
        for words in sorted(numbers):
            more = {"number": table.c.number + numbers[words]}
            done = connection.execute(update(table).where(table.c.words == words).values(more))
            if not done.rowcount:
                connection.execute(insert(table).values(words=words, number=numbers[words]))
        if connection.execute(select(func.count()).select_from(table)).scalar_one() > MOST_WORDS:
            connection.execute(delete(table).where(table.c.number == 1))
