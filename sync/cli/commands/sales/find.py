"""`headway find`: what a rep would find, or an honest nothing."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import asdict

from sync.cli.output import print_json, print_page
from sync.cli.pages.results import format_answer, shorten, summarize_answer
from sync.requests_file import read_asks
from sync.settings.settings import Settings
from sync.store.clean.readers_view import ListForReaders, read_list
from sync.store.state.asked_words import count_words
from translators.find.asked import note_answer
from translators.find.found_answer import tell_answer
from translators.find.search import Answer, CompiledSearch, SearchResult


def show_answer(settings: Settings, words: str, as_json: bool) -> int:
    """The answer to a customer's words, with what the list that it comes from is worth."""
    shown = read_list(settings.clean_url)
    (result,) = _find_all([words], shown)
    asked_when = next((term for term in shown.terms if term.kind == "asked_when"), None)
    if as_json:
        print_json(asdict(tell_answer(result)) | asdict(shown.freshness))
    else:
        print_page(format_answer(words, result, asked_when, shown.freshness))
    _count(settings, [(words, result)])
    return 0


def show_answers(settings: Settings, file: Path, as_json: bool) -> int:
    """The answers to a file of asks, in its order."""
    asks = read_asks(file)
    shown = read_list(settings.clean_url)
    pairs = list(zip(asks, _find_all(asks, shown), strict=True))
    if as_json:
        told = [asdict(tell_answer(result)) | {"words": shorten(ask)} for ask, result in pairs]
        print_json({"asks": told} | asdict(shown.freshness))
    else:
        lines = [summarize_answer(ask, result) for ask, result in pairs]
        print_page(lines or [f"{file}: no ask stands in it."])
    _count(settings, pairs)
    return 0


def _find_all(asks: Sequence[str], shown: ListForReaders) -> list[SearchResult]:
    if not shown.freshness.is_published:
        return [SearchResult(Answer.NO_LIST)] * len(asks)
    search = CompiledSearch(shown.rows)
    return [search.find(ask) for ask in asks]


def _count(settings: Settings, pairs: Iterable[tuple[str, SearchResult]]) -> None:
    """Have the words counted that the list has no name for, where this account may."""
    words = [noted for ask, result in pairs if (noted := note_answer(ask, result))]
    if words:
        count_words(settings.state_url, words)
