"""A few issues of the sample company: enough to change in every way, few enough to read often."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.sample.company.company import Company
from tests.companies import a_tiny_company
from tests.sync.pipeline.pull.site import Dialect, MirroredSite, mirrored


@pytest.fixture
def tiny() -> Company:
    """A company of some sixty issues, free to be edited."""
    return a_tiny_company()


@pytest.fixture(params=["cloud", "datacenter"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Both kinds of Jira in turn."""
    found: Dialect = request.param
    return found


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where mirrors are that were read once, to be copied for each test."""
    return tmp_path_factory.mktemp("mirrors")


@pytest.fixture
def site(
    tiny: Company, dialect: Dialect, tmp_path: Path, originals: Path
) -> Iterator[MirroredSite]:
    """The tiny company's Jira, and a mirror that was read once."""
    with mirrored(tiny, dialect, tmp_path, originals / dialect) as found:
        yield found
