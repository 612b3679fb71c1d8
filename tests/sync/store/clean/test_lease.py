from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from models.errors import LeaseHeldError
from models.tables.clean import head, lease, rulebook
from sync.store.clean.lease import (
    TTL,
    acquire_lease,
    guard_lease,
    name_holder,
    release_lease,
    renew_lease,
    take_lease,
)
from sync.store.db.engines import open_reader, open_writer

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def fence(engine: Engine) -> int:
    with open_reader(engine) as connection:
        return int(connection.execute(select(head.c.fence)).scalar_one())


def run_out(engine: Engine) -> None:
    with open_writer(engine) as connection:
        connection.execute(update(lease).values(expires_at=LONG_AGO))


def test_taking_the_lease_writes_its_token_to_the_head(clean_engine: Engine) -> None:
    own = take_lease(clean_engine, "me", TTL)

    assert own.token == fence(clean_engine) == 1


def test_a_second_worker_is_told_whose_it_is(clean_engine: Engine) -> None:
    take_lease(clean_engine, "first:1", TTL)

    with pytest.raises(LeaseHeldError, match="first:1"):
        take_lease(clean_engine, "second:2", TTL)


def test_a_lease_that_ran_out_goes_to_the_next_under_a_higher_token(clean_engine: Engine) -> None:
    old = take_lease(clean_engine, "first:1", TTL)
    run_out(clean_engine)

    new = take_lease(clean_engine, "second:2", TTL)

    assert new.token > old.token
    assert not renew_lease(clean_engine, old, TTL)
    assert renew_lease(clean_engine, new, TTL)


def test_a_worker_that_lost_the_lease_cannot_release_it(clean_engine: Engine) -> None:
    old = take_lease(clean_engine, "first:1", TTL)
    run_out(clean_engine)
    take_lease(clean_engine, "second:2", TTL)

    release_lease(clean_engine, old)

    with pytest.raises(LeaseHeldError, match="second:2"):
        take_lease(clean_engine, "third:3", TTL)


def test_a_released_lease_is_free_at_once(clean_engine: Engine) -> None:
    with acquire_lease(clean_engine) as first:
        pass
    with acquire_lease(clean_engine) as second:
        assert second.token == first.token + 1


def test_a_failed_renewal_tells_the_run(clean_engine: Engine) -> None:
    with acquire_lease(clean_engine, renew_every=timedelta(milliseconds=5)) as own:
        with open_writer(clean_engine) as connection:
            connection.execute(update(lease).values(holder="somebody else"))

        assert own.lost.wait(timeout=10)


@contextmanager
def table_aside(engine: Engine) -> Iterator[None]:
    """Meanwhile whoever asks for the lease gets an error of the database."""
    schema = "headway." if engine.dialect.name == "postgresql" else ""
    for old, new in (("lease", "aside"), ("aside", "lease")):
        with open_writer(engine) as connection:
            connection.execute(text(f"ALTER TABLE {schema}{old} RENAME TO {new}"))
        if new == "aside":
            yield


@pytest.mark.parametrize(("ttl", "is_lost"), [(60.0, False), (0.1, True)])
def test_a_database_that_fails_takes_the_lease_away_only_when_it_has_run_out(
    clean_engine: Engine, ttl: float, is_lost: bool
) -> None:
    often = timedelta(milliseconds=10)
    with acquire_lease(clean_engine, timedelta(seconds=ttl), often) as own:
        with table_aside(clean_engine):
            assert own.lost.wait(timeout=10 if is_lost else 0.1) is is_lost
        assert renew_lease(clean_engine, own, TTL)


def insert_twice(engine: Engine) -> None:
    with open_writer(engine) as connection:
        for _ in range(2):
            connection.execute(insert(rulebook).values(digest="d", texts={}))


def test_a_frozen_worker_that_wakes_to_rows_of_another_is_told_so(clean_engine: Engine) -> None:
    old = take_lease(clean_engine, "first:1", TTL)
    run_out(clean_engine)
    take_lease(clean_engine, "second:2", TTL)

    with pytest.raises(LeaseHeldError, match="took over"), guard_lease(clean_engine, old):
        insert_twice(clean_engine)

    assert old.lost.is_set()


def test_rows_that_come_twice_under_our_own_lease_are_a_bug(clean_engine: Engine) -> None:
    own = take_lease(clean_engine, "first:1", TTL)

    with pytest.raises(IntegrityError), guard_lease(clean_engine, own):
        insert_twice(clean_engine)


def test_no_two_starts_share_a_name() -> None:
    assert name_holder() != name_holder()


def test_a_refused_worker_is_told_the_day_and_hour_at_which_the_lease_ends(
    clean_engine: Engine,
) -> None:
    take_lease(clean_engine, "first:1", TTL)

    with pytest.raises(LeaseHeldError, match=rf"until {datetime.now(UTC):%Y}-\d\d-\d\d \d\d:\d\d:"):
        take_lease(clean_engine, "second:2", TTL)


def test_a_lease_that_ends_in_a_year_was_taken_by_a_wrong_clock_and_is_cut_short(
    clean_engine: Engine,
) -> None:
    old = take_lease(clean_engine, "first:1", TTL)
    in_a_year = datetime.now(UTC) + timedelta(days=365)
    with open_writer(clean_engine) as connection:
        connection.execute(update(lease).values(expires_at=in_a_year))

    with pytest.raises(LeaseHeldError) as refused:
        take_lease(clean_engine, "second:2", TTL)

    with open_reader(clean_engine) as connection:
        ends = connection.execute(select(lease.c.expires_at)).scalar_one()
    assert abs(ends - datetime.now(UTC) - TTL) < timedelta(seconds=10)
    assert str(refused.value) == (
        f"lease: belongs to first:1 until {in_a_year:%Y-%m-%d %H:%M:%S} UTC, which is further "
        "ahead than a lease can end: a clock was ahead\n"
        "  It was cut to 15 seconds. If that run was killed, run again after that."
    )
    assert renew_lease(clean_engine, old, TTL)
    run_out(clean_engine)
    assert take_lease(clean_engine, "second:2", TTL).token > old.token


def test_of_many_workers_at_once_one_alone_gets_the_lease(clean_engine: Engine) -> None:
    together = Barrier(6)

    def take(number: int) -> int:
        together.wait()
        try:
            return take_lease(clean_engine, f"worker:{number}", TTL).token
        except LeaseHeldError:
            return 0

    with ThreadPoolExecutor(6) as workers:
        tokens = list(workers.map(take, range(6)))

    assert sorted(tokens) == [0, 0, 0, 0, 0, 1]
