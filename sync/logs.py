"""The log: one line per stage on stderr, JSON for machines, plain for a terminal."""

import logging
import sys
from typing import Any

NOISY = ("httpx", "httpcore", "urllib3", "jira", "apscheduler", "alembic", "asyncio")
"""Libraries that log addresses, or one line per request; we speak for them."""


def start_logging(*, verbose: bool = False, quiet: bool = False) -> None:
    """Send structlog's and the standard library's records to stderr, in one form."""
    import structlog  # noqa: PLC0415 - slow import, and --help needs none of it

    level = logging.ERROR if quiet else logging.DEBUG if verbose else logging.INFO
    terminal = sys.stderr.isatty()
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=True)
        if terminal
        else structlog.processors.JSONRenderer()
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
