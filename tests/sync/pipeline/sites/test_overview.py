"""The exit code that says in short how a list fares."""

import pytest

from sync.pipeline.sites.overview import choose_exit_code
from sync.store.clean.freshness import Freshness
from sync.store.state.runs.runs import Run
from tests.builders import AS_OF


def a_run(outcome: str, exit_code: int) -> Run:
    return Run(
        run_id="r",
        started_at=AS_OF,
        finished_at=AS_OF,
        outcome=outcome,
        exit_code=exit_code,
        message=None,
        as_of=None,
        revision=None,
        counts={},
        is_proposed=False,
    )


@pytest.mark.parametrize(
    ("status", "runs", "code"),
    [
        ("current", [("published", 0)], 0),
        ("held", [("held", 3)], 3),
        ("partial", [("partial", 77)], 77),
        ("partial", [("partial", 3)], 3),
        ("partial", [("partial", 75), ("partial", 77)], 75),
        ("partial", [("approved", 0), ("partial", 3)], 3),
        ("partial", [("approved", 0)], 77),
        ("failing", [("failed", 74), ("failed", 77)], 74),
    ],
)
def test_it_is_that_of_the_run_which_left_the_list_so(
    status: str, runs: list[tuple[str, int]], code: int
) -> None:
    head = Freshness(
        revision=1,
        change_seq=1,
        as_of=AS_OF,
        checked_at=AS_OF,
        published_at=AS_OF,
        stale_after=AS_OF,
        is_stale=False,
        status=status,
        row_count=1,
    )

    assert choose_exit_code(head, [a_run(*each) for each in runs]) == code
