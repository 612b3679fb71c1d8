"""The right to read one of several sites begins above its fence, and is of that site alone."""

from typing import Any

import pytest
from sqlalchemy import Engine, select

from models.errors import LeaseHeldError
from models.tables import state
from sync.pipeline.run.pull_lease import find_pull_lease
from sync.store.clean.lease import TTL, read_lease, release_lease, take_lease
from sync.store.db.engines import open_reader
from sync.store.state.site.pull_lease import ensure_lease_row
from sync.store.state.site.site import SiteStore
from tests.variants import on_sqlite_first

pytestmark = on_sqlite_first
SITES = ("another", "main", "other")


def rows(engine: Engine) -> dict[str, tuple[Any, ...]]:
    """Who has each lease, and the last token of it."""
    c = state.lease.c
    with open_reader(engine) as connection:
        query = select(c.name, c.holder, c.token)
        return {name: (holder, token) for name, holder, token in connection.execute(query)}


def fences(engine: Engine) -> dict[str, int]:
    c = state.site.c
    with open_reader(engine) as connection:
        return {row.site: row.fence for row in connection.execute(select(c.site, c.fence))}


@pytest.fixture
def fenced(state_engine: Engine) -> Engine:
    """Three sites, each read under a lease of its own before."""
    for site, fence in zip(SITES, (90, 7, 80), strict=True):
        store = SiteStore(state_engine, site)
        store.ensure_record()
        store.take_fence(fence)
    return state_engine


def test_a_row_is_made_once_above_the_fence_of_its_site(fenced: Engine) -> None:
    ensure_lease_row(fenced, "other")
    ensure_lease_row(fenced, "main")
    before = rows(fenced)
    take_lease(fenced, "me:1", TTL, find_pull_lease("main"))
    ensure_lease_row(fenced, "main")

    assert before == {"other": (None, 80), "main": (None, 7)}
    assert rows(fenced) == {"other": (None, 80), "main": ("me:1", 8)}


def test_a_site_that_nobody_read_begins_with_the_first_token(state_engine: Engine) -> None:
    ensure_lease_row(state_engine, "main")

    assert rows(state_engine) == {"main": (None, 0)}


def test_who_takes_the_lease_of_a_site_fences_that_site(fenced: Engine) -> None:
    for site in SITES:
        ensure_lease_row(fenced, site)

    lease = take_lease(fenced, "me:1", TTL, find_pull_lease("main"))

    assert lease.token == 8
    assert fences(fenced) == {"another": 90, "main": 8, "other": 80}
    with pytest.raises(LeaseHeldError, match=r"^lease of site main: belongs to me:1 until"):
        take_lease(fenced, "you:2", TTL, find_pull_lease("main"))
    assert take_lease(fenced, "you:2", TTL, find_pull_lease("other")).token == 81
    release_lease(fenced, lease)
    assert read_lease(fenced, find_pull_lease("main")) is None
    assert read_lease(fenced, find_pull_lease("other")) is not None
