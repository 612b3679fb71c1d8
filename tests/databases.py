"""Migrated databases for tests, and copies of such as were made once for many tests."""

import shutil
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, select, update

from models.tables import clean, state
from sync.store.clean.readers_file import place_truth, write_readers_file
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_engine, open_writer
from sync.store.db.schemas import migrate_database
from tests.postgres import Postgres

CLEAN, STATE = "clean.db", "internal/state.db"
NO_CONTENT = ()
"""What is in databases at the newest schema that nothing was written to."""
ONE_SITE = "main"
"""What the site is called where there is one, and nobody says how."""

Urls = tuple[str, str]
"""The addresses of a clean and a state database."""


def name_prefixes(dialect: str) -> tuple[str, str]:
    """What stands before the clean database's base tables and views in plain SQL."""
    return (f"{clean.SCHEMA}.", f"{clean.VIEWS_SCHEMA}.") if dialect == "postgresql" else ("", "")


def name_prefix(dialect: str) -> str:
    """What stands before the state database's tables in plain SQL."""
    return f"{state.SCHEMA}." if dialect == "postgresql" else ""


@contextmanager
def open_databases(clean_url: str, state_url: str) -> Iterator[tuple[Engine, Engine]]:
    """The clean and the state database as they are, closed at the end."""
    engines = (
        build_engine(place_truth(parse_url(clean_url, "clean")), clean.SCHEMA),
        build_engine(parse_url(state_url, "state"), state.SCHEMA),
    )
    try:
        yield engines
    finally:
        for engine in engines:
            engine.dispose()


@contextmanager
def both_databases(clean_url: str, state_url: str) -> Iterator[tuple[Engine, Engine]]:
    """The same at the newest schema."""
    with open_databases(clean_url, state_url) as engines:
        migrate_database(*engines)
        write_readers_file(engines[0])
        yield engines


def sqlite_urls(folder: Path) -> Urls:
    """The addresses of both databases in a folder; their files need not be there."""
    return f"sqlite:///{folder / CLEAN}", f"sqlite:///{folder / STATE}"


@dataclass
class DatabaseTemplates:
    """Pairs of databases that are made once, by whoever needs one first, and copied for each test.

    They are known by what is in them, and made by a function that is given two migrated databases.
    SQLite's stand in `folder`; PostgreSQL's go with their server.
    """

    folder: Path
    made: dict[Hashable, Urls] = field(default_factory=dict)

    @contextmanager
    def copy(
        self,
        content: Hashable,
        make: Callable[[Urls], object],
        folder: Path,
        server: Postgres | None = None,
    ) -> Iterator[Urls]:
        """A copy in `folder`, or on the server, where it is gone afterwards."""
        originals = self._find_or_make(content, make, server)
        if server is None:
            shutil.copytree(_folder_of(originals), folder, dirs_exist_ok=True)
            yield sqlite_urls(folder)
        else:
            with ExitStack() as copies:
                fresh = [copies.enter_context(server.fresh_database(url)) for url in originals]
                yield fresh[0], fresh[1]

    def copy_migrated(
        self, folder: Path, server: Postgres | None = None
    ) -> AbstractContextManager[Urls]:
        """Two databases at the newest schema, and nothing in them."""
        return self.copy(NO_CONTENT, _migrate, folder, server)

    def _find_or_make(
        self, content: Hashable, make: Callable[[Urls], object], server: Postgres | None
    ) -> Urls:
        known = ("postgresql" if server else "sqlite", content)
        if known not in self.made:
            if content == NO_CONTENT:
                urls = self._new_pair(server, None)
                _migrate(urls)
            else:
                urls = self._new_pair(server, self._find_or_make(NO_CONTENT, make, server))
                make(urls)
            self.made[known] = urls
        return self.made[known]

    def _new_pair(self, server: Postgres | None, originals: Urls | None) -> Urls:
        """Two empty databases, or copies of others."""
        if server:
            clean_url, state_url = originals or (None, None)
            return server.create_database(clean_url), server.create_database(state_url)
        folder = self.folder / str(len(self.made))
        if originals:
            shutil.copytree(_folder_of(originals), folder)
        return sqlite_urls(folder)


def _migrate(urls: Urls) -> None:
    with both_databases(*urls):
        pass


def _folder_of(urls: Urls) -> Path:
    return Path(urls[0].removeprefix("sqlite:///")).parent


def move_site(state_url: str, address: str, name: str = ONE_SITE) -> None:
    """Let a copied mirror know its Jira by another address: no run asks whether it has moved."""
    engine = build_engine(parse_url(state_url, "state"), state.SCHEMA)
    known = state.site.c.site == name
    try:
        with open_writer(engine) as connection:
            profile = connection.execute(select(state.site.c.profile).where(known)).scalar()
            if profile:
                moved = profile | {"address": address, "reached": address}
                connection.execute(update(state.site).where(known).values(profile=moved))
    finally:
        engine.dispose()
