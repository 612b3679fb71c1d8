"""The sample Jira behind Atlassian's contract, in both dialects."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from sync.sample.server.server import SampleJira
from tests.contracts.prism import install, judging
from tests.contracts.sharpening import FILES, Dialect, sharpened
from tests.contracts.witness import Witness
from tests.outside import contract_file

Witnessing = Callable[[SampleJira], AbstractContextManager[Witness]]


@pytest.fixture(params=["cloud", "datacenter"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Both kinds of Jira in turn."""
    found: Dialect = request.param
    return found


@pytest.fixture
def contract(dialect: Dialect, tmp_path: Path) -> Path:
    """The contract of the test's dialect."""
    original = json.loads(contract_file(FILES[dialect]).read_text("utf-8"))
    written = tmp_path / FILES[dialect]
    written.write_text(json.dumps(sharpened(original, dialect)), "utf-8")
    return written


@pytest.fixture(scope="session")
def prism(request: pytest.FixtureRequest) -> Path:
    """Prism's program, kept beside what pytest keeps."""
    return install(request.config.cache.mkdir("headway-prism"))


@pytest.fixture
def witnessing(contract: Path, prism: Path) -> Witnessing:
    """Put the contract before a Jira of the test's dialect."""

    @contextmanager
    def stand_before(jira: SampleJira) -> Iterator[Witness]:
        with judging(prism, contract, jira.url) as address, Witness(address, jira.url) as observe:
            yield observe

    return stand_before
