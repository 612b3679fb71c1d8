"""Chooses how much to translate of each site: nothing, what changed, or everything."""

from collections.abc import Sequence

import structlog
from msgspec import Struct
from msgspec.structs import replace

from models.effort import Entry
from models.promises import PassedTexts
from sync.crash_points import pass_crash_point
from sync.pipeline.incremental.part import WholeNeededError, roll_up_part
from sync.pipeline.incremental.shared import (
    ListRun,
    SitePart,
    SitesLeftError,
    Translated,
    TranslationRun,
    translate_rollup,
)
from sync.pipeline.incremental.standing_part import keep_part
from sync.pipeline.incremental.whole import roll_up_whole
from sync.pipeline.inputs.changes import Changes, read_changes
from sync.pipeline.rules.in_force import RulesInForce, load_rules_in_force
from sync.pipeline.translation_cache import CachedTranslation, dump_cached, load_cached
from sync.rulebook.checks.authored import list_published_texts
from sync.store.clean.freshness import read_head_revision
from sync.store.db.engines import open_writer
from sync.store.state import ledger, rollups
from sync.store.state.decisions.decisions import write_decisions
from translators.backlog.anomalies import collect_anomalies, report_anomalies
from translators.plan.next_due import find_next_due
from translators.plan.several_sites import SiteRollup, join_rollups, name_findings
from translators.promises.linter import compile_linter, gather_passed

log = structlog.get_logger()


class _Look(Struct, frozen=True):
    """What the last translation of a site came to, and what changed since; None if it is due."""

    run: TranslationRun
    before: CachedTranslation | None
    changes: Changes | None

    @property
    def is_as_before(self) -> bool:
        """Whether nothing changed that bears on the list."""
        return self.before is not None and self.changes is not None and not self.changes.issues


def as_list(run: TranslationRun) -> ListRun:
    """The translation of a list that one site feeds."""
    return ListRun(run.context, (run,), run.as_of)


def translate_list(run: ListRun) -> Translated:
    """What all mirrors come to now: as before, or translated anew as far as it has to be.

    Raises RuleBookError where the rule book lacks a capability that is published, SitesLeftError
    before anything is done where other sites feed the list than those it is the run of.
    """
    looks = [_look_at(each, run.names) for each in run.sites]
    kept = {look.run.site: look.before for look in looks if look.before is not None}
    if all(look.is_as_before for look in looks):
        kept = {site: _date_plan(each, run) for site, each in kept.items()}
        before = kept[run.sites[0].site]
        if before.is_valid(read_head_revision(run.context.clean), run.as_of):
            log.info("translation.skipped")
            return Translated(cached=before, kept=kept)
    in_force = load_rules_in_force(run.context, run.rulebook)
    if run.context.with_left(in_force.published_state) != run.context:
        raise SitesLeftError
    parts = [_roll_up_site(look, in_force, is_shared=run.is_shared) for look in looks]
    parts += [keep_part(run.context.narrow(site)) for site in run.standing]
    return _join_parts(run, in_force, parts)


def _date_plan(kept: CachedTranslation, run: ListRun) -> CachedTranslation:
    plan = replace(kept.plan, as_of=run.as_of, unseen_sites=run.unseen)
    return replace(kept, plan=plan)


def _look_at(run: TranslationRun, names: Sequence[str]) -> _Look:
    before = load_cached(run.context.site_store, run.rulebook.digest, run.generation, run.as_of)
    if before is not None and before.sites not in ((), names):
        before = None
    if before is None:
        log.info("translation.due", why="no translation is kept that still holds", site=run.site)
        return _Look(run, None, None)
    return _Look(run, before, read_changes(run.context, run.compiled, run.as_of.date()))


def _roll_up_site(look: _Look, in_force: RulesInForce, *, is_shared: bool) -> SitePart:
    run, before, changes = look.run, look.before, look.changes
    if before is None or changes is None:
        return roll_up_whole(run, in_force)
    if is_shared and look.is_as_before:
        return keep_part(run.context, run, before)
    log.info("translation.due", issues=len(changes.issues), site=run.site)
    try:
        return roll_up_part(run, in_force, before, changes)
    except WholeNeededError as error:
        log.info("translation.whole", why=str(error), site=run.site)
        return roll_up_whole(run, in_force)


