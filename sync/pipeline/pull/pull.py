"""One pull, from who answers there to the commit of the walk."""

from collections import defaultdict
from datetime import UTC, datetime

import structlog
from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Project, SiteProfile
from models.errors import HeldError, Problem, RuleBookError
from models.finding import Finding
from models.loss import Loss
from sync.crash_points import pass_crash_point
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.http import JiraClient
from sync.jira.describe.field_plan import FieldPlan, keep_known_names, plan_fields
from sync.jira.describe.site_info import SiteInfo, check_identity, fetch_site_info
from sync.jira.read.decode import IssueDecoder
from sync.jira.read.walk import Walk, WalkReport
from sync.pipeline.pull.census import find_confirmed_missing, find_gone
from sync.pipeline.pull.due import Due, still_holds, what_is_due
from sync.pipeline.pull.emptied import explain_emptied, judge_emptied, watch_fields
from sync.pipeline.pull.findings import (
    find_field_drift,
    find_losses,
    find_lost_projects,
    find_renamed_projects,
)
from sync.pipeline.pull.future import heal_future
from sync.pipeline.pull.losses import judge_losses, recall_losses, report_losses
from sync.pipeline.pull.parents import find_ids_below, find_newly_gone
from sync.pipeline.pull.reading import PullRun, Reading, Walked
from sync.pipeline.pull.site_identity import Candidate, verify_site
from sync.pipeline.pull.write import date_by_history, read_pages
from sync.pipeline.translation_cache import load_cached
from sync.rulebook import check_no_id_is_a_key, locate_fields
from sync.store.state.mirror.rows import SiteRecord
from sync.store.state.mirror.undated import count_backlog
from translators.backlog.losses import keep_accepted
from translators.backlog.untold import judge_backlog
from translators.effort.booking import generation_of

log = structlog.get_logger()

EVER = datetime(1990, 1, 1, tzinfo=UTC)
"""Everything is newer: what a project holds under a new key, or after an absence, is read whole."""


class Pulled(Struct, frozen=True, kw_only=True):
    """What a pull came to. What it changed is noted in the mirror.

    `losses` are issues that are not believed to be gone, though a census did not find them.
    """

    profile: SiteProfile
    fields: FieldPlan
    report: WalkReport
    findings: tuple[Finding, ...]
    losses: tuple[Loss, ...] = ()


def pull_changes(run: PullRun) -> Pulled:
    """Read the site and commit the walk; any anomaly is an error, and the mirror stays.

    Raises what `fetch_site_info`, `verify_site` and `Walk` raise; HeldError if Jira shows no issue,
    FieldsEmptiedError if it does not show a field any more.
    """
    with BlockingJiraClient(run.site, run.retry_policy) as jira:
        site_info = fetch_site_info(jira)
        run.check_clock(site_info.server_time)
        candidate = Candidate(run.site, site_info, run.retry_policy)
        moved = verify_site(candidate, run.mirror, run.site_store, full=run.full)
        reading = _begin_walk(run, site_info)
        walked = jira.run(_walk_site(run, reading, jira.client))
        check_identity(jira, reading.profile)
    if walked.collapsed:
        raise explain_emptied(walked.collapsed)
    return _commit_walk(run, reading, walked, moved)


def _begin_walk(run: PullRun, site_info: SiteInfo) -> Reading:
    """What is to be read; that the walk began is noted."""
    record = run.site_store.ensure_record()
    healed = heal_future(run.mirror, record, site_info.server_time)
    profile, fields = _describe_site(run, record, site_info)
    first = record.as_of is None and not run.site_store.read_watermarks()
    due = what_is_due(record, profile, fields, first=first, full=run.full)
    log.info("walk.started", census=due.census, reread=due.reread, why=due.why)
    reads = fields.requested if record.fields == fields.requested or first else ()
    generation = generation_of(run.rulebook.effort, fields.points)
    cached = load_cached(run.site_store, run.rulebook.digest, generation, profile.server_time)
    is_kept = cached is not None and not due.reread
    run.site_store.begin_walk(
        profile, reads, record.walk + 1, token=run.lease.token, is_translation_kept=is_kept
    )
    pass_crash_point("walk.begun")
    return Reading(record, profile, fields, due, is_kept, healed)


