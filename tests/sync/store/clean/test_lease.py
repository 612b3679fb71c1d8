import os
import socket
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
    RENEW_EVERY,
    TTL,
    TakenLease,
    acquire_lease,
    guard_lease,
    name_holder,
    read_lease,
    release_lease,
    renew_lease,
    take_lease,
)
from sync.store.db.engines import open_reader, open_writer
from tests.passed_points import noted_points

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


def test_a_database_that_fails_after_a_renewal_leaves_the_lease_until_it_has_run_out(
    clean_engine: Engine,
) -> None:
    often = timedelta(milliseconds=10)
    with acquire_lease(clean_engine, timedelta(seconds=60), often) as own:
        taken = until(clean_engine)
        while until(clean_engine) == taken:
            own.lost.wait(timeout=0.01)
        with table_aside(clean_engine):
            assert not own.lost.wait(timeout=0.1)


def test_who_takes_the_lease_says_so(clean_engine: Engine) -> None:
    with noted_points() as passed, acquire_lease(clean_engine):
        assert passed == ["lease.taken"]


def insert_twice(engine: Engine) -> None:
    with open_writer(engine) as connection:
        for _ in range(2):
            connection.execute(insert(rulebook).values(digest="d", texts={}))


def test_a_frozen_worker_that_wakes_to_rows_of_another_is_told_so(clean_engine: Engine) -> None:
    old = take_lease(clean_engine, "first:1", TTL)
    run_out(clean_engine)
    take_lease(clean_engine, "second:2", TTL)

    with (
        pytest.raises(LeaseHeldError, match=r"^lease: another worker took over"),
        guard_lease(clean_engine, old),
    ):
        insert_twice(clean_engine)

    assert old.lost.is_set()


def test_rows_that_come_twice_under_our_own_lease_are_a_bug(clean_engine: Engine) -> None:
    own = take_lease(clean_engine, "first:1", TTL)

    with pytest.raises(IntegrityError), guard_lease(clean_engine, own):
        insert_twice(clean_engine)


def test_no_two_starts_share_a_name() -> None:
    assert name_holder() != name_holder()
    host, process, start = name_holder().rsplit(":", 2)
    assert (host, process, len(start)) == (socket.gethostname(), str(os.getpid()), 8)


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


def until(engine: Engine) -> datetime:
    with open_reader(engine) as connection:
        found: datetime = connection.execute(select(lease.c.expires_at)).scalar_one()
    return found


def move_end(engine: Engine, ahead: timedelta) -> None:
    """Let the lease end so far from now."""
    with open_writer(engine) as connection:
        connection.execute(update(lease).values(expires_at=datetime.now(UTC) + ahead))


def state_of(engine: Engine) -> str | None:
    taken = read_lease(engine)
    return taken.state if taken else None


def test_a_lease_outlives_two_renewals_that_fail() -> None:
    assert TTL >= 3 * RENEW_EVERY


def test_a_lease_is_read_as_it_stands(clean_engine: Engine) -> None:
    free = state_of(clean_engine)
    own = take_lease(clean_engine, "worker.example:4711:ab12", TTL)
    taken = read_lease(clean_engine)
    run_out(clean_engine)
    left = state_of(clean_engine)
    release_lease(clean_engine, own)

    assert (free, left, state_of(clean_engine)) == (None, "left", None)
    assert taken is not None
    assert abs(taken.until - datetime.now(UTC) - TTL) < timedelta(seconds=10)
    assert taken == TakenLease(
        holder=own.holder, host="worker.example", process=4711, until=taken.until, state="held"
    )


def test_a_lease_without_an_end_belongs_to_nobody(clean_engine: Engine) -> None:
    take_lease(clean_engine, "me", TTL)
    with open_writer(clean_engine) as connection:
        connection.execute(update(lease).values(expires_at=None))

    assert read_lease(clean_engine) is None


@pytest.mark.parametrize(
    ("holder", "host", "process"),
    [
        (name_holder(), socket.gethostname(), os.getpid()),
        ("fd00::1:12:ab", "fd00::1", 12),
        ("worker:12", "worker:12", None),
        ("worker:x:12", "worker:x:12", None),
        ("worker:\u0663:ab", "worker:\u0663:ab", None),
        ("worker", "worker", None),
    ],
    ids=["ours", "an address", "no process", "a colon in it", "no ASCII digits", "a bare name"],
)
def test_a_holder_names_its_host_and_process(
    clean_engine: Engine, holder: str, host: str, process: int | None
) -> None:
    take_lease(clean_engine, holder, TTL)

    taken = read_lease(clean_engine)

    assert taken is not None
    assert (taken.holder, taken.host, taken.process) == (holder, host, process)


@pytest.mark.parametrize(("minutes", "is_stuck"), [(59, False), (61, True)])
def test_no_lease_ends_more_than_an_hour_ahead(
    clean_engine: Engine, minutes: int, is_stuck: bool
) -> None:
    take_lease(clean_engine, "first:1", TTL)
    move_end(clean_engine, timedelta(minutes=minutes))
    before = until(clean_engine)

    state = state_of(clean_engine)
    with pytest.raises(LeaseHeldError) as refused:
        take_lease(clean_engine, "second:2", TTL)

    assert state == ("stuck" if is_stuck else "held")
    assert ("It was cut to 15 seconds" in str(refused.value)) is is_stuck
    assert (until(clean_engine) != before) is is_stuck


def test_who_is_refused_leaves_the_lease_as_it_is(clean_engine: Engine) -> None:
    take_lease(clean_engine, "first:1", timedelta(hours=3))
    before = until(clean_engine)

    with pytest.raises(LeaseHeldError, match="lease runs out by itself"):
        take_lease(clean_engine, "second:2", timedelta(hours=3))

    assert until(clean_engine) == before


def test_a_lease_that_is_given_back_ends_with_that(clean_engine: Engine) -> None:
    release_lease(clean_engine, take_lease(clean_engine, "me", TTL))

    with open_reader(clean_engine) as connection:
        row = connection.execute(select(lease.c.holder, lease.c.expires_at)).one()
    assert tuple(row) == (None, None)


def test_another_lease_beside_it_is_left_alone(clean_engine: Engine) -> None:
    other = {"name": "another", "holder": "first:1", "token": 7, "expires_at": None}
    with open_writer(clean_engine) as connection:
        connection.execute(insert(lease).values(**other))

    own = take_lease(clean_engine, "first:1", TTL)
    assert renew_lease(clean_engine, own, TTL)
    assert state_of(clean_engine) == "held"
    release_lease(clean_engine, own)

    with open_reader(clean_engine) as connection:
        row = connection.execute(select(lease).where(lease.c.name == "another")).one()
    assert dict(row._mapping) == other
