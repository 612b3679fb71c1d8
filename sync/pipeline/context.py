"""The settings and the two databases that every command works with, opened and closed together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from models.errors import Problem, UsageError
from models.tables import clean, state
from sync.crash_points import pass_crash_point
from sync.settings.settings import Settings
from sync.store.clean.readers_file import (
    check_files_differ,
    check_readers_file,
    find_readers_file,
    place_truth,
    write_readers_file,
)
from sync.store.clean.readers_role import RoleGrant, grant_views
from sync.store.db.engines import build_engine, build_reader
from sync.store.db.schemas import check_revision, check_schema, migrate_database
from sync.store.state.mirror import Mirror
from sync.store.state.mirror_rows import SiteRecord
from sync.store.state.site import SiteStore


@dataclass(frozen=True)
class Context:
    """The settings and the two databases a run works with."""

    settings: Settings
    clean: Engine
    state: Engine

    @property
    def mirror(self) -> Mirror:
        """The mirror of the configured site."""
        return Mirror(self.state, self.settings.site)

    @property
    def site_store(self) -> SiteStore:
        """What is kept of the configured site itself."""
        return SiteStore(self.state, self.settings.site)

    def require_walk(self) -> tuple[SiteRecord, datetime]:
        """The site's record, and when its last whole walk began; UsageError where none did."""
        record = self.site_store.find_record()
        if record is None or record.as_of is None:
            raise UsageError(Problem("mirror", "is empty", "Run `headway sync` first."))
        return record, record.as_of


@contextmanager
def open_context(
    settings: Settings, check: bool = True, reading: bool = False
) -> Iterator[Context]:
    """Open both databases; SettingsError or SchemaError if one cannot be used.

    For `reading` no right to write is needed, and nothing is made. Where the settings name a
    snapshot, they are the two that it stands for.
    """
    if settings.snapshot is not None:
        yield from _open_snapshot(settings, settings.snapshot)
        return
    clean_url, state_url = settings.clean_url, settings.state_url
    check_files_differ(clean_url, state_url)
    build = partial(build_reader, for_one_command=True) if reading else build_engine
    context = Context(
        settings, build(place_truth(clean_url), clean.SCHEMA), build(state_url, state.SCHEMA)
    )
    try:
        if reading:
            check_revision(context.state, state)
            check_revision(context.clean, clean)
        elif check:
            check_schema(context.state, state)
            _check_readers_file(context)
            check_schema(context.clean, clean)
        yield context
    finally:
        context.clean.dispose()
        context.state.dispose()


def _open_snapshot(settings: Settings, path: Path) -> Iterator[Context]:
    from sync.store.snapshot.restore import open_snapshot  # noqa: PLC0415 - few commands need it

    with open_snapshot(path) as restored:
        only = replace(settings.only_site, name=restored.site, projects=restored.projects)
        then = replace(settings, sites=(only,))
        yield Context(then, restored.clean, restored.state)


class Migrated(NamedTuple):
    """The revision of each place, and what the readers' role may; None where there are no roles."""

    places: dict[str, str]
    readers: RoleGrant | None


def migrate_databases(context: Context) -> Migrated:
    """Bring both databases to the newest schema, and readers a file or the right to read."""
    _check_readers_file(context)
    places = migrate_database(context.clean, context.state)
    write_readers_file(context.clean)
    migrated = Migrated(places, grant_views(context.clean, context.settings.readers_role))
    pass_crash_point("migrate.done")
    return migrated


def _check_readers_file(context: Context) -> None:
    path = find_readers_file(context.clean)
    if path is not None:
        check_readers_file(path)
