"""Counts the words that assistants left beside the requests file, each of them once."""

import structlog
from msgspec.structs import replace

from models.asked_words import WaitingWords
from models.errors import HeadwayError
from sync.requests_file import open_waiting, place_asked_file
from sync.settings.settings import Settings
from sync.store.state.asked_words import count_waiting
from translators.find.asked import may_be_counted

log = structlog.get_logger()


def take_asks(settings: Settings) -> None:
    """Count what waits, where this account may; else it waits on, and nobody else for it.

    A file that is something else is told of in the log. Whoever is killed between counting and
    emptying the file has counted it: how far is written down with the numbers.
    """
    if settings.requests_file is None or settings.snapshot is not None:
        return
    try:
        with open_waiting(place_asked_file(settings.requests_file)) as opened:
            if opened and count_waiting(settings.state_url, _check(opened.waiting)):
                opened.empty()
    except (HeadwayError, OSError) as error:
        log.warning("asks.not-counted", error=str(error))


def _check(waiting: WaitingWords) -> WaitingWords:
    """The same, with nothing in the place of what none of ours has left there."""
    lines = ((end, words if may_be_counted(words) else "") for end, words in waiting.lines)
    return replace(waiting, lines=tuple(lines))
