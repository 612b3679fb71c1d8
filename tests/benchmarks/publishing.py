"""Measures what a publication costs: seconds, and bytes of the write-ahead log.

    python -m tests.benchmarks.publishing

A first list of 20,000 rows in bulk, then 50 changes among them, on SQLite and on PostgreSQL. Bytes
are those of PostgreSQL's log, and of the log beside Headway's own SQLite file; of the readers' file
beside it, all that it holds. In brackets the seconds that this process worked itself. The aims: 3 s
and 0.5 MB for 50 changes, and 3 s for the first list.
"""

import os
import sqlite3
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Engine, text

from models.capability import Capability
from models.plan import Plan
from sync.store.clean.lease import TTL, take_lease
from sync.store.clean.publish import publish_plan
from sync.store.clean.readers_file import find_readers_file
from sync.store.db.engines import open_reader
from tests.databases import both_databases, sqlite_urls
from tests.postgres import running_postgres
from tests.sync.store.clean.test_publish import BOOK, DAY, a_plan, a_row

ROWS, CHANGES = 20_000, 50
MB = 1024 * 1024


def name_row(number: int) -> Capability:
    """A row with a text of usual length and an alias."""
    return a_row(
        f"capability-{number}",
        name=f"Capability {number}",
        summary="Records who did what, and lets administrators search and pass it on. " * 2,
        aliases=(f"Word {number}",),
    )


def plan_first() -> Plan:
    """A first list in bulk."""
    return a_plan(*(name_row(number) for number in range(ROWS)))


def plan_changes(first: Plan) -> Plan:
    """Some rows, far from one another, with another summary."""
    few = slice(0, ROWS, ROWS // CHANGES)
    remembered = [
        replace(each, row=replace(each.row, summary="Records who did what."))
        for each in first.remembered[few]
    ]
    changes = zip(first.changes[few], remembered, strict=True)
    return replace(
        first,
        base_revision=1,
        remembered=tuple(remembered),
        changes=tuple(
            replace(change, before=change.after, after=now.row, news=None)
            for change, now in changes
        ),
    )


class Cost(NamedTuple):
    """Seconds by the clock, those that this process worked, and megabytes of log."""

    seconds: float
    own_seconds: float
    log: float


def measure(engine: Engine, plan: Plan) -> Cost:
    """What one publication costs."""
    token = take_lease(engine, f"worker {plan.base_revision}", TTL * 0).token
    before = _read_position(engine)
    began, worked = time.perf_counter(), time.process_time()
    publish_plan(engine, plan, BOOK, run_id="r1", token=token, fresh_for=DAY)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    return Cost(took, worked, (_read_position(engine) - before) / MB)


def _read_position(engine: Engine) -> int:
    """How many bytes of log were ever written; of SQLite, how long the log is now."""
    if engine.dialect.name == "postgresql":
        with open_reader(engine) as connection:
            query = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
            return int(connection.execute(text(query)).scalar_one())
    log = Path(f"{engine.url.database}-wal")
    return log.stat().st_size if log.exists() else 0


def empty_log(engine: Engine) -> None:
    """Let what comes next begin with an empty log of SQLite, and with a checkpoint's end."""
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if engine.dialect.name == "postgresql":
            connection.execute(text("CHECKPOINT"))
            return
    with closing(sqlite3.connect(str(engine.url.database))) as own:
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def main() -> None:
    """Print a line for each database and publication."""
    print(f"{'':12}{f'first {ROWS} rows':>26}{f'{CHANGES} changes':>26}")
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres(os.environ))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url, first = server.create_database(), plan_first()
        for urls in (sqlite_urls(Path(folder)), (url, url)):
            with both_databases(*urls) as (engine, _):
                cells = []
                for plan in (first, plan_changes(first)):
                    empty_log(engine)
                    cost = measure(engine, plan)
                    seconds = f"{cost.seconds:.2f} s ({cost.own_seconds:.2f})"
                    cells.append(f"{seconds}, {cost.log:.2f} MB")
                told = "".join(f"{cell:>26}" for cell in cells)
                print(f"{engine.dialect.name:12}{told}")
                if readers := find_readers_file(engine):
                    print(f"readers' file: {readers.stat().st_size / MB:.1f} MB")


if __name__ == "__main__":
    main()
