"""`headway find`: what a rep would find, or an honest nothing."""

from sync.cli.output import print_json, print_page
from sync.cli.pages.results import format_answer
from sync.pipeline.context import open_context
from sync.settings.settings import Settings
from sync.store.clean.published_state import read_rows, read_terms
from translators.explain.search import find_capability


def show_answer(settings: Settings, words: str, as_json: bool) -> int:
    """The answer to a customer's words."""
    with open_context(settings) as context:
        answer = find_capability(words, read_rows(context.clean))
        asked_when = next((t for t in read_terms(context.clean) if t.kind == "asked_when"), None)
    if as_json:
        print_json(answer)
    else:
        print_page(format_answer(words, answer, asked_when))
    return 0
