"""`headway init`: both databases, a starter rule book, and drafts of what a backlog is about."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from models.decision import Cause, Outcome
from models.errors import DatabaseError, Problem, UsageError
from models.rollup import EpicRollup
from sync.cli.commands.run.migrate import migrate_databases
from sync.cli.output import print_json, print_page
from sync.cli.pages.rules.drafts import Coverage, format_drafts, word_share
from sync.pipeline.context import Context, open_context
from sync.pipeline.inputs.inputs import TranslationInputs, load_inputs
from sync.rulebook.describe import SCHEMA_FILE, word_modeline, write_schema
from sync.rulebook.edit.drafting import DRAFTS_FILE, read_declined, write_drafts
from sync.rulebook.edit.folder import open_folder
from sync.settings.settings import Settings
from translators.plan.translate import Translation
from translators.suggestions.draft_candidates import Above
from translators.suggestions.drafts import Draft, count_half, draft_capabilities
from translators.suggestions.queue import find_private, sum_publishable
from translators.suggestions.rule_edits import Undecided

STARTER = "capabilities.yaml"


def begin_rulebook(
    settings: Settings, given: Namespace, read_jira: Callable[[], int] | None
) -> int:
    """Make what is missing, then draft from the mirror; offers to read Jira where it is empty.

    `read_jira` is one run; None where no Jira is set.
    """
    say = (lambda _lines: None) if given.as_json else print_page
    if not given.dry_run:
        _write_starter(settings.config_dir, say)
        _write_schema(settings.config_dir)
        migrate_databases(settings, quiet=given.as_json or _has_mirror(settings))
        if read_jira and not _has_mirror(settings) and _wants_sync(given):
            code = read_jira()
            if not _has_mirror(settings):
                return code
    if not _has_mirror(settings):
        if given.as_json:
            print_json({"drafts": (), "written": None})
        else:
            print_page(_tell_next(settings))
        return 0
    return _draft(settings, given)


def _draft(settings: Settings, given: Namespace) -> int:
    """Draft from the mirror, and write what is new."""
    opened = open_folder(settings.config_dir)
    with open_context(settings, reading=True) as context:
        inputs = load_inputs(context, opened.book)
        above = _read_above(context, inputs)
    translation = inputs.translate()
    undecided, private = _look_at(inputs, translation)
    weigh = _weigh_by(inputs.rollup.groups)
    declined = read_declined(opened.texts)
    drafts = draft_capabilities(undecided, weigh, above=above, declined=declined, private=private)
    coverage = _measure(translation, undecided, drafts, weigh)
    target = settings.config_dir / DRAFTS_FILE
    if drafts:
        texts = write_drafts(opened, drafts, lambda work: word_share(work, coverage.whole))
        if not given.dry_run:
            opened.write(texts)
    if given.as_json:
        written = str(target) if drafts and not given.dry_run else None
        print_json({"drafts": drafts, "coverage": coverage, "written": written})
    elif given.dry_run and drafts:
        print_page(texts[DRAFTS_FILE].splitlines())
    else:
        print_page(format_drafts(drafts, coverage, target))
    return 0


def _look_at(
    inputs: TranslationInputs, translation: Translation
) -> tuple[Undecided, frozenset[int]]:
    snapshot = inputs.snapshot
    private = find_private(snapshot.issues)
    decisions = translation.attribution.decisions
    on = snapshot.as_of.date()
    return Undecided(snapshot.issues, decisions, inputs.compiled, on, private), private


def _weigh_by(groups: Mapping[int, EpicRollup]) -> Callable[[Iterable[int]], int]:
    return lambda epics: sum(groups[each].work.credit for each in epics if each in groups)


def _measure(
    translation: Translation,
    undecided: Undecided,
    drafts: Iterable[Draft],
    weigh: Callable[[Iterable[int]], int],
) -> Coverage:
    """What is covered of all past work that no screening leaves out, in micro-person-weeks."""
    account = translation.attribution.account
    by_key = {each.key: each.epic_id for each in undecided.decisions.values()}
    drafted = {by_key[key] for draft in drafts for key in draft.epics}
    waiting = [
        each.epic_id
        for each in undecided.decisions.values()
        if each.outcome is Outcome.NEEDS_DECISION
    ]
    named_next = {
        each.epic_id
        for each in undecided.decisions.values()
        if each.reasons[0].cause is Cause.DRAFT
    }
    works = [weigh([each]) for each in waiting if each not in drafted | named_next]
    mapped = sum_publishable(account)
    no_epic = account.get("no_epic", 0) + account.get("items_needs_decision", 0)
    return Coverage(
        whole=mapped + weigh(waiting) + no_epic,
        mapped=mapped,
        drafted=weigh(drafted),
        no_epic=no_epic,
        rest=len(works),
        half_of_rest=count_half(works),
    )


def _read_above(context: Context, inputs: TranslationInputs) -> dict[int, Above]:
    """What stands above each epic, where anybody may read its title."""
    by_id = {each.epic_id for each in inputs.rollup.decisions}
    epics = [each for each in inputs.snapshot.issues if each.id in by_id]
    ids = {epic.parent.id for epic in epics if epic.parent and epic.parent.id}
    found = {each.id: each for each in context.mirror.read_by_ids(ids)}
    return {
        epic.id: Above(place.key, place.summary)
        for epic in epics
        if epic.parent and (place := found.get(epic.parent.id or 0)) and not place.restricted
    }


def _has_mirror(settings: Settings) -> bool:
    """Whether a walk came through; not where no database can be read yet."""
    try:
        with open_context(settings, reading=True) as context:
            records = (part.site_store.find_record() for part in context.list_parts())
            return any(record is not None and record.as_of is not None for record in records)
    except DatabaseError:
        return False


def _wants_sync(given: Namespace) -> bool:
    if given.sync or given.as_json or not sys.stdin.isatty():
        return bool(given.sync)
    print_page(["No backlog was read yet. Read Jira now? [Y/n] "])
    return sys.stdin.readline().strip().casefold() in ("", "y", "yes")


def _tell_next(settings: Settings) -> list[str]:
    if not any(site.url for site in settings.sites):
        return [
            "No backlog was read yet, and HEADWAY_JIRA_URL is not set.",
            "Next: set it (docs/settings.md), then `headway sync`, then `headway init` again.",
        ]
    return ["Next: `headway sync` reads Jira, then `headway init` drafts capabilities from it."]


def _write_starter(folder: Path, say: Callable[[list[str]], None]) -> None:
    """The starter where no file of rules is there; UsageError where it cannot be written."""
    if folder.is_dir() and any(folder.glob("*.yaml")):
        return
    target = folder / STARTER
    starter = files("sync.rulebook.starter") / STARTER
    _write_file(target, word_modeline() + starter.read_text("utf-8"))
    say([f"Wrote {target}."])


def _write_schema(folder: Path) -> None:
    """What editors complete and explain the rules by, as this version of Headway reads them."""
    target, schema = folder / SCHEMA_FILE, write_schema()
    if not target.is_file() or target.read_bytes() != schema.encode():
        _write_file(target, schema)


def _write_file(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise UsageError(Problem(str(target), what, "Choose another HEADWAY_CONFIG_DIR.")) from None
