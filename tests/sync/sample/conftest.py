"""A fresh company and a running sample Jira of either kind for each test that asks."""

import pickle
from collections.abc import Iterator

import pytest

from sync.sample.company.company import Company, build_company
from sync.sample.server.server import SampleJira


@pytest.fixture(scope="session")
def pristine() -> bytes:
    """The company of the default seed, grown once."""
    return pickle.dumps(build_company())


@pytest.fixture
def company(pristine: bytes) -> Company:
    """The company of the default seed, free to be edited."""
    grown = pickle.loads(pristine)
    assert isinstance(grown, Company)
    return grown


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
