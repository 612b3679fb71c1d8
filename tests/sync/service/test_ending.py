from collections.abc import Callable
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from models.errors import DatabaseError, Problem, SettingsError
from sync.service.ending import run_to_end


def raising(error: Exception) -> Callable[[], NoReturn]:
    def serve() -> NoReturn:
        raise error

    return serve


@pytest.mark.parametrize(
    ("error", "code", "event"),
    [
        (SettingsError(Problem("HEADWAY_URL", "is not set")), 2, "serve.failed"),
        (OSError(28, "No space left on device"), DatabaseError.exit_code, "serve.failed"),
        (ZeroDivisionError("by chance"), 70, "serve.bug"),
    ],
    ids=["told what is wrong", "machine", "bug"],
)
def test_whatever_ends_a_service_is_an_exit_code_and_one_line(
    error: Exception, code: int, event: str
) -> None:
    with capture_logs() as log:
        ended = run_to_end(raising(error), failed="serve.failed", bug="serve.bug")

    (told,) = log
    assert (ended, told["exit_code"], told["event"]) == (code, code, event)


def test_one_that_was_told_to_stop_ends_as_it_says() -> None:
    assert run_to_end(lambda: 3, failed="serve.failed", bug="serve.bug") == 3
