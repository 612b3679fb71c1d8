"""Places for whole runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.place import Dialect, Place, a_place


@pytest.fixture
def place(
    tmp_path: Path,
    database_url: str,
    other_database_url: str,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Place]:
    """A migrated place on each kind of database, with a sample Jira Cloud."""
    with a_place(tmp_path, (database_url, other_database_url), capsys) as found:
        assert found.headway("migrate").code == 0
        yield found


@pytest.fixture
def small_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Place]:
    """A migrated place on SQLite alone, for what does not depend on the database."""
    urls = (f"sqlite:///{tmp_path}/clean.db", f"sqlite:///{tmp_path}/internal/state.db")
    with a_place(tmp_path, urls, capsys) as found:
        assert found.headway("migrate").code == 0
        yield found


@pytest.fixture
def tiny_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Place]:
    """Like `small_place`, with the backlog of a single project."""
    urls = (f"sqlite:///{tmp_path}/clean.db", f"sqlite:///{tmp_path}/internal/state.db")
    with a_place(tmp_path, urls, capsys, projects=("ID",)) as found:
        assert found.headway("migrate").code == 0
        yield found


@pytest.fixture(params=["cloud", "datacenter"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Both kinds of Jira in turn."""
    found: Dialect = request.param
    return found
