"""Sites that a test may change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.sync.pipeline.incremental.beginnings import Beginnings
from tests.sync.pipeline.incremental.changing import Changing


@pytest.fixture
def site(
    beginnings: Beginnings, tmp_path: Path, database_server: Postgres | None
) -> Iterator[Changing]:
    with beginnings.changing(tmp_path, database_server) as found:
        yield found
