"""Passes on what customers ask for: a request as a row in the requests file, cleaned, bounded, not
too often; and the words that nothing was found by, in a file beside it."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from threading import Lock

import structlog

from models.errors import Problem, UsageError
from sync.requests_file import append_request, append_words, place_asked_file
from translators.plain_text import drop_unseen

LONGEST = 400
"""Letters of words and of a reason: a row with both is still one that is read."""
MOST_AN_HOUR = 60
_HOUR = 3600.0

log = structlog.get_logger()


class NotTakenError(UsageError):
    """A request that is not passed on; its words are for whoever asked."""


@dataclass
class RequestWriter:
    """Takes requests for one file, under the day that it is in `zone`."""

    path: Path
    zone: tzinfo
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _taken: deque[datetime] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    def pass_on(self, words: str, why: str) -> None:
        """Write it down; NotTakenError says why not."""
        words, why = drop_unseen(words), drop_unseen(why)
        if not any(letter.isalnum() for letter in words):
            raise _refuse("says nothing", "Give the customer's own words.")
        if len(words) > LONGEST or len(why) > LONGEST:
            raise _refuse(f"is longer than {LONGEST} letters", "Give the gist of it.")
        with self._lock:
            now = self.now()
            while self._taken and (now - self._taken[0]).total_seconds() >= _HOUR:
                self._taken.popleft()
            if len(self._taken) >= MOST_AN_HOUR:
                raise _refuse("comes after too many", "Tell the product team yourself, or later.")
            self._taken.append(now)
            try:
                append_request(self.path, now.astimezone(self.zone).date(), words, why)
            except UsageError as error:
                log.warning("mcp.request-not-kept", error=str(error))
                what = "cannot be written down just now"
                raise _refuse(what, "Tell the product team yourself.") from None


@dataclass
class AskFile:
    """Where words wait to be counted beside one requests file, by who may write to the database."""

    requests: Path
    _fault: str = ""

    def keep(self, words: Sequence[str]) -> bool:
        """Leave them there, if that can be; what keeps it from that is told once."""
        fault = ""
        try:
            append_words(place_asked_file(self.requests), words)
        except (UsageError, OSError) as error:
            fault = str(error)
        if fault not in ("", self._fault):
            log.warning("asks.not-counted", error=fault)
        self._fault = fault
        return not fault


def _refuse(what: str, remedy: str) -> NotTakenError:
    return NotTakenError(Problem("request", what, remedy))
