"""Publishes what changed rules come to, on what was read last: Jira is asked nothing.

The list is as old as it was. Where the mirror does not tell what the rules ask for, a whole run
has to come first, and the caller is told why.
"""

import threading
from collections.abc import Sequence
from contextlib import ExitStack

from models.backlog import Field, SiteProfile
from models.errors import RuleBookError
from models.rulebook import RuleBook
from sync.jira.describe.field_plan import plan_fields
from sync.pipeline.consistency.histories import check_histories
from sync.pipeline.context import Context
from sync.pipeline.record.run_log import check_not_stopped, open_run_log
from sync.pipeline.run.gathering import gather_sites
from sync.pipeline.run.list_run import translate_stage
from sync.pipeline.run.publication import publish_translated
from sync.pipeline.run.site_run import list_other_fields
from sync.pipeline.sales.board_after_run import keep_board
from sync.pipeline.translation_cache import read_passed_texts
from sync.rulebook import locate_fields
from sync.store.clean.freshness import read_rulebook_digest
from sync.store.clean.lease import acquire_lease, guard_lease
from sync.store.state.mirror.rows import SiteRecord
from sync.store.state.runs.runs import UNREAD, read_last_runs


def are_others_in_force(context: Context, rulebook: RuleBook) -> bool:
    """Whether the list stands for other rules than these; before the first publication, for none:
    a run is due anyway."""
    digest = read_rulebook_digest(context.clean)
    return digest is not None and digest != rulebook.digest


def find_why_to_read(context: Context, rulebook: RuleBook) -> str | None:
    """Why these rules need a run that reads Jira first; None if what was read last will do."""
    whys = (_find_why(part, rulebook, context) for part in context.list_parts())
    return next((why for why in whys if why is not None), None)


def _find_why(context: Context, rulebook: RuleBook, whole: Context) -> str | None:
    """The same of the only site of `context`, where `whole` is of all of them."""
    record = context.site_store.find_record()
    if record is None or record.profile is None or record.as_of is None:
        return "no run has read Jira to the end yet"
    if _is_held_unread(context):
        return "the last run was held back before anything was taken from it"
    if context.mirror.is_ahead_of(record.walk):
        return "the last run was ended while it read"
    elsewhere = list_other_fields(whole, context.settings.site)
    return _find_unread_fields(record, record.profile, rulebook, elsewhere)


def _is_held_unread(context: Context) -> bool:
    """Whether a guard has held what was read, and not what it came to: there is no plan of it."""
    runs = read_last_runs(context.state, context.settings.site)
    passed_over = (*UNREAD, "running", "stopped")
    last = next((run for run in runs if run.outcome not in passed_over), None)
    return last is not None and last.outcome == "held" and not last.is_proposed


def _find_unread_fields(
    record: SiteRecord,
    profile: SiteProfile,
    rulebook: RuleBook,
    elsewhere: Sequence[Field] | None,
) -> str | None:
    places, first = locate_fields(rulebook), rulebook.effort.points_fields
    try:
        fields = plan_fields(profile, places, first, places, elsewhere=elsewhere)
    except RuleBookError:
        return "they name a field that Jira did not have"
    if not set(fields.requested) <= set(record.fields):
        return "they name a field that was not read"
    if fields.points != record.points_fields:
        return "they take story points from other fields"
    return None


def publish_new_rules(context: Context, rulebook: RuleBook, stop: threading.Event) -> None:
    """Translate by these rules what was read last, and publish it, under the lease.

    For rules that `find_why_to_read` says nothing against. Raises what a run raises but for Jira:
    HeldError, RuleBookError, LeaseHeldError, StoppedError where `stop` was set before publishing.
    """
    with (
        acquire_lease(context.clean) as lease,
        keep_board(context.settings),
        open_run_log(context, lease, reads_jira=False) as run_log,
    ):
        run_log.last_publication = check_histories(context)
        passed = read_passed_texts(context.first.site_store)
        with guard_lease(context.clean, lease), ExitStack() as leases:
            run = gather_sites(context, rulebook, passed, lease, leases)
            translated = translate_stage(run, run_log)
            check_not_stopped(stop, lease)
            published = publish_translated(run, translated, run_log, fresh_for=None)
        run_log.record_new_rules(translated.cached.plan, published)
