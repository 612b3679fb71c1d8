"""What a site brings to a list as the last translation left it: nothing of its mirror is read."""

from sync.pipeline.context import Context
from sync.pipeline.incremental.shared import SitePart, TranslationRun, decide_ambiguous
from sync.pipeline.translation_cache import CachedTranslation
from sync.store.state import ledger, rollups
from sync.store.state.decisions.decisions import read_decisions
from translators.effort.rating import count_teams_of_a_year
from translators.plan.attribution import before_waiting
from translators.plan.rollup import Rollup


def keep_part(
    context: Context, run: TranslationRun | None = None, before: CachedTranslation | None = None
) -> SitePart:
    """The rollups and decisions of the only site of `context`, as they are stored.

    `run` and `before` are given where nothing of it changed. Without them it is not known whether
    anything did: it stands, and nothing of it is written.
    """
    site = context.settings.site
    stored = read_decisions(context.state, site)
    generation = run.generation if run else _find_generation(context)
    closed = ledger.count_closed_windows(context.state, site, generation)
    decisions = tuple(before_waiting(each.decision) for each in stored.values())
    rollup = Rollup(
        decisions=decide_ambiguous(run, decisions) if run else decisions,
        groups=rollups.read_rollups(context.state, site),
        teams_of_a_year=count_teams_of_a_year(closed),
    )
    if run is None or before is None:
        return SitePart(site=site, run=None, how="kept", rollup=rollup, stored=stored)
    return SitePart(
        site=site,
        run=run,
        how="kept",
        rollup=rollup,
        stored=stored,
        remarks=before.remarks,
        notes=before.notes,
        near_misses=before.near_misses,
        issue_count=before.issue_count,
        full_at=before.full_at,
    )


def _find_generation(context: Context) -> str:
    record = context.site_store.find_record()
    return (record and record.generation) or ""
