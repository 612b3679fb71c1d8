"""The made-up company's Jira, in both dialects, for tests that read it."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from models.backlog import SiteProfile
from sync.jira.describe.profile import profile_site
from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from tests.companies import a_company
from tests.sync.jira.reading import ONCE, site_of


@pytest.fixture
def company() -> Company:
    """The company of the default seed, free to be edited."""
    return a_company()


@pytest.fixture
def small() -> Company:
    """A share of two projects of the company: a few pages on either kind of Jira."""
    return a_company("RPT", "INT", every=6)


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


@pytest.fixture(scope="session")
def profiles() -> dict[str, SiteProfile]:
    """What the small company's Jira was found to be, of either kind: asked for once."""
    return {}


@pytest.fixture
def profile(jira: SampleJira, profiles: dict[str, SiteProfile]) -> SiteProfile:
    """The same of the Jira in turn, for tests of the walk alone."""
    kind = "cloud" if jira.view.is_cloud else "datacenter"
    if kind not in profiles:
        profiles[kind] = profile_site(site_of(jira), ONCE)
    return replace(profiles[kind], address=jira.url, reached=jira.url)
