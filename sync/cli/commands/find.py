"""`headway find`: what a rep would find, or an honest nothing."""

from msgspec.structs import asdict

from sync.cli.output import print_json, print_page
from sync.cli.pages.results import format_answer
from sync.settings.settings import Settings
from sync.store.clean.readers_view import read_list
from translators.explain.search import Answer, SearchResult, find_capability


def show_answer(settings: Settings, words: str, as_json: bool) -> int:
    """The answer to a customer's words, with what the list that it comes from is worth."""
    shown = read_list(settings.clean_url)
    answer = find_capability(words, shown.rows)
    if not shown.freshness.is_published:
        answer = SearchResult(Answer.NO_LIST, None, 0.0)
    asked_when = next((term for term in shown.terms if term.kind == "asked_when"), None)
    if as_json:
        print_json(asdict(answer) | asdict(shown.freshness))
    else:
        print_page(format_answer(words, answer, asked_when, shown.freshness))
    return 0
