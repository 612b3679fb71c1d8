"""What uvicorn says, in our log's words: nobody can fill the log by asking."""

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_OF_SILENCE = 600.0
"""In which the same is said once: whoever reaches the address could have it said without end."""
EVENTS = {
    "Exceeded concurrency limit.": "http.too-many",
    "Invalid HTTP request received.": "http.not-understood",
    "Unsupported upgrade request.": "http.not-understood",
    "Exception in ASGI application\n": "http.bug",
}
"""What uvicorn says, in our words; what else it says below an error is left out."""


@contextmanager
def speaking_seldom() -> Iterator[None]:
    """Have uvicorn log by `EVENTS` while this block lasts, each but a bug once in a while."""
    logger, words = logging.getLogger("uvicorn.error"), _SeldomWords()
    logger.addFilter(words)
    try:
        yield
    finally:
        logger.removeFilter(words)


class _SeldomWords(logging.Filter):
    """One of several, where several servers answer: what another has put in our words is known."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = event = EVENTS.get(str(record.msg), record.msg)
        if event not in EVENTS.values() or record.levelno >= logging.ERROR:
            return record.levelno >= logging.ERROR
        is_news = abs(record.created - self._said.get(event, -math.inf)) >= SECONDS_OF_SILENCE
        if is_news:
            self._said[event] = record.created
        return is_news
