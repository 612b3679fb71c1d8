"""A list to read, on each kind of database in turn; made once for all recipes."""

from collections.abc import Iterator

import pytest

from tests.conftest import KINDS
from tests.databases import DatabaseTemplates
from tests.recipes.lists import PublishedList, published_list


@pytest.fixture(scope="session", params=list(KINDS))
def listed(
    request: pytest.FixtureRequest,
    templates: DatabaseTemplates,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PublishedList]:
    """A fresh list that nobody publishes to meanwhile."""
    is_server = request.param == "postgresql"
    server = request.getfixturevalue("postgres_server") if is_server else None
    with published_list(templates, tmp_path_factory.mktemp("list"), server) as found:
        yield found