def _describe_site(
    run: PullRun, record: SiteRecord, site_info: SiteInfo
) -> tuple[SiteProfile, FieldPlan]:
    """The site as it was described today, or anew where that is old or does not fit."""
    known = record.profile
    is_whole = known and not find_lost_projects(run, known)
    if known and is_whole and not run.full and still_holds(known, site_info, run.site):
        profile = replace(
            known,
            address=site_info.address,
            reached=site_info.reached,
            version=site_info.version,
            server_time=site_info.server_time,
            identity=site_info.identity,
        )
        try:
            return profile, _plan_fields(run, profile)
        except RuleBookError:
            log.info("site.described-again", why="a rule names a field that was not there")
    seen = run.mirror.seen_projects()
    estimates = known.estimates if known else ()
    from sync.jira.describe.profile import describe_site  # noqa: PLC0415 - 0.2 s, once a day

    profile = describe_site(run.site, site_info, run.retry_policy, seen, estimates)
    fields = keep_known_names(profile.fields, known.fields if known else ())
    profile = replace(profile, fields=fields)
    return profile, _plan_fields(run, profile)


def _plan_fields(run: PullRun, profile: SiteProfile) -> FieldPlan:
    places = locate_fields(run.rulebook)
    points_first = run.rulebook.effort.points_fields
    fields = plan_fields(profile, places, points_first, places, elsewhere=run.elsewhere)
    check_no_id_is_a_key(run.rulebook, {project.key for project in profile.projects})
    return fields


async def _walk_site(run: PullRun, reading: Reading, client: JiraClient) -> Walked:
    """List what is due, and fetch and write it page by page."""
    record, profile = reading.record, reading.profile
    decoder = IssueDecoder(run.mirror.site, profile, reading.fields, record.hash_key)
    decoder.type_levels.epics |= record.types_at(HierarchyLevel.EPIC)
    decoder.type_levels.above |= record.types_at(HierarchyLevel.ABOVE)
    walk = Walk(client, profile, reading.fields, decoder, record.first_id)
    walked = Walked(walk, reading.due, watch_fields(record, reading.fields))
    listed, again = await _list_ids(run, record, walked)
    walked.listed = len(listed) + len(again)
    run.progress(0, walked.listed)
    is_all = listed == walked.present
    await read_pages(run, reading, walked, listed | again, all_of_them=is_all, unlisted=again)
    await judge_emptied(run, reading, walked)
    await date_by_history(run, reading, walked)
    return walked


async def _list_ids(run: PullRun, record: SiteRecord, walked: Walked) -> tuple[set[int], set[int]]:
    """The ids to fetch: those listed, and those that could not be handed out last time."""
    walk = walked.walk
    if not walked.due.reread and not await walk.understands_time():
        walked.due = Due(census=True, reread=True, why="Jira cannot tell what changed")
        log.warning("walk.whole", why=walked.due.why)
    if not walked.due.census:
        listed = await _list_stale(run, record, walked)
        return listed, set(record.unread) - listed
    walked.present = await walk.list_all_ids()
    if not walked.present:
        raise _nothing_came()
    if walked.due.reread:
        return walked.present, set()
    return await _list_stale(run, record, walked), set()


async def _list_stale(run: PullRun, record: SiteRecord, walked: Walked) -> set[int]:
    """The ids that are listed of what the mirror lacks or has old."""
    walk, due, present = walked.walk, walked.due, walked.present
    keys = {project.id: project.key for project in run.site_store.list_projects()}
    ids: set[int] = set()
    if present is not None:
        ids = present & set(record.unread) | present - run.mirror.list_ids()
        back = present & run.mirror.missing_ids().keys()
        shown = [each for each in walk.projects if record.as_of and each.id not in keys]
        ids |= back | present & find_ids_below(run.mirror, back, shown)
    watermarks = run.site_store.read_watermarks()
    groups: dict[datetime, list[Project]] = defaultdict(list)
    for project in walk.projects:
        mark = watermarks[project.id]
        goes_on = record.as_of is None or keys.get(project.id) == project.key
        goes_on &= mark <= walk.profile.server_time
        groups[mark - due.overlap if goes_on else EVER].append(project)
    for since, projects in groups.items():
        ids |= await walk.list_changed_ids(since, projects)
    return ids


