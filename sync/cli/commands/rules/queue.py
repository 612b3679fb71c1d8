"""`headway queue`: what a person must decide, and the agenda of sales and product."""

from pathlib import Path

from msgspec.structs import replace

from models.decision import Outcome
from sync.cli.errors import print_error
from sync.cli.output import print_json, print_page
from sync.cli.pages.rules.agenda import format_agenda, write_markdown
from sync.cli.pages.rules.queue import format_queue
from sync.cli.pages.sales.asked_words import format_asked_words
from sync.pipeline.context import open_context
from sync.pipeline.inputs.account import load_titles_below
from sync.pipeline.inputs.inputs import load_inputs
from sync.pipeline.rules.in_force import read_rules_asked_about
from sync.pipeline.sales.take_asks import take_asks
from sync.requests_file import read_requests
from sync.rulebook import read_rulebook
from sync.settings.settings import Settings
from sync.store.state.asked_words import read_words
from translators.explain.agenda import build_agenda
from translators.explain.looked_for import CountedWords, propose_words
from translators.promises.linter import compile_linter
from translators.suggestions.queue import list_undecided

MARKDOWN, JSON = "markdown", "json"


def show_queue(
    settings: Settings,
    config: Path | None,
    form: str,
    *,
    meeting: bool,
    reveal: bool,
    show_all: bool,
) -> int:
    """The queue, after the agenda where there is a meeting; by the rules in `config`, if given."""
    file = settings.requests_file
    requests, findings = read_requests(file) if meeting and file else ((), ())
    if fault := take_asks(settings):
        print_error(fault)
    with open_context(settings, reading=True) as context:
        folder = config or settings.config_dir
        rulebook = read_rules_asked_about(context, folder, read_rulebook)
        inputs = load_inputs(context, rulebook)
        below = load_titles_below(context, inputs.rollup.decisions)
        counted = [CountedWords(*each) for each in read_words(context.state)]
    translation = inputs.translate()
    since = {
        epic: stored.since
        for epic, stored in inputs.stored.items()
        if stored.decision.outcome is Outcome.NEEDS_DECISION
    }
    snapshot = replace(inputs.snapshot, titles_below=below)
    queue = list_undecided(
        snapshot, inputs.compiled, translation, inputs.rollup.groups, since, reveal=reveal
    )
    rows, linter = translation.rows.values(), compile_linter(rulebook)
    words = propose_words(counted, rows, rulebook.capabilities, linter)
    agenda = None
    if meeting:
        agenda = build_agenda(requests, rows, rulebook.capabilities, linter)
    if form == JSON:
        told = {"agenda": agenda, "findings": findings} if meeting else {}
        print_json({"queue": queue, "looked_for": words} | told)
    elif form == MARKDOWN:
        print_page(write_markdown(queue, agenda, findings, file, words))
    else:
        page = (
            format_queue(queue, show_all=show_all)
            if agenda is None
            else format_agenda(agenda, findings, file, queue, show_all=show_all)
        )
        print_page([*page, *format_asked_words(words, show_all=show_all)])
    return 0
