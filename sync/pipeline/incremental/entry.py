"""Chooses how much to translate: nothing, what changed, or everything."""

import structlog

from models.rulebook import PassedTexts
from sync.crash_points import pass_crash_point
from sync.pipeline.changes import read_changes
from sync.pipeline.incremental.part import WholeNeededError, translate_part
from sync.pipeline.incremental.shared import Translated, TranslationRun
from sync.pipeline.incremental.whole import translate_whole
from sync.pipeline.translation_cache import dump_cached, load_cached
from sync.rulebook.authored import list_published_texts
from sync.store.clean.freshness import read_head_revision
from sync.store.db.engines import open_writer
from sync.store.state import rollups
from sync.store.state.decisions import write_decisions
from translators.promises.linter import compile_linter, gather_passed

log = structlog.get_logger()


def translate_mirror(run: TranslationRun) -> Translated:
    """What the mirror comes to now: as before, or translated anew as far as it has to be.

    Raises RuleBookError where the rule book lacks a capability that is published.
    """
    before = load_cached(run.context.site_store, run.rulebook.digest, run.generation, run.as_of)
    if before is None:
        log.info("translation.due", why="no translation is kept that still holds")
        return translate_whole(run)
    changes = read_changes(run.context, run.compiled, run.as_of.date())
    if not changes.issues and before.is_valid(read_head_revision(run.context.clean), run.as_of):
        log.info("translation.skipped")
        return Translated(cached=before)
    log.info("translation.due", issues=len(changes.issues))
    try:
        return translate_part(run, before, changes)
    except WholeNeededError as error:
        log.info("translation.whole", why=str(error))
        return translate_whole(run)


def save_translation(run: TranslationRun, translated: Translated, revision: int) -> None:
    """Keep a translation whose plan was published, or had nothing to publish, as `revision`.

    Nothing is kept where another worker began a walk after this one: that one's is.
    """
    plan = translated.cached.plan
    passed = _gather_passed(run, translated)
    with open_writer(run.context.state) as connection:
        if not rollups.is_fenced(connection, run.site, run.token):
            log.warning("translation.overtaken", site=run.site)
            return
        write_decisions(
            connection, translated.decisions, translated.stored, plan.rulebook_digest, plan.as_of
        )
        rollups.save_cached_translation(
            connection, run.site, dump_cached(translated.cached, revision, passed)
        )
        if translated.rollups:
            rollups.replace_rollups(connection, run.site, translated.replaced, translated.rollups)
        rollups.clear_changed_issues(connection, run.site)
        pass_crash_point("translation.committing")
    pass_crash_point("translation.committed")


def _gather_passed(run: TranslationRun, translated: Translated) -> PassedTexts:
    """What questions about the rules need not search again: what the translation has searched, and
    the texts of capabilities that are not on the list yet."""
    if translated.how != "skipped":
        linter = compile_linter(run.rulebook)
        for text in list_published_texts(run.rulebook):
            linter.find_promises(text)
    return gather_passed(run.rulebook.linting, run.passed)
