import pytest
from structlog.testing import capture_logs

from models.errors import DatabaseError, Problem
from sync.pipeline.record.failures import keep_going


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (DatabaseError(Problem("clean database", "does not answer")), "board.not-written"),
        (ZeroDivisionError("by chance"), "board.bug"),
    ],
    ids=["told what is wrong", "bug"],
)
def test_what_follows_a_run_fails_by_itself(error: Exception, event: str) -> None:
    with capture_logs() as log:
        with keep_going(failed="board.not-written", bug="board.bug"):
            raise error
        log.append({"event": "the run goes on"})

    assert [line["event"] for line in log] == [event, "the run goes on"]


def test_being_stopped_is_no_failure() -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        keep_going(failed="board.not-written", bug="board.bug"),
    ):
        raise KeyboardInterrupt
