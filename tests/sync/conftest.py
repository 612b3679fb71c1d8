"""Databases and mirrors for tests of what stands on the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.pipeline.context import Context
from sync.settings.settings import read_settings
from tests.databases import DatabaseTemplates, Urls, both_databases, open_databases
from tests.postgres import Postgres
from tests.sync.pipeline.incremental.beginnings import Beginnings


@pytest.fixture(scope="session")
def beginnings(templates: DatabaseTemplates) -> Beginnings:
    """One for the whole session: each would make the same databases anew."""
    return Beginnings(templates)


@pytest.fixture
def engines(
    templates: DatabaseTemplates, tmp_path: Path, database_server: Postgres | None
) -> Iterator[tuple[Engine, Engine]]:
    """The clean and the state database at the newest schema, on each kind in turn."""

    def migrate(urls: Urls) -> None:
        with both_databases(*urls):
            pass

    with (
        templates.copy("migrated", migrate, tmp_path, database_server) as urls,
        open_databases(*urls) as found,
    ):
        yield found


@pytest.fixture
def clean_engine(engines: tuple[Engine, Engine]) -> Engine:
    """The clean database."""
    return engines[0]


@pytest.fixture
def state_engine(engines: tuple[Engine, Engine]) -> Engine:
    """The state database."""
    return engines[1]


@pytest.fixture
def context(engines: tuple[Engine, Engine]) -> Context:
    """Both databases, with the settings of a site that is named `main`."""
    return Context(read_settings({}), *engines)
