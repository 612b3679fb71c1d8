"""A fresh company and a running sample Jira of either kind for each test that asks."""

from collections.abc import Iterator

import pytest

from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from tests.companies import a_company


@pytest.fixture
def company() -> Company:
    """The company of the default seed, free to be edited."""
    return a_company()


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
