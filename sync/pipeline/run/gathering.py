"""Gathers the sites that feed a list, each under the right to read it, to be translated."""

from contextlib import ExitStack

from models.errors import LeaseHeldError, Problem
from models.promises import PassedTexts
from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.pipeline.incremental import ListRun, TranslationRun
from sync.pipeline.run.pull_lease import acquire_pull_lease
from sync.pipeline.sites.health import find_silent_sites
from sync.pipeline.sites.walked import WalkedSite, find_oldest, list_walked
from sync.store.clean.lease import Lease
from sync.store.clean.published_state import read_published_state


def gather_sites(
    context: Context,
    rulebook: RuleBook,
    passed: PassedTexts,
    publication: Lease,
    leases: ExitStack,
) -> ListRun:
    """Every site that was ever read to the end, under the right to read it: nobody reads meanwhile.

    One that is being read stands as the last translation left it, and so does one whose last walk
    broke off. UsageError where none was ever read, LeaseHeldError where nothing can be translated.
    """
    published = read_published_state(context.clean)
    context = context.with_left(published)
    walked = list_walked(context)
    if not context.is_shared:
        context.site_store.take_fence(publication.token)
        run = _build_run(walked[0], rulebook, passed, publication)
        return ListRun(context, (run,), walked[0].as_of)
    sites, standing = [], []
    for each in walked:
        lease = _try_to_acquire(context, each.site, leases)
        if lease is not None and not each.context.mirror.is_ahead_of(each.record.walk):
            sites.append(_build_run(each, rulebook, passed, lease))
        elif each.site in published.list_sites():
            standing.append(each.site)
    if not sites:
        remedy = "Nothing was published; run again when that is done."
        raise LeaseHeldError(Problem("sites", "are all being read", remedy))
    return ListRun(
        context,
        tuple(sites),
        find_oldest(context, walked),
        tuple(standing),
        unseen=tuple(each.site for each in find_silent_sites(context, rulebook)),
    )


def _try_to_acquire(context: Context, site: str, leases: ExitStack) -> Lease | None:
    try:
        return leases.enter_context(acquire_pull_lease(context, site))
    except LeaseHeldError:
        return None


def _build_run(
    walked: WalkedSite, rulebook: RuleBook, passed: PassedTexts, lease: Lease
) -> TranslationRun:
    projects = walked.context.site_store.list_projects()
    return TranslationRun(
        context=walked.context,
        rulebook=rulebook,
        generation=walked.name_generation(rulebook),
        projects=frozenset(project.key for project in projects)
        | rulebook.list_gone_projects(walked.site),
        as_of=walked.as_of,
        token=lease.token,
        passed=passed,
        measured=walked.record.generation,
    )
