"""The rules of a folder, or while those cannot be used the ones that were published last.

Whoever runs a list next may be another process on another machine: what it falls back to stands in
the clean database, and nobody has to remember it.
"""

import structlog

from models.errors import UsageError
from models.finding import Finding
from models.promises import PassedTexts
from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.pipeline.rules.in_force import check_no_published_id_deleted, read_rulebook_in_force
from sync.pipeline.rules.own_rules import RulesRead
from sync.rulebook import usable_rulebook
from sync.store.clean.published_state import read_published_state
from sync.store.state.runs.runs import find_last_findings

log = structlog.get_logger()

MOST_TOLD = 5
"""Mistakes that a run notes; the log has them all."""
KEPT = "; the last good rules stay in force"


def read_kept_rules(context: Context, passed: PassedTexts) -> RulesRead:
    """The rules to go by now, and what is wrong with those of the folder where it is not they.

    UsageError where they cannot be used and none were ever published.
    """
    folder = context.settings.config_dir
    published = read_published_state(context.clean)
    try:
        rulebook = usable_rulebook(folder, passed)
        check_no_published_id_deleted(rulebook, published, folder)
    except UsageError as error:
        kept = read_rulebook_in_force(context, published, passed)
        if kept is None:
            raise
        return RulesRead(kept, _tell_once(context, kept, error))
    return RulesRead(rulebook)


def _tell_once(context: Context, kept: RuleBook, error: UsageError) -> tuple[Finding, ...]:
    """What the run notes; the log is told of it where the run before did not note the same."""
    found = describe_broken(error)
    known = find_last_findings(context.state, context.run_site)
    if not {*found} <= {*known}:
        what = "the last good rules stay in force until these are mended"
        log.error("rules.broken", error=str(error), meanwhile=what, in_force=kept.digest)
    return found


def describe_broken(error: UsageError) -> tuple[Finding, ...]:
    """What a run notes of rules that it did not go by."""
    told = error.problems[:MOST_TOLD]
    return tuple(Finding("rules-broken", each.where, f"{each.what}{KEPT}") for each in told)
