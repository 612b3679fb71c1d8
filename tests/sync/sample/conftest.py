"""A fresh company and a running sample Jira of either kind for each test that asks."""

from collections.abc import Iterator

import pytest

from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from tests.companies import SHARE, a_company
from tests.examples import is_long


@pytest.fixture
def company(request: pytest.FixtureRequest) -> Company:
    """The company of the default seed, or a share of it, free to be edited."""
    is_whole = is_long() or request.node.get_closest_marker("whole_backlog")
    return a_company(every=1 if is_whole else SHARE)


@pytest.fixture
def cloud(company: Company) -> Iterator[SampleJira]:
    """The company's Jira as Cloud."""
    with SampleJira(company, "cloud") as jira:
        yield jira


@pytest.fixture
def datacenter(company: Company) -> Iterator[SampleJira]:
    """The company's Jira as Data Center."""
    with SampleJira(company, "datacenter") as jira:
        yield jira
