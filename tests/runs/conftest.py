"""Places for whole runs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.companies import SHARE
from tests.databases import DatabaseTemplates
from tests.examples import is_long
from tests.postgres import Postgres
from tests.runs.place import MIGRATED, PUBLISHED, Dialect, Place, Places

LISTS = """
sites:
  - {{name: main, jira_url: "{url}", jira_token: MAIN_TOKEN}}
  - {{name: east, jira_url: "https://east.example", jira_token: EAST_TOKEN}}
lists:
  - {{name: acme, sites: main, clean_url: "{clean}", state_url: "{state}"}}
  - {{name: globex, sites: east, clean_url: "sqlite:///{folder}/gone/clean.db",
      state_url: "sqlite:///{folder}/gone/state.db"}}
  - {{name: third, sites: east, clean_url: "sqlite:///{folder}/third/clean.db",
      state_url: THIRD_STATE_URL}}
"""


@pytest.fixture
def places(
    templates: DatabaseTemplates,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Places:
    """Opens places as the test finds them: migrated, or published where it is marked so."""
    node = request.node
    is_published = node.get_closest_marker("published")
    is_whole = is_long() or node.get_closest_marker("whole_backlog")
    return Places(
        templates, capsys, PUBLISHED if is_published else MIGRATED, 1 if is_whole else SHARE
    )


@pytest.fixture
def place(places: Places, tmp_path: Path, database_server: Postgres | None) -> Iterator[Place]:
    """A place on each kind of database, with a sample Jira Cloud."""
    with places.open_place(tmp_path, server=database_server) as found:
        yield found


@pytest.fixture
def small_place(places: Places, tmp_path: Path) -> Iterator[Place]:
    """A place on SQLite alone, for what does not depend on the database."""
    with places.open_place(tmp_path) as found:
        yield found


@pytest.fixture
def tiny_place(places: Places, tmp_path: Path) -> Iterator[Place]:
    """Like `small_place`, with the backlog of a single project."""
    with places.open_place(tmp_path, projects=("ID",)) as found:
        yield found


@pytest.fixture
def published(places: Places, tmp_path: Path) -> Iterator[Place]:
    """Like `tiny_place`, and one good run has been published there."""
    with replace(places, commands=PUBLISHED).open_place(tmp_path, projects=("ID",)) as found:
        yield found


@pytest.fixture
def lists(published: Place) -> Place:
    """A place with a list that is published, one that was never made, one that lacks a secret."""
    path = published.folder / "sites.yaml"
    text = LISTS.format(
        url=published.jira.url,
        clean=published.clean_url,
        state=published.state_url,
        folder=published.folder,
    )
    path.write_text(text)
    (published.folder / "env").write_text(f"HEADWAY_SITES_FILE={path}\nMAIN_TOKEN=t\n")
    return published


@pytest.fixture
def two_projects(places: Places, tmp_path: Path) -> Iterator[Place]:
    """A place on SQLite with two projects, published once."""
    kept = replace(places, commands=PUBLISHED)
    with kept.open_place(tmp_path, projects=("ID", "PAY")) as found:
        yield found


@pytest.fixture
def each_published(
    places: Places, tmp_path: Path, database_server: Postgres | None
) -> Iterator[Place]:
    """Like `published`, on each kind of database."""
    tiny = replace(places, commands=PUBLISHED)
    with tiny.open_place(tmp_path, projects=("ID",), server=database_server) as found:
        yield found


@pytest.fixture
def watched(
    places: Places, tmp_path: Path, dialect: Dialect, database_server: Postgres | None
) -> Iterator[Place]:
    """A place that has published once, on both kinds of Jira and of databases."""
    with replace(places, commands=PUBLISHED).open_place(
        tmp_path, dialect, projects=("ID", "PAY"), server=database_server
    ) as place:
        yield place


@pytest.fixture(params=["cloud", "datacenter"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Both kinds of Jira in turn."""
    found: Dialect = request.param
    return found
