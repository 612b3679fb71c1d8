"""`headway find`: what a rep would find, or an honest nothing."""

import msgspec

from sync.cli.output import print_json, print_page
from sync.cli.pages.results import NO_LIST, WHAT_TO_DO, format_answer, format_list_age
from sync.pipeline.context import open_context
from sync.settings.settings import Settings
from sync.store.clean.publish import Freshness, read_freshness
from sync.store.clean.published_state import read_rows, read_terms
from translators.explain.search import find_capability


def show_answer(settings: Settings, words: str, as_json: bool) -> int:
    """The answer to a customer's words."""
    with open_context(settings) as context:
        head = read_freshness(context.clean)
        answer = find_capability(words, read_rows(context.clean))
        asked_when = next((t for t in read_terms(context.clean) if t.kind == "asked_when"), None)
    if as_json:
        print_json(msgspec.to_builtins(answer) | _tell_freshness(head))
    elif head.as_of is None:
        print_page([f'"{words}": {NO_LIST}. {WHAT_TO_DO}'])
    else:
        print_page([*format_answer(words, answer, asked_when), *format_list_age(head)])
    return 0


def _tell_freshness(head: Freshness) -> dict[str, object]:
    """How fresh and whole the list is that was searched; without one, that there is none."""
    told: dict[str, object] = {
        "as_of": head.as_of,
        "is_stale": head.is_stale,
        "status": head.status,
    }
    return told | ({} if head.as_of else {"answer": NO_LIST})