def _join_parts(run: ListRun, in_force: RulesInForce, parts: Sequence[SitePart]) -> Translated:
    """The plan of all that the sites bring, and what is to be kept of it."""
    rollup = join_rollups(
        [SiteRollup(part.site, part.rollup) for part in parts], is_shared=run.is_shared
    )
    stored = {number: each for part in parts for number, each in part.stored.items()}
    inputs, translation = translate_rollup(run, rollup, in_force, stored)
    _append_reversals(parts)
    remarks = [(part.site, part.remarks) for part in parts]
    if run.is_shared:
        remarks = [(site, name_findings(site, found)) for site, found in remarks]
    own = [part for part in parts if part.run is not None]
    cached = CachedTranslation(
        plan=translation.plan,
        findings=(
            *report_anomalies(collect_anomalies(rollup.groups)),
            *(each for _, found in remarks for each in found),
        ),
        due_at=find_next_due(inputs.snapshot, run.rulebook, translation),
        full_at=min(part.full_at for part in own if part.full_at),
        notes=own[0].notes if len(own) == 1 else {},
        issue_count=sum(part.issue_count for part in own),
        near_misses=tuple(dict.fromkeys(each for part in own for each in part.near_misses)),
        sites=run.names,
    )
    how = {part.how for part in own}
    return Translated(
        cached=cached,
        kept={part.site: _keep_of(part, cached) for part in own},
        decisions=translation.attribution.decisions,
        stored=inputs.stored,
        lapsed=translation.lapsed,
        parts=tuple(own),
        how=next(each for each in ("whole", "part", "kept") if each in how),
    )


def _keep_of(part: SitePart, cached: CachedTranslation) -> CachedTranslation:
    """What a site keeps of the translation of the list."""
    return replace(
        cached,
        full_at=part.full_at or cached.full_at,
        notes=part.notes,
        issue_count=part.issue_count,
        near_misses=part.near_misses,
        remarks=part.remarks,
        generation=part.run.generation if part.run else None,
    )


def save_translation(run: ListRun | TranslationRun, translated: Translated, revision: int) -> None:
    """Keep a translation whose plan was published, or had nothing to publish, as `revision`.

    Nothing is kept where another worker began a walk after this one: that one's is.
    """
    run = run if isinstance(run, ListRun) else as_list(run)
    plan = translated.cached.plan
    passed = _gather_passed(run, translated)
    with open_writer(run.context.state) as connection:
        for site in run.sites:
            if not rollups.is_fenced(connection, site.site, site.token):
                log.warning("translation.overtaken", site=site.site)
                return
        write_decisions(
            connection,
            translated.decisions,
            translated.stored,
            plan.rulebook_digest,
            plan.as_of,
            lapsed=translated.lapsed,
        )
        for site in run.sites:
            kept = dump_cached(translated.kept[site.site], revision, passed)
            rollups.save_cached_translation(connection, site.site, kept, site.generation)
        for part in translated.parts:
            if part.rollups:
                rollups.replace_rollups(connection, part.site, part.replaced, part.rollups)
        for site in run.sites:
            rollups.clear_changed_issues(connection, site.site)
        pass_crash_point("translation.committing")
    pass_crash_point("translation.committed")


def _append_reversals(parts: Sequence[SitePart]) -> None:
    for part in parts:
        if part.reversals and part.run is not None:
            _append_entries(part.run, part.reversals)


def _append_entries(run: TranslationRun, reversals: Sequence[Entry]) -> None:
    with open_writer(run.context.state) as connection:
        run.check_fence(connection)
        ledger.append_entries(connection, reversals)
        pass_crash_point("reversals.committing")
    log.info("ledger.reversed", entries=len(reversals))


def _gather_passed(run: ListRun, translated: Translated) -> PassedTexts:
    """What questions about the rules need not search again: what the translation has searched, and
    the texts of capabilities that are not on the list yet."""
    if translated.how != "skipped":
        linter = compile_linter(run.rulebook)
        for text in list_published_texts(run.rulebook):
            linter.find_promises(text)
    return gather_passed(run.rulebook.linting, run.sites[0].passed)
