"""A place to run Headway in: a sample Jira, two databases, a rule book, and the command itself."""

import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import Engine, text

from models.errors import TryLaterError
from models.tables import clean, state
from sync.cli import run
from sync.pipeline.context import Context, open_context
from sync.pipeline.run.run import run_once
from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from sync.settings.settings import read_settings
from sync.store.clean.readers_file import place_truth
from sync.store.db.addresses import parse_url
from sync.store.db.engines import build_reader, open_reader
from tests.companies import a_company
from tests.databases import (
    NO_CONTENT,
    DatabaseTemplates,
    Urls,
    move_site,
    name_prefix,
    name_prefixes,
)
from tests.postgres import Postgres
from tests.sync.jira.reading import AUTHORITY, ONCE

Dialect = Literal["cloud", "datacenter"]

MIGRATED: tuple[str, ...] = ()
PUBLISHED = ("sync",)
"""Commands that were carried out in databases at the newest schema."""


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass
class Place:
    """Run commands with `headway(...)`; look at the databases with `rows(...)`."""

    folder: Path
    clean_url: str
    state_url: str
    jira: SampleJira
    company: Company
    capture: pytest.CaptureFixture[str]
    settings: dict[str, str | None] = field(default_factory=dict)

    def headway(self, *arguments: str, **settings: str | None) -> Said:
        """Run one command; settings by their name in lower case, None unsets."""
        self.write_settings(**settings)
        return self.carry_out(*arguments)

    def carry_out(self, *arguments: str) -> Said:
        """Run one command with the file `env` as it stands."""
        self.capture.readouterr()
        code = run(["--env-file", str(self.folder / "env"), *arguments])
        said = self.capture.readouterr()
        return Said(code, said.out, said.err)

    @contextmanager
    def open_context(self, **settings: str | None) -> Iterator[Context]:
        """What a command works with, for a run that is called and not commanded."""
        self.write_settings(**settings)
        with open_context(read_settings({}, self.folder / "env")) as context:
            yield context

    def run_unanswered(self) -> TryLaterError:
        """What ends a run whose Jira refuses the connection; a command would try for seconds."""
        with (
            self.open_context(jira_url="http://127.0.0.1:9") as context,
            pytest.raises(TryLaterError) as ended,
        ):
            run_once(context, retry_policy=ONCE)
        return ended.value

    def write_settings(self, **settings: str | None) -> None:
        """Write the file `env`, for a command in a process of its own."""
        values = self._defaults() | self.settings | settings
        lines = [f"HEADWAY_{k.upper()}={v}" for k, v in values.items() if v is not None]
        (self.folder / "env").write_text("\n".join(lines))

    def rows(self, query: str) -> list[Mapping[str, Any]]:
        """Rows of the clean database; `{v}` is the prefix of the views, `{t}` of the tables."""
        url = self.truth_url if "{t}" in query else self.clean_url
        return _rows(url, clean.SCHEMA, query, name_prefixes)

    @property
    def truth_url(self) -> str:
        """Where Headway's own tables stand: what readers are given is a copy of some of them."""
        truth = place_truth(parse_url(self.clean_url, "test"))
        return truth.render_as_string(hide_password=False)

    def state_rows(self, query: str) -> list[Mapping[str, Any]]:
        """Rows of the state database; `{t}` is the prefix of its tables."""
        return _rows(
            self.state_url, state.SCHEMA, query, lambda dialect: (name_prefix(dialect), "")
        )

    def published(self) -> list[Mapping[str, Any]]:
        """What readers see, change_seq and all."""
        return self.rows("SELECT * FROM {v}v1_capability ORDER BY capability_id")

    def freshness(self) -> Mapping[str, Any]:
        """The one row of v1_freshness."""
        return self.rows("SELECT * FROM {v}v1_freshness")[0]

    def rules(self, name: str, old: str, new: str) -> None:
        """Edit a rule file: `old` must be there."""
        path = self.folder / "config" / name
        content = path.read_text("utf-8")
        assert old in content
        path.write_text(content.replace(old, new), "utf-8")

    def _defaults(self) -> dict[str, str | None]:
        return {
            "jira_url": self.jira.url,
            "jira_email": self.jira.email if self.jira.view.is_cloud else None,
            "jira_token": self.jira.token,
            "jira_ca_file": str(AUTHORITY),
            "clean_url": self.clean_url,
            "state_url": self.state_url,
            "config_dir": str(self.folder / "config"),
            "clock_tolerance": "none",
        }


