"""Counts the work of a run: what it asks of Jira and of its databases, whatever time that takes."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from sync.pipeline.run.run import run_once
from tests.runs.place import Place

INSTRUCTIONS = 10
"""SQLite tells of its work in steps of so many instructions."""


@dataclass
class Work:
    """Requests, and by statement how often it ran, what it handed out, changed and looked at.

    `instructions` are those of SQLite's own machine: rows that a statement looks at and does not
    hand out show there alone. PostgreSQL tells of none. What keeps the lease is left out: it comes
    by the clock.
    """

    requests: int = 0
    statements: Counter[str] = field(default_factory=Counter)
    rows_read: Counter[str] = field(default_factory=Counter)
    rows_written: Counter[str] = field(default_factory=Counter)
    instructions: Counter[str] = field(default_factory=Counter)
    at_work: str = ""


def count_run(place: Place) -> Work:
    """One run at the place, and the work of it."""
    work = Work()
    asked = len(place.jira.requests)
    with (
        place.open_context() as context,
        _counted(context.clean, work),
        _counted(context.state, work),
    ):
        run_once(context)
    work.requests = len(place.jira.requests) - asked
    return work


@contextmanager
def _counted(engine: Engine, work: Work) -> Iterator[None]:
    """Count what is done on connections that are opened meanwhile."""
    engine.dispose()
    listen = _count_sqlite if engine.dialect.name == "sqlite" else _count_postgresql
    listen(engine, work)
    event.listen(engine, "after_cursor_execute", _note_statement(work))
    yield
    engine.dispose()


def _note_statement(work: Work) -> Any:
    def note(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        name = name_statement(statement)
        if name.startswith("UPDATE lease"):
            return
        work.statements[name] += 1
        if name.startswith(("INSERT", "UPDATE", "DELETE")):
            work.rows_written[name] += max(cursor.rowcount, 0)

    return note


def _count_sqlite(engine: Engine, work: Work) -> None:
    counting = _counting(sqlite3.Cursor, work)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = counting) -> Any:
            return super().cursor(factory)

    def choose(_dialect: Any, _record: Any, _arguments: Any, settings: dict[str, Any]) -> None:
        settings["factory"] = Connection

    def watch(connection: Any, _record: Any) -> None:
        connection.set_progress_handler(step, INSTRUCTIONS)

    def step() -> None:
        work.instructions[work.at_work] += INSTRUCTIONS

    event.listen(engine, "do_connect", choose)
    event.listen(engine, "connect", watch)


def _count_postgresql(engine: Engine, work: Work) -> None:
    def choose(connection: Any, _record: Any) -> None:
        connection.cursor_factory = _counting(psycopg.Cursor, work)
        connection.server_cursor_factory = _counting(psycopg.ServerCursor, work)

    event.listen(engine, "connect", choose)


def _counting(cursor: Any, work: Work) -> Any:
    """A kind of cursor that notes how many rows it hands out."""

    class Counting(cursor):  # type: ignore[misc]
        def execute(self, statement: Any, *more: Any, **settings: Any) -> Any:
            self.name_of_work = work.at_work = name_statement(str(statement))
            return super().execute(statement, *more, **settings)

        def executemany(self, statement: Any, *more: Any, **settings: Any) -> Any:
            self.name_of_work = work.at_work = name_statement(str(statement))
            return super().executemany(statement, *more, **settings)

        def fetchone(self) -> Any:
            work.at_work = self.name_of_work
            row = super().fetchone()
            work.rows_read[self.name_of_work] += row is not None
            return row

        def fetchmany(self, *size: Any, **settings: Any) -> Any:
            work.at_work = self.name_of_work
            return self._noted(super().fetchmany(*size, **settings))

        def fetchall(self) -> Any:
            work.at_work = self.name_of_work
            return self._noted(super().fetchall())

        def _noted(self, rows: Any) -> Any:
            work.rows_read[self.name_of_work] += len(rows)
            return rows

    return Counting


def name_statement(statement: str) -> str:
    """A statement without its columns, as both kinds of database have it: verb, table, where."""
    plain = re.sub(r"%\(\w+\)s(::\w+)?", "?", " ".join(statement.split()))
    plain = plain.replace("headway_state.", "").replace("headway.", "").replace('"', "")
    verb, _, rest = plain.partition(" ")
    if verb == "SELECT":
        distinct = "DISTINCT " if rest.startswith("DISTINCT") else ""
        return f"SELECT {distinct}{rest[rest.find('FROM') :]}"
    if verb == "INSERT":
        return " ".join(plain.split()[:3])
    return plain
