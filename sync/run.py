"""One run, in order: walk, mirror, book, translate, audit, publish. Each stage is one call."""

import dataclasses
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from msgspec.structs import replace

from models.backlog import Issue, SiteProfile
from models.decision import Decision
from models.effort import Ledger
from models.errors import Problem, RefusedError, StoppedError
from models.finding import Finding
from models.plan import Plan, Proposal
from models.rulebook import RuleBook
from sync.logbook import Logbook, RunResult, open_logbook
from sync.office import check_none_deleted, open_office
from sync.pull import Progress, Pull, Pulled
from sync.rulebook import usable_rulebook
from sync.settling import Settlement, settle, settled
from sync.source.patience import Patience
from sync.store import ledger, runs
from sync.store.decisions import write_decisions
from sync.store.lease import Lease, alone, holding
from sync.store.publishing import head_revision, publish
from sync.workshop import Workshop
from translators.boundaries import next_boundary
from translators.counting import counted
from translators.effort import book, generation_of
from translators.hierarchy import resolve_epics
from translators.oddities import oddities, put_together
from translators.surveying import survey

log = structlog.get_logger()

WARN_DAYS = 30
"""So many days before its token ends a run begins to say so."""


def run_once(
    workshop: Workshop,
    *,
    stop: threading.Event | None = None,
    progress: Progress = lambda _read, _listed: None,
    patience: Patience = Patience(),  # noqa: B008 - frozen
    full: bool = False,
) -> RunResult:
    """One whole run under the lease; whatever goes wrong is recorded, then raised.

    It reads what changed at the site, or all of it if `full`. `stop` is looked at between pages
    and before publishing, never inside.
    """
    stop = stop or threading.Event()
    with holding(workshop.clean) as lease, open_logbook(workshop, lease) as logbook:
        rulebook = usable_rulebook(workshop.settings.config_dir)
        log.debug("rules.read", capabilities=len(rulebook.capabilities), digest=rulebook.digest)
        pull = Pull(
            site=workshop.settings.connection(),
            mirror=workshop.mirror,
            sitebook=workshop.sitebook,
            rulebook=rulebook,
            lease=lease,
            stop=stop,
            progress=progress,
            patience=dataclasses.replace(patience, stop=stop),
            full=full,
        )
        with alone(workshop.clean, lease):
            return _Run(workshop, rulebook, logbook, lease, stop).carry_out(pull)


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

    def carry_out(self, pull: Pull) -> RunResult:
        began = time.monotonic()
        pulled = pull.carry_out()
        settlement = None if pulled.changed else self._settled(pulled.profile.server_time)
        decisions: tuple[Decision, ...] | None = None
        if settlement is None:
            settlement, decisions = self._translate(pulled)
        self._check_going_on()
        plan = settlement.plan
        findings = (
            *pulled.findings,
            *self._token(pulled.profile),
            *settlement.findings,
            *plan.findings,
        )
        if plan.holds:
            texts = self.rulebook.texts
            proposal = Proposal(plan=plan, texts=texts, decisions=decisions or ())
            raise self.logbook.held(proposal, findings)
        published = publish(
            self.workshop.clean,
            plan,
            self.rulebook,
            run_id=self.logbook.run_id,
            token=self.lease.token,
            fresh_for=self.workshop.settings.freshness,
        )
        if decisions is not None:
            site = self.workshop.settings.site
            write_decisions(self.workshop.state, site, decisions, plan.rulebook_digest, plan.as_of)
        settle(self.workshop.sitebook, settlement, published.revision)
        outcome = _outcome(plan)
        result = RunResult(
            run_id=self.logbook.run_id,
            outcome=outcome,
            exit_code=RefusedError.exit_code if outcome == "partial" else 0,
            revision=published.revision,
            change_seq=published.change_seq,
            rows_written=published.rows_written,
            seconds=time.monotonic() - began,
            walk=pulled.report,
            plan=plan,
            findings=findings,
        )
        self.logbook.finished(result)
        return result

    def _settled(self, as_of: datetime) -> Settlement | None:
        """What the last translation came to, if nothing can have changed since."""
        revision = head_revision(self.workshop.clean)
        found = settled(self.workshop.sitebook, self.rulebook.digest, revision, as_of)
        log.info("translation.skipped" if found else "translation.due")
        return found

    def _translate(self, pulled: Pulled) -> tuple[Settlement, tuple[Decision, ...]]:
        """Resolve, book, decide, rate: everything between the mirror and the plan."""
        workshop = self.workshop
        workshop.sitebook.settle(None)
        issues, hanging = self._resolve()
        ledger_now, noticed = self._book(pulled, issues)
        office = open_office(workshop, self.rulebook, issues, ledger_now)
        check_none_deleted(self.rulebook, office.world.memory, workshop.settings.config_dir)
        found = survey(office.world, office.judge, hanging)
        translation = office.translate(found)
        log.debug(
            "translation.done",
            decisions=len(translation.standing.decisions),
            changes=len(translation.plan.changes),
            held_by=[hold.guard for hold in translation.plan.holds],
        )
        due_at = next_boundary(office.world, self.rulebook, translation)
        odd = put_together(group.odd for group in found.groups.values())
        findings = (*oddities(odd), *noticed)
        settlement = Settlement(plan=translation.plan, findings=findings, due_at=due_at)
        return settlement, translation.standing.decisions

    def _resolve(self) -> tuple[tuple[Issue, ...], Mapping[int, str]]:
        """Read the mirror back, every issue with its epic as it now stands, and who has none."""
        mirror = self.workshop.mirror
        issues = list(mirror.issues())
        resolved = resolve_epics(issues)
        epics = resolved.epics
        moved: dict[int, int | None] = {}
        for place, issue in enumerate(issues):
            if issue.epic_id != epics[issue.id]:
                moved[issue.id] = epics[issue.id]
                issues[place] = replace(issue, epic_id=epics[issue.id])
        mirror.write_epics(moved)
        log.debug("epics.resolved", issues=len(issues), moved=len(moved))
        return tuple(issues), resolved.hanging

    def _book(
        self, pulled: Pulled, issues: tuple[Issue, ...]
    ) -> tuple[Ledger, tuple[Finding, ...]]:
        """Book what can be booked; the ledger as it stands then, and what was noticed."""
        site = self.workshop.settings.site
        generation = generation_of(self.rulebook.effort, pulled.fields.points)
        booked = ledger.read_ledger(self.workshop.state, site, generation)
        booking = book(
            issues,
            booked,
            self.rulebook.effort,
            pulled.profile.server_time,
            frozenset(project.key for project in pulled.profile.projects),
        )
        ledger.append(self.workshop.state, booking)
        log.info("ledger.booked", entries=len(booking.entries), windows=len(booking.windows))
        return booked.with_(booking.entries, booking.windows), booking.findings

    def _token(self, profile: SiteProfile) -> list[Finding]:
        """A word of warning before the token ends; no interface of Jira tells."""
        ends = self.workshop.settings.jira_token_expires
        days = (ends - profile.server_time.date()).days if ends else WARN_DAYS + 1
        if days > WARN_DAYS:
            return []
        what = f"the token ends in {counted(days, 'day')}" if days >= 0 else "the token has ended"
        return [Finding("token-ends", "HEADWAY_JIRA_TOKEN_EXPIRES", f"{what}; make a new one")]

    def _check_going_on(self) -> None:
        if self.stop.is_set() or self.lease.lost.is_set():
            what = "was asked to stop before publishing"
            raise StoppedError(Problem("run", what, "Nothing was published; the next run goes on."))


def _outcome(plan: Plan) -> str:
    if plan.unseen_projects:
        return "partial"
    return "unchanged" if plan.is_empty else "published"
