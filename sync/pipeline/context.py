"""The settings and the two databases that every command works with, opened and closed together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from models.capability import PublishedState
from models.errors import Problem, UsageError
from models.tables import clean, state
from sync.crash_points import pass_crash_point
from sync.settings.settings import Settings
from sync.settings.site import SiteSettings
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
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.mirror.rows import SiteRecord
from sync.store.state.site.site import SiteStore

ALL_SITES = "*"
"""Whose run it is that several sites feed: no site can be called so."""


def name_runs(settings: Settings) -> str:
    """Under which name the runs of a list are recorded."""
    names = settings.site_names
    return names[0] if len(names) == 1 else ALL_SITES


@dataclass(frozen=True)
class Context:
    """The settings and the two databases a run works with.

    `left` are sites that feed the list and are in the settings no more.
    """

    settings: Settings
    clean: Engine
    state: Engine
    left: tuple[str, ...] = ()

    @property
    def sites(self) -> tuple[str, ...]:
        """What the sites that feed the list are called, those that left it at the end."""
        return (*self.settings.site_names, *self.left)

    @property
    def is_shared(self) -> bool:
        """Whether several sites feed the list: keys, teams and projects are named with theirs."""
        return len(self.sites) > 1

    @property
    def mirror(self) -> Mirror:
        """The mirror of all that feeds the list."""
        return Mirror(self.state, *self.sites)

    @property
    def site_store(self) -> SiteStore:
        """What is kept of the only site itself."""
        return SiteStore(self.state, self.settings.site)

    @property
    def run_site(self) -> str:
        """Whose runs are recorded: the only site's, or those of the list as a whole."""
        return name_runs(self.settings)

    @property
    def first(self) -> "Context":
        """The same for the first site alone, for what is kept with each of them alike."""
        return self.narrow(self.sites[0])

    def invalidate_translation(self) -> None:
        """Forget what the last translation came to: the next one is of everything."""
        for part in self.list_parts():
            part.site_store.invalidate_translation()

    def narrow(self, site: str) -> "Context":
        """The same for one of the sites alone, one that left too."""
        if self.sites == (site,):
            return self
        named = [each for each in self.settings.sites if each.name == site]
        only = named[0] if named else SiteSettings(name=site)
        return replace(self, settings=replace(self.settings, sites=(only,)), left=())

    def list_parts(self) -> tuple["Context", ...]:
        """The same for each of the sites."""
        return tuple(map(self.narrow, self.sites))

    def with_left(self, published_state: PublishedState) -> "Context":
        """The same with the sites that feed what is published, and are in the settings no more."""
        left = tuple(sorted(published_state.list_sites() - set(self.settings.site_names)))
        return self if left == self.left else replace(self, left=left)

    def require_walk(self) -> tuple[SiteRecord, datetime]:
        """The only site's record, and when its last whole walk began; UsageError where none did."""
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
        then = replace(
            settings,
            sites=tuple(
                replace(settings.sites[0], name=name, projects=projects)
                for name, projects in restored.sites.items()
            ),
        )
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
