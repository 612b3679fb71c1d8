"""Counts the words that assistants left beside the requests file, each of them once."""

from msgspec.structs import replace

from models.asked_words import WaitingWords
from models.errors import HeadwayError, describe_os_error
from sync.requests_file import open_waiting, place_asked_file
from sync.settings.settings import Settings
from sync.store.state.asked_words import count_waiting
from translators.find.countable import may_be_counted


def take_asks(settings: Settings) -> HeadwayError | None:
    """Count what waits, where this account may; else it waits on, and nobody else for it.

    An error of the file is given back, to be told: nothing else is to fail by it. Whoever is killed
    before the file is emptied has counted it: how far is written down with the numbers.
    """
    if settings.requests_file is None or settings.snapshot is not None:
        return None
    try:
        with open_waiting(place_asked_file(settings.requests_file)) as opened:
            if opened and count_waiting(settings.state_url, _check(opened.waiting)):
                opened.empty()
    except HeadwayError as error:
        return error
    except OSError as error:
        return describe_os_error(error)
    return None


def _check(waiting: WaitingWords) -> WaitingWords:
    """The same, with nothing in the place of what none of ours has left there."""
    lines = ((end, words if may_be_counted(words) else "") for end, words in waiting.lines)
    return replace(waiting, lines=tuple(lines))