def _commit_walk(run: PullRun, reading: Reading, walked: Walked, moved: Finding | None) -> Pulled:
    record, walk, due = reading.record, walked.walk, walked.due
    projects, gone, losses = _find_gone(run, record, walked)
    profile = replace(walk.complete_profile(projects), losses=losses)
    if walk.is_renamed:
        profile = replace(profile, described_at=EVER)
    asked = record.profile.asked_projects if record.profile else ()
    is_other = due.reread or asked != profile.asked_projects
    before = run.site_store.list_projects()
    is_other |= set(before) != set(projects)
    confirmed = find_confirmed_missing(run.mirror, record.census_at) if due.census else []
    report = walk.build_report()
    is_whole = due.reread or record.as_of is None
    noticed = record.noticed
    if is_whole:
        noticed = (*judge_backlog(count_backlog(run.mirror)), *report.findings)
    run.site_store.finish_walk(
        profile,
        walk.fields,
        record.walk + 1,
        token=run.lease.token,
        gone=gone,
        unread=walk.unread | walked.older,
        missing=confirmed,
        is_translation_kept=reading.is_kept and not is_other,
        census=due.census,
        reread=due.reread,
        noticed=noticed if is_whole else None,
        accepted=_keep_accepted(record, walked, losses),
    )
    pass_crash_point("walk.committed")
    log.info(
        "walk.finished",
        issues=report.issues,
        changed=walked.written,
        missing=len(gone),
        requests=report.requests,
    )
    census_at = profile.server_time if due.census else record.census_at
    return Pulled(
        profile=profile,
        fields=walk.fields,
        report=report,
        losses=losses,
        findings=(
            *dict.fromkeys((*noticed, *report.findings)),
            *(each for each in (moved, reading.healed, walked.untold) if each),
            *find_renamed_projects(before, projects),
            *report_losses(losses),
            *find_losses(run, profile, walked.older, census_at),
            *find_field_drift(record, profile, walk.fields),
        ),
    )


def _find_gone(
    run: PullRun, record: SiteRecord, walked: Walked
) -> tuple[tuple[Project, ...], list[int], tuple[Loss, ...]]:
    """The projects that can be seen whole, what of theirs is gone, and what is lost of others."""
    walk, now = walked.walk, walked.walk.profile.server_time
    present = None if walk.is_nameless else walked.present
    gone, hidden = find_gone(run.mirror, present, walk.projects)
    shown = [project for project in walk.projects if project not in hidden]
    if present is None:
        losses = recall_losses(record, shown)
    else:
        losses = judge_losses(run, record, gone, shown, now)
    doubted = {loss.project for loss in losses}
    projects = tuple(project for project in shown if project.key not in doubted)
    if doubted:
        gone, _ = find_gone(run.mirror, present, projects)
    return projects, sorted({*gone, *find_newly_gone(run.mirror, walked.gone, projects)}), losses


def _keep_accepted(
    record: SiteRecord, walked: Walked, losses: tuple[Loss, ...]
) -> tuple[Loss, ...]:
    """Until a census looks, what was accepted stays so."""
    if walked.present is None or walked.walk.is_nameless:
        return record.losses
    return keep_accepted(record.losses, losses, walked.walk.profile.server_time)


def _nothing_came() -> HeldError:
    """An empty backlog is no walk to believe in: it is held, and the mirror stays."""
    remedy = "Nothing was published. Check what the account may see, and HEADWAY_JIRA_PROJECTS."
    return HeldError(Problem("guard nothing-came", "Jira shows no issue at all.", remedy))
