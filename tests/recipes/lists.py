"""A published list, and what a recipe needs to read it as a reader does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg
from sqlalchemy import Engine

from sync.store.clean.readers_file import find_readers_file
from sync.store.clean.readers_role import READERS_ROLE, list_creation, list_grants
from tests.databases import DatabaseTemplates, Urls, both_databases, open_databases
from tests.postgres import Postgres
from tests.sync.store.clean.publishing import RandomPublisher, read_views

ROLE = "recipes_reader"


@dataclass
class PublishedList:
    """A list that `publisher` publishes; `file` is the readers' file where it is one."""

    publisher: RandomPublisher
    engine: Engine
    file: Path | None

    @property
    def address(self) -> str:
        """For programs that speak SQLAlchemy."""
        if self.file:
            return f"sqlite:///file:{self.file}?mode=ro&uri=true"
        return self.engine.url.set(username=ROLE).render_as_string(hide_password=False)

    @property
    def plain(self) -> str:
        """For the command lines of both: an address of PostgreSQL's own, or the file."""
        return str(self.file) if self.file else self.address.replace("+psycopg", "")


@contextmanager
def published_list(
    templates: DatabaseTemplates, folder: Path, server: Postgres | None
) -> Iterator[PublishedList]:
    """A list of some rows, some withdrawn, that is fresh; a role like the guide's reads it."""
    with (
        templates.copy("migrated", migrate, folder, server) as urls,
        open_databases(*urls) as (engine, _),
    ):
        if server:
            make_role(engine)
        publisher = RandomPublisher(engine, Random(1))
        for _ in range(12):
            publisher.take_step()
        found = PublishedList(publisher, engine, find_readers_file(engine))
        freshen(found)
        yield found


def migrate(urls: Urls) -> None:
    """Make both databases."""
    with both_databases(*urls):
        pass


def freshen(listed: PublishedList) -> None:
    """Have the list be fresh: by chance a publication is stale at once."""
    while read_views(listed.engine)["freshness"]["is_stale"]:
        listed.publisher.publish(())


def make_role(engine: Engine) -> None:
    """A role as the guide has it, under a name of ours: other tests drop the guide's own."""
    with psycopg.connect(owner_address(engine), autocommit=True) as owner:
        there = owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        for line in (*(() if there else list_creation()), *list_grants()):
            owner.execute(line.replace(READERS_ROLE, ROLE).encode())


def owner_address(engine: Engine) -> str:
    """For psycopg, with all rights."""
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
