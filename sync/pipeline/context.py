"""The settings and the two databases that every command works with, opened and closed together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from models.errors import Problem, SettingsError
from models.tables import clean, state
from sync.settings.settings import Settings
from sync.store.db.engines import build_engine
from sync.store.db.schemas import check_schema
from sync.store.state.mirror import Mirror
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


@contextmanager
def open_context(settings: Settings, check: bool = True) -> Iterator[Context]:
    """Open both databases; SettingsError or SchemaError if one cannot be used."""
    clean_url, state_url = settings.clean_url, settings.state_url
    if clean_url == state_url and clean_url.get_backend_name() == "sqlite":
        what = "names the same file as HEADWAY_CLEAN_URL"
        remedy = "Readers of the clean database must not reach the state database."
        raise SettingsError(Problem("HEADWAY_STATE_URL", what, remedy))
    context = Context(
        settings, build_engine(clean_url, clean.SCHEMA), build_engine(state_url, state.SCHEMA)
    )
    try:
        if check:
            check_schema(context.state, state)
            check_schema(context.clean, clean)
        yield context
    finally:
        context.clean.dispose()
        context.state.dispose()
