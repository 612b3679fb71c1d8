"""How the life of a service ends, whichever it is: in an exit code, and in one line of the log."""

import sys
from collections.abc import Callable

import structlog

from models.errors import HeadwayError, describe_os_error
from sync.pipeline.record.failures import BUG, log_failure

log = structlog.get_logger()


def run_to_end(service: Callable[[], int], *, failed: str, bug: str) -> int:
    """The exit code of a service that is over, by itself or by what it raised.

    Off a terminal stderr is the log and nothing else, so what keeps it from starting is a line too:
    of the event `failed`, or `bug` for what nobody foresaw.
    """
    try:
        return service()
    except (HeadwayError, OSError) as raised:
        error = describe_os_error(raised) if isinstance(raised, OSError) else raised
        if sys.stderr.isatty():
            raise error from None
        log_failure(failed, error)
        return error.exit_code
    except Exception:
        log.exception(bug, exit_code=BUG)
        return BUG
