"""What is written to stderr. `serve` keeps a log: JSON lines, or plain ones on a terminal. Every
other command speaks words, and logs warnings; each of its steps too, if it is asked to."""

import logging
import os
import sys
from typing import Any, TextIO

from translators.plain_text import show_plainly

NOISY = ("httpx", "httpcore", "urllib3", "jira", "apscheduler", "alembic", "asyncio")
"""Libraries that log addresses, or one line per request; we speak for them."""


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what stderr is at that moment: a progress bar puts itself before it."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def start_logging(*, service: bool = False, verbose: bool = False) -> None:
    """Send structlog's and the standard library's records to stderr, in one form."""
    structlog = _import_structlog()
    usual = logging.INFO if service else logging.WARNING
    level = logging.DEBUG if verbose else usual
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _show_values_plainly,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = _Stderr(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_build_renderers(as_json=service and not sys.stderr.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _import_structlog() -> Any:
    """structlog, which must not find rich: a tenth of a start, to draw a bug with its values."""
    is_first = "rich" not in sys.modules
    if is_first:
        sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        import structlog  # noqa: PLC0415 - slow import, and --help needs none of it
    finally:
        if is_first:
            del sys.modules["rich"]
    return structlog


def _show_values_plainly(_logger: Any, _method: str, event: Any) -> Any:
    """What comes from outside can neither steer the terminal nor forge a line of the log."""
    return {key: _show_plainly(value) for key, value in event.items()}


def _show_plainly(value: Any) -> Any:
    """A text line by line: what we say ourselves may take several."""
    if not isinstance(value, str):
        return value
    return "\n".join(map(show_plainly, value.split("\n")))


def _build_renderers(*, as_json: bool) -> list[Any]:
    import structlog  # noqa: PLC0415

    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    colors = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    return [structlog.dev.ConsoleRenderer(colors=colors)]
