"""One run, in order: walk, mirror, book, translate, audit, publish. Each stage is one call."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from msgspec.structs import replace

from models.backlog import Issue, SiteProfile
from models.decision import Decision
from models.errors import (
    HeldError,
    Problem,
    RefusedError,
    RuleBookError,
    StoppedError,
    UsageError,
)
from models.finding import Finding
from models.plan import Plan
from models.rulebook import RuleBook
from sync.logbook import Logbook, RunResult, open_logbook
from sync.office import open_office
from sync.rulebook import named_fields, read_rulebook
from sync.settings import Settings
from sync.source.decoding import IssueDecoder
from sync.source.fields import FieldPlan, plan_fields
from sync.source.http import Carrier
from sync.source.patience import Patience
from sync.source.profile import check_identity, profile_site
from sync.source.walk import Walk, WalkReport
from sync.store import ledger, runs
from sync.store.decisions import write_decisions
from sync.store.lease import Lease, holding
from sync.store.mirror_rows import SiteRecord
from sync.store.publishing import publish
from sync.workshop import Workshop
from translators.completion import dated
from translators.effort import book, generation_of
from translators.hierarchy import resolve_epics

log = structlog.get_logger()

Progress = Callable[[int], None]

WARN_DAYS = 30
"""So many days before its token ends a run begins to say so."""


def run_once(
    workshop: Workshop,
    *,
    stop: threading.Event | None = None,
    progress: Progress = lambda _issues: None,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> RunResult:
    """One whole run under the lease; whatever goes wrong is recorded, then raised.

    Every run walks the whole backlog. `stop` is looked at between pages and before publishing,
    never inside.
    """
    stop = stop or threading.Event()
    rulebook = usable_rulebook(workshop.settings)
    with holding(workshop.clean) as lease, open_logbook(workshop, lease) as logbook:
        run = _Run(workshop, rulebook, logbook, lease, stop, progress, patience)
        return run.carry_out()


def usable_rulebook(settings: Settings) -> RuleBook:
    """The rule book, which must have at least one capability; UsageError if not."""
    rulebook = read_rulebook(settings.config_dir)
    if not rulebook.capabilities:
        what = "has no capability yet, so there is nothing to publish"
        raise UsageError(Problem(str(settings.config_dir), what, "Run `headway init`."))
    return rulebook


def last_success(workshop: Workshop) -> datetime | None:
    """When the last good run began."""
    return runs.last_success(workshop.state, workshop.settings.site)


@dataclass
class _Run:
    """One run on its way."""

    workshop: Workshop
    rulebook: RuleBook
    logbook: Logbook
    lease: Lease
    stop: threading.Event
    progress: Progress
    patience: Patience

    def carry_out(self) -> RunResult:
        began = time.monotonic()
        site = self.workshop.settings.connection()
        profile = profile_site(site, self.patience)
        fields = plan_fields(
            profile, named_fields(self.rulebook), self.rulebook.effort.points_fields
        )
        record = self.workshop.mirror.record()
        profile, report, present = asyncio.run(self._walk(profile, fields, record))
        check_identity(site, profile, self.patience)
        self._commit_walk(profile, fields, present, record.walk + 1)
        issues, unresolved = self._resolve()
        findings = [*self._token(profile), *unresolved, *self._book(profile, fields, issues)]
        plan, decisions = self._translate(issues)
        self._check_going_on()
        write_decisions(
            self.workshop.state, site.name, decisions, self.rulebook.digest, profile.server_time
        )
        if plan.holds:
            raise self.logbook.held(plan, findings)
        published = publish(
            self.workshop.clean,
            plan,
            self.rulebook,
            run_id=self.logbook.run_id,
            token=self.lease.token,
            fresh_for=self.workshop.settings.freshness,
        )
        outcome = _outcome(plan)
        result = RunResult(
            run_id=self.logbook.run_id,
            outcome=outcome,
            exit_code=RefusedError.exit_code if outcome == "partial" else 0,
            revision=published.revision,
            change_seq=published.change_seq,
            rows_written=published.rows_written,
            seconds=time.monotonic() - began,
            walk=report,
            plan=plan,
        )
        self.logbook.finished(result, (*report.findings, *findings, *plan.findings))
        return result

    async def _walk(
        self, profile: SiteProfile, fields: FieldPlan, record: SiteRecord
    ) -> tuple[SiteProfile, WalkReport, set[int]]:
        """Walk and mirror everything; the profile comes back knowing the types of epics."""
        mirror, walk = self.workshop.mirror, record.walk + 1
        seen = mirror.seen()
        first_run = record.as_of is None
        decoder = IssueDecoder(mirror.site, profile, fields, record.hash_key)
        decoder.ladder.epics |= set(record.epic_types)
        decoder.ladder.above |= set(record.above_types)
        present: set[int] = set()
        written = 0
        async with Carrier(self.workshop.settings.connection(), self.patience) as carrier:
            trip = Walk(carrier, profile, fields, decoder, self.stop)
            async for page in trip.issues():
                if self.lease.lost.is_set():
                    raise StoppedError(Problem("lease", "was lost during the walk", "Run again."))
                issues = [
                    dated(issue, seen.get(issue.id), profile.server_time, first_run)
                    for issue in page
                ]
                written += mirror.write(issues, seen, walk)
                present.update(issue.id for issue in issues)
                self.progress(len(present))
        log.info("walk.finished", issues=len(present), changed=written, pages=trip.report.pages)
        types = tuple(replace(found, rung=decoder.ladder.rung_of(found)) for found in profile.types)
        return replace(profile, types=types), trip.report, present

    def _commit_walk(
        self, profile: SiteProfile, fields: FieldPlan, present: set[int], walk: int
    ) -> None:
        """An empty backlog is no walk to believe in: it is held, and the mirror stays."""
        mirror = self.workshop.mirror
        if not present:
            why = "Jira shows no issue at all."
            raise HeldError(Problem("guard nothing-came", why, _ASK_JIRA))
        missing = mirror.finish_walk(profile, fields.points, present, walk)
        if missing:
            log.warning("mirror.missing", issues=missing)

    def _resolve(self) -> tuple[tuple[Issue, ...], tuple[Finding, ...]]:
        """Read the mirror back, every issue with its epic as it now stands."""
        mirror = self.workshop.mirror
        issues = tuple(mirror.issues())
        epics, findings = resolve_epics(issues)
        mirror.write_epics(epics)
        resolved = tuple(
            issue if issue.epic_id == epics[issue.id] else replace(issue, epic_id=epics[issue.id])
            for issue in issues
        )
        return resolved, findings

    def _book(
        self, profile: SiteProfile, fields: FieldPlan, issues: tuple[Issue, ...]
    ) -> list[Finding]:
        site = self.workshop.settings.site
        generation = generation_of(self.rulebook.effort, fields.points)
        booked = ledger.read_ledger(self.workshop.state, site, generation)
        booking = book(
            issues,
            booked,
            self.rulebook.effort,
            profile.server_time,
            frozenset(project.key for project in profile.projects),
        )
        ledger.append(self.workshop.state, booking)
        log.info("ledger.booked", entries=len(booking.entries), windows=len(booking.windows))
        return list(booking.findings)

    def _translate(self, issues: tuple[Issue, ...]) -> tuple[Plan, tuple[Decision, ...]]:
        office = open_office(self.workshop, self.rulebook, issues)
        missing = set(office.world.memory.capabilities) - {
            rule.id for rule in self.rulebook.capabilities
        }
        if missing:
            raise RuleBookError(
                Problem(
                    str(self.workshop.settings.config_dir),
                    f"lacks the published capability {capability_id!r}",
                    "Published ids are never deleted: give it `withdrawn: {reason: ...}`.",
                )
                for capability_id in sorted(missing)
            )
        translation = office.translate()
        return translation.plan, translation.standing.decisions

    def _token(self, profile: SiteProfile) -> list[Finding]:
        """A word of warning before the token ends; no interface of Jira tells."""
        ends = self.workshop.settings.jira_token_expires
        days = (ends - profile.server_time.date()).days if ends else WARN_DAYS + 1
        if days > WARN_DAYS:
            return []
        what = f"the token ends in {days} days" if days >= 0 else "the token has ended"
        return [Finding("token-ends", "HEADWAY_JIRA_TOKEN_EXPIRES", f"{what}; make a new one")]

    def _check_going_on(self) -> None:
        if self.stop.is_set() or self.lease.lost.is_set():
            what = "was asked to stop before publishing"
            raise StoppedError(Problem("run", what, "Nothing was published; the next run goes on."))


_ASK_JIRA = "Nothing was published. Check what the account may see, and HEADWAY_JIRA_PROJECTS."


def _outcome(plan: Plan) -> str:
    if plan.unseen_projects:
        return "partial"
    return "unchanged" if plan.is_empty else "published"
