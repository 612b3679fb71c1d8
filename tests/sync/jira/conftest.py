"""The made-up company's Jira, in both dialects, for tests that read it."""

from collections.abc import Iterator

import pytest

from models.backlog import SiteProfile
from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from tests.sync.jira.reading import a_small_company, profile_small


@pytest.fixture
def small() -> Company:
    """The small company, free to be edited."""
    return a_small_company()


@pytest.fixture
def cloud(small: Company) -> Iterator[SampleJira]:
    """The small company's Jira as Cloud."""
    with SampleJira(small, "cloud") as jira:
        yield jira


@pytest.fixture
def datacenter(small: Company) -> Iterator[SampleJira]:
    """The small company's Jira as Data Center, 35 issues a page."""
    with SampleJira(small, "datacenter", page_cap=35) as jira:
        yield jira


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> SampleJira:
    """Either kind in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, SampleJira)
    return found


@pytest.fixture
def profile(jira: SampleJira) -> SiteProfile:
    """What the Jira in turn was found to be, for tests of the walk alone."""
    return profile_small(jira)
