"""Many lists on two workers, one of them killed and one frozen: real processes and databases."""

from pathlib import Path

import pytest

from tests.losing_workers import prove_nothing_is_lost
from tests.postgres import Postgres

LISTS = 200


@pytest.mark.all
def test_each_is_published_once_though_a_worker_is_killed_and_one_frozen(
    tmp_path: Path, postgres_server: Postgres
) -> None:
    losses = prove_nothing_is_lost(tmp_path, postgres_server, LISTS, slots=2)

    assert losses.exit_codes == [0, 0]
    assert losses.seconds["both workers ended after"] < 10
    assert max(losses.peaks) < 400