def _rows(url: str, schema: str, query: str, prefixes: Any) -> list[Mapping[str, Any]]:
    engine: Engine = build_reader(parse_url(url, "test"), schema)
    tables, views = prefixes(engine.dialect.name)
    try:
        with open_reader(engine) as connection:
            found = connection.execute(text(query.format(t=tables, v=views)))
            return [dict(row) for row in found.mappings()]
    finally:
        engine.dispose()


@contextmanager
def a_place(
    folder: Path,
    urls: Urls,
    capture: pytest.CaptureFixture[str],
    dialect: Dialect = "cloud",
    projects: tuple[str, ...] = (),
    scale: int = 1,
    every: int = 1,
    keep: tuple[str, ...] = (),
) -> Iterator[Place]:
    """A place with the sample company and its own rule book; its databases are what they are.

    `projects` leaves the company the issues of these projects only, `scale` has them there so
    often, `every` leaves it a share of them, and those to `keep`.
    """
    with as_file(files("sync.sample") / "config") as rules:
        shutil.copytree(rules, folder / "config")
    company = a_company(*projects, every=every, scale=scale, keep=keep)
    with SampleJira(company, dialect=dialect) as served:
        place = Place(folder, *urls, served, company, capture)
        place.write_settings()
        yield place


def leave(_: Place) -> None:
    """The company and the rules as they are."""


@dataclass(frozen=True)
class Places:
    """Places where `commands` were carried out before the test: once, and copied since.

    Their companies have every so-manieth of the issues below epics, and those to `keep`. What
    else the company and the rules differ by, `prepare` does to each of them. What `change` did once
    to the databases, after the commands, is copied too.
    """

    templates: DatabaseTemplates
    capture: pytest.CaptureFixture[str]
    commands: tuple[str, ...]
    every: int = 1
    keep: tuple[str, ...] = ()
    prepare: Callable[[Place], None] = leave
    change: Callable[[Place], object] | None = None

    @contextmanager
    def open_place(
        self,
        folder: Path,
        dialect: Dialect = "cloud",
        projects: tuple[str, ...] = (),
        scale: int = 1,
        server: Postgres | None = None,
    ) -> Iterator[Place]:
        """A place as `a_place` gives it, on SQLite or on a PostgreSQL server."""

        def make(urls: Urls) -> None:
            with (
                tempfile.TemporaryDirectory() as elsewhere,
                self._a_place(Path(elsewhere), urls, dialect, projects, scale) as original,
            ):
                for command in self.commands:
                    assert original.headway(*command.split()).code == 0
                if self.change:
                    self.change(original)

        content = self.name_content(dialect, projects, scale)
        with (
            self.templates.copy(content, make, folder, server) as urls,
            self._a_place(folder, urls, dialect, projects, scale) as place,
        ):
            move_site(urls[1], place.jira.url)
            yield place

    def name_content(
        self, dialect: Dialect = "cloud", projects: tuple[str, ...] = (), scale: int = 1
    ) -> Hashable:
        """What databases hold that were copied for such a place: they can be copied again.

        Those that were only migrated are the same whatever their Jira has.
        """
        if not (self.commands or self.change):
            return NO_CONTENT
        made = (self.commands, self.change, self.prepare, self.every, self.keep)
        return (*made, dialect, projects, scale)

    @contextmanager
    def _a_place(
        self, folder: Path, urls: Urls, dialect: Dialect, projects: tuple[str, ...], scale: int
    ) -> Iterator[Place]:
        made = a_place(folder, urls, self.capture, dialect, projects, scale, self.every, self.keep)
        with made as place:
            self.prepare(place)
            yield place
