from datetime import datetime, timedelta
from random import Random

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, text

from models.capability import REDACTED_NAME
from models.history import ListAsOf
from sync.store.clean.epoch import begin_epoch
from sync.store.clean.past_list import load_list_as_of, read_clock
from sync.store.db.engines import open_reader
from tests import builders
from tests.databases import name_prefixes
from tests.sync.store.clean.publishing import (
    RandomPublisher,
    a_change,
    blank_row,
    read_views,
    tell_views,
    wait_for_clock,
)

QUICK, MORE = (1,), range(2, 12)


def read_list_as_of(engine: Engine, moment: datetime) -> ListAsOf:
    with open_reader(engine) as connection:
        return load_list_as_of(connection, moment)


@pytest.mark.parametrize(
    "seed", [*QUICK, *(pytest.param(seed, marks=pytest.mark.all) for seed in MORE)]
)
def test_every_past_list_is_exactly_what_readers_saw_then(clean_engine: Engine, seed: int) -> None:
    publisher = RandomPublisher(clean_engine, Random(seed))
    seen = {}
    for _ in range(25):
        publisher.take_step()
        views = read_views(clean_engine)
        seen[wait_for_clock(clean_engine)] = views

    told = {moment: tell_views(read_list_as_of(clean_engine, moment)) for moment in seen}

    assert told == seen
    assert publisher.revision > 10


def test_a_list_costs_what_it_is_large_whatever_was_published_before(
    clean_engine: Engine,
) -> None:
    tables, _ = name_prefixes(clean_engine.dialect.name)
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(builders.a_row("audit-log", "Audit log")),))
    explain = "EXPLAIN QUERY PLAN" if clean_engine.dialect.name == "sqlite" else "EXPLAIN"
    query = (
        f"{explain} SELECT subject, max(revision) FROM {tables}publication_part "
        "WHERE kind = 'row' AND revision <= 1 GROUP BY subject"
    )
    with open_reader(clean_engine) as connection:
        if clean_engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = " ".join(str(tuple(row)) for row in connection.execute(text(query)))

    assert "publication_part" in plan
    assert "SCAN" not in plan.replace("INDEX", "")
    assert "Seq Scan" not in plan


def test_before_the_first_publication_there_was_no_list(clean_engine: Engine) -> None:
    before = wait_for_clock(clean_engine)
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(builders.a_row("audit-log", "Audit log")),))

    then, now = (read_list_as_of(clean_engine, at) for at in (before, read_clock(clean_engine)))

    assert (then.is_published, then.rows, then.freshness.is_stale) == (False, (), True)
    assert (now.is_published, len(now.rows)) == (True, 1)


def test_what_was_redacted_later_is_told_as_it_was_and_named_as_removed(
    clean_engine: Engine,
) -> None:
    row = builders.a_row("audit-log", "Audit log")
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(row),))
    then = wait_for_clock(clean_engine)
    publisher.publish((a_change(blank_row(row), row),))

    past, now = (read_list_as_of(clean_engine, at) for at in (then, read_clock(clean_engine)))

    assert (past.rows, past.changes[0].sentence) == ((row,), "Audit log is added.")
    assert now.rows[0].name == REDACTED_NAME
    assert "Audit log" not in str(now.changes)
    assert past.removed == now.removed == {"audit-log"}


def test_what_a_lost_database_had_published_is_told_to_be_lost(clean_engine: Engine) -> None:
    row = builders.a_row("audit-log", "Audit log")
    publisher = RandomPublisher(clean_engine, Random(1))
    publisher.publish((a_change(row),))
    published = read_list_as_of(clean_engine, read_clock(clean_engine)).publication
    restored = wait_for_clock(clean_engine)
    begin_epoch(clean_engine, publisher.lease.token, 40, lost=7, is_older=True)
    began = wait_for_clock(clean_engine)
    publisher.publish((a_change(replace(row, name="Other"), row),))

    lost = read_list_as_of(clean_engine, restored).lost

    assert published is not None
    assert lost is not None
    assert (lost.since, lost.revision) == (published.published_at, 7)
    assert restored < lost.until < began
    before = published.published_at - timedelta(milliseconds=1)
    assert read_list_as_of(clean_engine, before).lost is None
    assert read_list_as_of(clean_engine, began).lost is None
