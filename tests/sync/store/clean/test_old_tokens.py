"""A worker that was overtaken writes nothing, however often and at whatever moment it tries."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.engine import URL

from models.errors import LeaseHeldError
from models.tables import clean
from sync.store.clean.lease import TTL, take_lease
from sync.store.db.engines import build_engine, open_writer
from tests.sync.store.clean.test_publish import a_plan, a_row, everything, publish_now

ROUNDS = 100
"""Publications under an old token, of each way in which one comes to be old."""
OVER = timedelta(seconds=-1)
"""A lease of this length has run out when it is taken."""


@pytest.mark.all
def test_of_two_hundred_publications_under_an_old_token_none_writes(clean_engine: Engine) -> None:
    """Half of them begin after another worker took over, half while it is just doing so."""
    publish_now(clean_engine, a_plan(a_row()), take_lease(clean_engine, "me", OVER).token)
    before = everything(clean_engine)
    refused = 0
    for _ in range(ROUNDS):
        old = take_lease(clean_engine, "me", OVER).token
        take_lease(clean_engine, "other", OVER)
        refused += is_refused(clean_engine, old)
    for _ in range(ROUNDS):
        refused += is_refused_while_overtaken(clean_engine)

    assert refused == 2 * ROUNDS
    assert everything(clean_engine) == before
    assert not is_refused(clean_engine, take_lease(clean_engine, "me", TTL).token)


def is_refused_while_overtaken(engine: Engine) -> bool:
    """Whether a publication is refused that waits for the worker which is taking over."""
    old = take_lease(engine, "me", OVER).token
    with ThreadPoolExecutor(1) as other:
        with open_writer(engine) as connection:
            connection.execute(update(clean.head).values(fence=old + 1))
            waits = other.submit(is_refused_elsewhere, engine.url, old)
            with suppress(TimeoutError):
                waits.result(timeout=0.02)
        return waits.result()


def is_refused_elsewhere(url: URL, token: int) -> bool:
    """The same, of a worker with a connection of its own."""
    engine = build_engine(url, clean.SCHEMA)
    try:
        return is_refused(engine, token)
    finally:
        engine.dispose()


def is_refused(engine: Engine, token: int) -> bool:
    """Whether a publication under that token is refused."""
    try:
        publish_now(engine, a_plan(a_row("passkeys", aliases=()), base=1), token)
    except LeaseHeldError:
        return True
    return False
