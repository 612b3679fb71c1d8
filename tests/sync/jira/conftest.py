"""The made-up company's Jira, in both dialects, for tests that read it."""

import pickle
from collections.abc import Iterator

import pytest

from sync.sample.company.company import Company, build_company
from sync.sample.server.server import SampleJira


@pytest.fixture(scope="session")
def grown() -> bytes:
    """The company of the default seed, grown once."""
    return pickle.dumps(build_company())


@pytest.fixture
def company(grown: bytes) -> Company:
    """The company of the default seed, free to be edited."""
    company = pickle.loads(grown)
    assert isinstance(company, Company)
    return company


@pytest.fixture(scope="session")
def grown_small(grown: bytes) -> bytes:
    """Two projects of the company alone: some six pages on either kind of Jira."""
    company = pickle.loads(grown)
    for issue in list(company.issues.values()):
        if issue.project not in ("RPT", "INT"):
            company.remove(issue.id)
    return pickle.dumps(company)


@pytest.fixture
def small(grown_small: bytes) -> Company:
    """A small part of the company, free to be edited."""
    company = pickle.loads(grown_small)
    assert isinstance(company, Company)
    return company


@pytest.fixture
def cloud(small: Company) -> Iterator[SampleJira]:
    """The small company's Jira as Cloud."""
    with SampleJira(small, "cloud") as jira:
        yield jira


@pytest.fixture
def datacenter(small: Company) -> Iterator[SampleJira]:
    """The small company's Jira as Data Center, a hundred issues a page."""
    with SampleJira(small, "datacenter", page_cap=100) as jira:
        yield jira


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> SampleJira:
    """Either kind in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, SampleJira)
    return found
