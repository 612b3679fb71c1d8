"""Pulls what changed at the site into the mirror: a first walk, and every later one, is this one.

What a run lists depends on what is due; what it fetches is whatever the mirror lacks or has old:

    listed by a census (daily)     ids the mirror does not have, or had missing; all, on a re-read
    listed as changed (each run)   updated since the watermark, by Jira's clock, with an overlap

So a walk that was cut short goes on where it stopped, and the first walk is no special case. What
Jira shows older than it was is not taken, and what one census lacks is not missing before another
one does: searches answer from indexes that may be behind.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import structlog
from msgspec import Struct
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, Project, SiteProfile
from models.errors import HeldError, Problem, RuleBookError, StoppedError
from models.finding import Finding
from models.rulebook import RuleBook
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.http import JiraClient
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.field_plan import FieldPlan, keep_known_names, plan_fields
from sync.jira.describe.site_info import SiteInfo, check_identity, fetch_site_info
from sync.jira.read.decode import IssueDecoder
from sync.jira.read.walk import Walk, WalkReport
from sync.pipeline.due import Due, still_holds, what_is_due
from sync.pipeline.incremental.cache import load_cached
from sync.pipeline.site_identity import Candidate, verify_site
from sync.rulebook import named_fields
from sync.store.clean.lease import Lease
from sync.store.state.mirror import Mirror
from sync.store.state.mirror_rows import Seen, SiteRecord
from sync.store.state.site import SiteStore
from translators.backlog.completion import date_completion
from translators.effort.booking import generation_of
from translators.plan.relevance import compile_relevance
from translators.plurals import count_noun
from translators.rules.decide import CompiledRules, compile_rules

log = structlog.get_logger()

Progress = Callable[[int, int], None]
"""Told how many issues have been read, and of how many."""

WHOLE = 5
"""A project that loses so many issues or more, and every one, was not emptied: it was hidden."""
EVER = datetime(1990, 1, 1, tzinfo=UTC)
"""Everything is newer: what a project holds under a new key, or after an absence, is read whole."""


class Pulled(Struct, frozen=True, kw_only=True):
    """What a pull came to. What of it bears on the list is noted in the mirror."""

    profile: SiteProfile
    fields: FieldPlan
    report: WalkReport
    walk: int
    findings: tuple[Finding, ...]


@dataclass
class Pull:
    """One pull. Nothing counts until `carry_out` has come to its end."""

    site: Site
    mirror: Mirror
    site_store: SiteStore
    rulebook: RuleBook
    lease: Lease
    progress: Progress
    retry_policy: RetryPolicy
    full: bool = False
    moved: Finding | None = field(default=None, init=False)
    written: int = field(default=0, init=False)
    older: set[int] = field(default_factory=set, init=False)
    read: int = field(default=0, init=False)
    listed: int = field(default=0, init=False)

    @cached_property
    def _judge(self) -> CompiledRules:
        return compile_rules(self.rulebook)

    def carry_out(self) -> Pulled:
        """Read the site and commit the walk; any anomaly is an error, and the mirror stays.

        Raises what fetch_site_info, verify_site and Walk raise; HeldError if Jira shows no issue
        at all.
        """
        with BlockingJiraClient(self.site, self.retry_policy) as jira:
            site_info = fetch_site_info(jira)
            candidate = Candidate(self.site, site_info, self.retry_policy)
            self.moved = verify_site(candidate, self.mirror, self.site_store, full=self.full)
            record = self.site_store.record()
            profile, fields = self._describe(record, site_info)
            due = self._begin_walk(record, profile, fields)
            walk, due, present = jira.run(self._walk(jira.client, record, profile, fields, due))
            check_identity(jira, profile)
        return self._commit(record, walk, due, present)

    def _begin_walk(self, record: SiteRecord, profile: SiteProfile, fields: FieldPlan) -> Due:
        """What is due at this walk, which is noted to have begun."""
        first = self._is_first(record)
        due = what_is_due(record, profile, fields, first=first, full=self.full)
        log.info("walk.started", census=due.census, reread=due.reread, why=due.why)
        same_fields = record.fields == fields.requested or first
        reads = fields.requested if same_fields else ()
        generation = generation_of(self.rulebook.effort, fields.points)
        now = profile.server_time
        stands = load_cached(self.site_store, self.rulebook.digest, generation, now) is not None
        self.site_store.begin_walk(profile, reads, record.walk + 1, stands=stands)
        return due

    def _describe(self, record: SiteRecord, site_info: SiteInfo) -> tuple[SiteProfile, FieldPlan]:
        """The site as it was described today, or anew where that is old or does not fit."""
        known = record.profile
        if known and not self.full and still_holds(known, site_info, self.site):
            profile = replace(
                known,
                address=site_info.address,
                reached=site_info.reached,
                version=site_info.version,
                server_time=site_info.server_time,
                identity=site_info.identity,
            )
            try:
                return profile, self._fields(profile)
            except RuleBookError:
                log.info("site.described-again", why="a rule names a field that was not there")
        seen = self.mirror.seen_projects()
        estimates = known.estimates if known else ()
        from sync.jira.describe.profile import describe_site  # noqa: PLC0415 - 0.2 s, once a day

        profile = describe_site(self.site, site_info, self.retry_policy, seen, estimates)
        fields = keep_known_names(profile.fields, known.fields if known else ())
        profile = replace(profile, fields=fields)
        return profile, self._fields(profile)

    def _fields(self, profile: SiteProfile) -> FieldPlan:
        return plan_fields(profile, named_fields(self.rulebook), self.rulebook.effort.points_fields)

    def _is_first(self, record: SiteRecord) -> bool:
        return record.as_of is None and not self.site_store.watermarks()

    async def _walk(
        self,
        client: JiraClient,
        record: SiteRecord,
        profile: SiteProfile,
        fields: FieldPlan,
        due: Due,
    ) -> tuple[Walk, Due, set[int] | None]:
        """List and fetch; with a census, the ids of all that is there come back too."""
        decoder = IssueDecoder(self.mirror.site, profile, fields, record.hash_key)
        decoder.type_levels.epics |= record.types_at(HierarchyLevel.EPIC)
        decoder.type_levels.above |= record.types_at(HierarchyLevel.ABOVE)
        walk = Walk(client, profile, fields, decoder)
        if not due.reread and not await walk.understands_time():
            due = Due(census=True, reread=True, why="Jira cannot tell what changed")
            log.warning("walk.whole", why=due.why)
        present = await walk.list_all_ids() if due.census else None
        if present is not None and not present:
            raise _nothing_came()
        listed = set(present or ()) if due.reread else await self._stale(record, walk, due, present)
        again = set() if present is not None else set(record.unread) - listed
        issues = walk.read_issues(listed | again, all_of_them=listed == present, unlisted=again)
        self.listed = len(listed | again)
        self.progress(0, self.listed)
        async with aclosing(issues) as pages:
            async for page in pages:
                if self.lease.lost.is_set():
                    what = "was lost during the walk"
                    raise StoppedError(Problem("lease", what, "Run again."))
                await asyncio.to_thread(self._write, page, profile.server_time, record)
        return walk, due, present

    async def _stale(
        self, record: SiteRecord, walk: Walk, due: Due, present: set[int] | None
    ) -> set[int]:
        """The ids that are listed of what the mirror lacks or has old."""
        ids: set[int] = set()
        if present is not None:
            ids = present & set(record.unread) | present - self.mirror.ids()
            ids |= present & self.mirror.missing_ids().keys()
        keys = {project.id: project.key for project in self.site_store.projects()}
        watermarks = self.site_store.watermarks()
        groups: dict[datetime, list[Project]] = defaultdict(list)
        for project in walk.projects:
            goes_on = record.as_of is None or keys.get(project.id) == project.key
            groups[watermarks[project.id] - due.overlap if goes_on else EVER].append(project)
        for since, projects in groups.items():
            ids |= await walk.list_changed_ids(since, projects)
        return ids

    def _write(self, page: list[Issue], as_of: datetime, record: SiteRecord) -> None:
        seen = self.mirror.seen(issue.id for issue in page)
        older = {issue.id for issue in page if _is_older(issue, seen.get(issue.id))}
        self.older |= older
        first_run = record.as_of is None
        issues = [
            date_completion(issue, seen.get(issue.id), as_of, first_run)
            for issue in page
            if self.full or issue.id not in older
        ]
        bears = compile_relevance(self._judge, as_of.date())
        self.written += self.mirror.write(issues, seen, record.walk + 1, bears)
        self.read += len(page)
        self.progress(self.read, self.listed)
        log.debug("mirror.written", read=self.read, of=self.listed, changed=self.written)

    def _commit(self, record: SiteRecord, walk: Walk, due: Due, present: set[int] | None) -> Pulled:
        gone, hidden = self._gone(present, walk.projects)
        projects = tuple(found for found in walk.projects if found not in hidden)
        profile = walk.complete_profile(projects)
        if walk.is_renamed:
            profile = replace(profile, described_at=EVER)
        asked = record.profile.asked_projects if record.profile else ()
        anew = due.reread or asked != profile.asked_projects
        anew |= set(self.site_store.projects()) != set(projects)
        confirmed = self._confirmed(record) if due.census else []
        report = walk.build_report()
        noticed = report.findings if due.reread else record.noticed
        self.site_store.finish_walk(
            profile,
            walk.fields,
            record.walk + 1,
            gone=gone,
            unread=walk.unread | self.older,
            touched=confirmed,
            anew=anew,
            census=due.census,
            noticed=report.findings if due.reread else None,
        )
        log.info(
            "walk.finished",
            issues=report.issues,
            changed=self.written,
            missing=len(gone),
            requests=report.requests,
        )
        return Pulled(
            profile=profile,
            fields=walk.fields,
            report=report,
            walk=record.walk + 1,
            findings=(
                *dict.fromkeys((*noticed, *report.findings)),
                *self._findings(record, profile, due),
                *_drift(record, profile, walk.fields),
            ),
        )

    def _gone(
        self, present: set[int] | None, projects: Iterable[Project]
    ) -> tuple[list[int], list[Project]]:
        """The issues that are gone, and projects so wholly gone that they must be hidden."""
        if present is None:
            return [], []
        by_id = {project.id: project for project in projects}
        known = self.mirror.present_ids(by_id)
        had, lost = Counter(known.values()), Counter(known[each] for each in known.keys() - present)
        hidden = {each for each in lost if lost[each] == had[each] >= WHOLE}
        gone = sorted(each for each in known.keys() - present if known[each] not in hidden)
        return gone, [by_id[each] for each in sorted(hidden)]

    def _confirmed(self, record: SiteRecord) -> list[Issue]:
        """The issues that the last census did not find for the first time, nor did this one."""
        if record.census_at is None:
            return []
        before = self.mirror.missing_ids(record.census_at)
        return self.mirror.some(self.mirror.missing_ids().keys() - before.keys())

    def _findings(self, record: SiteRecord, profile: SiteProfile, due: Due) -> Iterable[Finding]:
        if self.moved:
            yield self.moved
        wanted = {key.upper() for key in self.site.projects}
        lost = self.mirror.seen_projects() - {project.key for project in profile.projects}
        for key in sorted(lost & wanted if wanted else lost):
            what = "cannot be seen any more; what is known of it stays as it was"
            yield Finding("project-lost", f"project {key}", what)
        if self.older:
            what = (
                f"{len(self.older)} issues are shown older than they were before, and stay as they "
                "were; if Jira was restored from a backup, run `headway sync --full`"
            )
            yield Finding("issues-older", f"issue id {min(self.older)}", what)
        census_at = profile.server_time if due.census else record.census_at
        missing = self.mirror.missing_ids(census_at) if census_at else {}
        if missing:
            gone = count_noun(len(missing), "issue", "are not", one="is not")
            what = f"{gone} in Jira any more, in two censuses or more"
            yield Finding("issues-missing", min(missing.values()), what)


def _drift(record: SiteRecord, profile: SiteProfile, fields: FieldPlan) -> Iterable[Finding]:
    """What became of the fields that story points are read from."""
    if record.as_of and record.points_fields != fields.points:
        before, now = (", ".join(ids) or "none" for ids in (record.points_fields, fields.points))
        what = f"are read from other fields than before ({before}; now {now}); all was read again"
        yield Finding("points-changed", "story points", what)
    for found in profile.fields:
        if found.was:
            what = f"is called {found.name!r} now and was {found.was!r}; it still counts"
            yield Finding("points-renamed", f"field {found.id}", what)


def _is_older(issue: Issue, known: Seen | None) -> bool:
    """Whether Jira shows an issue as it was before we last read it: a search that fell behind."""
    return known is not None and issue.updated_at < known.updated_at


def _nothing_came() -> HeldError:
    """An empty backlog is no walk to believe in: it is held, and the mirror stays."""
    remedy = "Nothing was published. Check what the account may see, and HEADWAY_JIRA_PROJECTS."
    return HeldError(Problem("guard nothing-came", "Jira shows no issue at all.", remedy))
