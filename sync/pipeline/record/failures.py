"""How an error becomes a line of the log: one that ended something, and one that may not."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from models.errors import HeadwayError, TryLaterError

log = structlog.get_logger()

BUG = HeadwayError.exit_code
"""The exit code of what nobody foresaw."""


def log_failure(event: str, error: HeadwayError) -> None:
    """One line for an error, with the run that it ended."""
    tell = log.warning if isinstance(error, TryLaterError) else log.error
    tell(event, run=error.run_id, exit_code=error.exit_code, error=str(error))


@contextmanager
def keep_going(*, failed: str, bug: str) -> Iterator[None]:
    """For what follows a run and may not end it: what the block raises is a line, and no more.

    The line's event is `failed` for an error of ours, and `bug` for what nobody foresaw.
    """
    try:
        yield
    except HeadwayError as error:
        log.warning(failed, why=str(error))
    except Exception:
        log.exception(bug)
