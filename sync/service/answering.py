"""Answers over HTTP beside the runs, and has asks counted that the list had no name for."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from models.errors import SettingsError
from sync.pipeline.sales.ask_counter import AskCounter
from sync.service.vitals import Vitals
from sync.settings.settings import Settings
from sync.store.state.asked_words import count_words


def build_ask_counter(read_settings: Callable[[], Settings]) -> AskCounter:
    """Counts in the state database as the command does, while nobody has to be waited for."""

    def keep(words: Sequence[str]) -> bool:
        try:
            return count_words(read_settings().state_url, words)
        except SettingsError:
            return False

    return AskCounter(keep)


@contextmanager
def answer_beside(
    settings: Settings, read_settings: Callable[[], Settings], vitals: Vitals, asks: AskCounter
) -> Iterator[None]:
    """Show the board, `find` and how the service fares meanwhile, if it is told an address.

    The address is that of `settings`; the rest is read anew for each answer.
    """
    if settings.http_address is None:
        yield
        return
    from sync.service.http.board import BoardPages
    from sync.service.http.health import HealthPages
    from sync.service.http.server import answer_http

    pages = BoardPages(read_settings, asks), HealthPages(read_settings, vitals)
    try:
        with answer_http(settings.http_address, [route for page in pages for route in page.routes]):
            yield
    finally:
        asks.write()
