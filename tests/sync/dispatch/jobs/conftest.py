"""A jobs database of each test's own."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from sync.dispatch.jobs.database import build_jobs_engine, migrate_jobs_database
from sync.store.db.addresses import parse_url
from tests.postgres import Postgres


@pytest.fixture(scope="session")
def jobs_template(postgres_server: Postgres) -> str:
    """The address of a migrated jobs database that nobody is connected to."""
    address = postgres_server.create_database()
    engine = build_jobs_engine(parse_url(address, "test"))
    migrate_jobs_database(engine)
    engine.dispose()
    return address


@pytest.fixture
def jobs_address(postgres_server: Postgres, jobs_template: str) -> Iterator[str]:
    """The address of a copy."""
    with postgres_server.fresh_database(jobs_template) as address:
        yield address


@pytest.fixture
def jobs_engine(jobs_address: str) -> Iterator[Engine]:
    """An engine for the copy."""
    engine = build_jobs_engine(parse_url(jobs_address, "test"))
    yield engine
    engine.dispose()
