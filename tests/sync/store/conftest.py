"""Engines for tests of the store."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.databases import both_databases


@pytest.fixture
def engines(database_url: str, other_database_url: str) -> Iterator[tuple[Engine, Engine]]:
    """The clean and the state database, on each kind in turn."""
    with both_databases(database_url, other_database_url) as found:
        yield found


@pytest.fixture
def clean_engine(engines: tuple[Engine, Engine]) -> Engine:
    """The clean database."""
    return engines[0]


@pytest.fixture
def state_engine(engines: tuple[Engine, Engine]) -> Engine:
    """The state database."""
    return engines[1]
