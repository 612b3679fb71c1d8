"""Mirrors in their first publication, to change from there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sync.pipeline.context import Context
from sync.settings.settings import read_settings
from tests.databases import DatabaseTemplates, Urls, both_databases, open_databases
from tests.postgres import Postgres
from tests.sync.pipeline.incremental.changing import Changing


@dataclass
class Beginnings:
    """Mirrors in their first publication, which was made once and is copied since."""

    templates: DatabaseTemplates
    first: dict[str, Changing] = field(default_factory=dict)

    @contextmanager
    def changing(self, folder: Path, server: Postgres | None = None) -> Iterator[Changing]:
        """One of them, on SQLite or on a server."""

        def begin(urls: Urls) -> None:
            with both_databases(*urls), opened(urls) as context:
                self.first["site"] = Changing(context)
                self.first["site"].begin()

        with self.templates.copy("changing", begin, folder, server) as urls, opened(urls) as found:
            first = self.first["site"]
            yield Changing(found, first.as_of, first.walk, dict(first.issues))


@contextmanager
def opened(urls: Urls) -> Iterator[Context]:
    settings = dict(zip(("HEADWAY_CLEAN_URL", "HEADWAY_STATE_URL"), urls, strict=True))
    with open_databases(*urls) as engines:
        yield Context(read_settings(settings), *engines)
