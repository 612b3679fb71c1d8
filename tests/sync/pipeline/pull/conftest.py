"""A few issues of the sample company: enough to change in every way, few enough to read often."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.sample.company.company import Company
from tests.companies import a_company
from tests.sync.pipeline.pull.site import Dialect, MirroredSite, mirrored

PROJECTS = {"RPT": 25, "INT": 25, "ID": 15}
"""How many issues are left of each project."""


class Grown:
    """A company to begin with again and again; short to print where an example is told."""

    def __init__(self, company: Company) -> None:
        self._company = pickle.dumps(company)

    def anew(self) -> Company:
        """The company, free to be edited."""
        company = pickle.loads(self._company)
        assert isinstance(company, Company)
        return company


@pytest.fixture(scope="session")
def grown_tiny() -> Grown:
    """The small company, grown once: epics with their children, and sub-tasks."""
    company = a_company()
    left = dict(PROJECTS)
    for issue in sorted(company.issues.values(), key=lambda issue: (-issue.level, issue.id)):
        stays = left.get(issue.project, 0) > 0
        left[issue.project] = left.get(issue.project, 0) - 1
        if not stays:
            company.remove(issue.id)
    return Grown(company)


@pytest.fixture
def tiny(grown_tiny: Grown) -> Company:
    """A company of some sixty issues, free to be edited."""
    return grown_tiny.anew()


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
