"""What the history of a long list costs: python -m tests.benchmarks.history [ROWS] [PUBLICATIONS]

Writes the log of ROWS rows (20,000), then of 50 changed ones PUBLICATIONS times (1,000), on SQLite
and PostgreSQL; then reads the list as it stood half-way, and gathers evidence of one row.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from msgspec.structs import replace
from sqlalchemy import Engine

from models.capability import Capability
from models.history import Period
from models.tables import clean
from sync.cli.pages.sales.evidence import write_evidence_page
from sync.store.clean.capability_log import read_capability_log
from sync.store.clean.past_list import load_list_as_of, read_publications
from sync.store.clean.publication_log import append_to_log
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_reader, open_writer
from sync.store.db.schemas import migrate_database
from tests import builders
from tests.databases import both_databases, open_databases, sqlite_urls
from tests.postgres import running_postgres
from tests.sync.store.clean.publishing import BOOK, a_change, a_plan
from translators.explain.evidence import gather_evidence

CHANGED = 50


@contextmanager
def timed(what: str) -> Iterator[None]:
    began, cpu = time.perf_counter(), time.process_time()
    yield
    wall, own = time.perf_counter() - began, time.process_time() - cpu
    print(f"  {what:<48} {wall:7.2f} s  ({own:.2f} s of our own)", flush=True)


def measure(engine: Engine, rows: int, publications: int) -> None:
    """Write the log, and look back."""
    random = Random(1)
    named = [builders.a_row(f"thing-{n:05}", f"Thing number {n}") for n in range(rows)]
    began = datetime(2026, 1, 1, tzinfo=UTC)

    def append(number: int, changed: list[Capability]) -> None:
        with open_writer(engine) as connection:
            append_to_log(
                connection,
                a_plan(number - 1, tuple(a_change(row, news=None) for row in changed)),
                BOOK,
                fence=1,
                revision=number,
                epoch="e",
                run_id=f"r{number}",
                published_at=began + timedelta(hours=number),
                change_seq=number,
                after=number,
            )

    with timed(f"the log of {rows} first rows"):
        append(1, named)
    with timed(f"the log of {publications} publications of {CHANGED} rows"):
        for number in range(2, publications + 2):
            some = random.sample(named, CHANGED)
            append(number, [replace(row, summary=f"Is {number}.") for row in some])
    with open_reader(engine) as connection:
        middle = read_publications(connection, publications // 2, publications // 2)[0]
    with timed("the list as it stood half-way"), open_reader(engine) as connection:
        past = load_list_as_of(connection, middle.published_at)
    period = Period(text="then", zone="UTC", begins=middle.published_at, ends=middle.published_at)
    with timed("evidence of one row, half-way"), open_reader(engine) as connection:
        log = read_capability_log(connection, "thing-00007", middle.revision)
        page = write_evidence_page(
            gather_evidence("thing-00007", period, past, log, shows_removed=False)
        )
    print(f"  the page has {len(page) / 1e6:.1f} MB", flush=True)


def main() -> None:
    """On both databases in turn."""
    rows, publications = map(int, (sys.argv[1:] or ["20000", "1000"]))
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        # Where its own folder is not called internal, no file is written for readers.
        with open_databases(*sqlite_urls(Path(folder))) as (_, state_engine):
            alone = parse_url(f"sqlite:///{folder}/alone.db", "benchmark")
            engine = build_engine(alone, clean.SCHEMA)
            migrate_database(engine, state_engine)
            measure(engine, rows, publications)
            engine.dispose()
    with running_postgres(os.environ) as server:
        print("PostgreSQL")
        with both_databases(server.create_database(), server.create_database()) as engines:
            measure(engines[0], rows, publications)


if __name__ == "__main__":
    main()
