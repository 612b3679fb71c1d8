"""Counts the words that `find` knew no name for: words and numbers, never who asked."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy.engine import URL

from models.asked_words import WaitingWords
from models.errors import DatabaseError
from models.tables import state
from sync.crash_points import pass_crash_point
from sync.store.db.engines import build_engine, open_reader, open_writer
from sync.store.db.schemas import check_revision

MOST_WORDS = 2_000
"""Different ones that are kept, those that were asked for most."""
_TABLE = f"{state.SCHEMA}.{state.asked_words.name}"


def count_words(state_url: URL, words: Iterable[str]) -> bool:
    """Add one for each of the words; False where this account may not, or nothing is there.

    Whoever only reads the list finds as others do, and is not kept waiting.
    """
    numbers = Counter(words)
    if not numbers or not _may_write(state_url):
        return False
    try:
        with _open_state(state_url) as connection:
            _add(connection, numbers)
    except DatabaseError:
        return False
    return True


def count_waiting(state_url: URL, waiting: WaitingWords) -> bool:
    """Count the words of a file that are not counted yet; False as `count_words` says it.

    How far it was counted is written down with the same commit, so that none counts twice.
    """
    if not _may_write(state_url):
        return False
    try:
        with _open_state(state_url) as connection:
            counted = _read_mark(connection, waiting.name)
            new = [(end, words) for end, words in waiting.lines if end > counted]
            if new:
                _add(connection, Counter(words for _, words in new if words))
                _write_mark(connection, waiting.name, new[-1][0])
                pass_crash_point("asks.committing")
    except DatabaseError:
        return False
    pass_crash_point("asks.committed")
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


@contextmanager
def _open_state(url: URL) -> Iterator[Connection]:
    """One transaction, if nobody has to be waited for."""
    engine = build_engine(url, state.SCHEMA, wait=0)
    try:
        check_revision(engine, state)
        with open_writer(engine) as connection:
            if engine.dialect.name == "postgresql":  # else two insert the same, and one fails
                connection.exec_driver_sql(f"LOCK TABLE {_TABLE} IN SHARE ROW EXCLUSIVE MODE")
            yield connection
    finally:
        engine.dispose()


def _add(connection: Connection, numbers: Counter[str]) -> None:
    table, more = state.asked_words, dict(numbers.most_common(MOST_WORDS))
    query = select(table.c.words).where(table.c.words.in_(more))
    known = set(connection.execute(query).scalars())
    if known:
        adding = table.c.number + bindparam("more")
        changed = update(table).where(table.c.words == bindparam("known")).values(number=adding)
        connection.execute(changed, [{"known": words, "more": more[words]} for words in known])
    if new := more.keys() - known:
        connection.execute(insert(table), [{"words": each, "number": more[each]} for each in new])
    _forget(connection)


def _forget(connection: Connection) -> None:
    """Where there are too many, take from each what the first too many has, and drop the empty.

    So what is asked for again and again outlasts any flood of what is asked for once, and none
    stays for ever (Misra and Gries, "Finding repeated elements", 1982).
    """
    table = state.asked_words
    ranked = select(table.c.number).order_by(table.c.number.desc(), table.c.words)
    excess = connection.execute(ranked.offset(MOST_WORDS).limit(1)).scalar()
    if excess is not None:
        connection.execute(update(table).values(number=table.c.number - excess))
        connection.execute(delete(table).where(table.c.number <= 0))


def _read_mark(connection: Connection, name: str) -> int:
    table = state.asked_file
    query = select(table.c.counted).where(table.c.name == name)
    return connection.execute(query).scalar() or 0


def _write_mark(connection: Connection, name: str, counted: int) -> None:
    table, values = state.asked_file, {"name": name, "counted": counted}
    if not connection.execute(update(table).values(values)).rowcount:
        connection.execute(insert(table).values(id=1, **values))
