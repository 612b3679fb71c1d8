"""Makes a settlement of the mirror: of all of it, or of the groups that changed since the last one.

    whole    read everything, book what can be booked, fold every group
    part     read the groups that changed, take credits back there, fold these

Both come to the same, and from the fold on they are one. The second is for the time between two
reckonings, when no fortnight closes, no pin ends and nothing but issues is otherwise; where it
cannot be sure that this is so, it leaves all to the first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from msgspec import Struct
from msgspec.structs import replace

from models.backlog import Issue
from models.decision import Decision
from models.effort import Entry, TeamWindow
from models.errors import Problem, StoppedError
from models.rollup import ALL, Group, Teams
from models.rulebook import RuleBook
from sync.pipeline.context import Workshop
from sync.pipeline.incremental.affected import Kin, find_kin
from sync.pipeline.incremental.cache import Settlement, remembered, settled
from sync.pipeline.inputs import Office, check_none_deleted, open_office, open_small_office
from sync.store.clean.publish import head_revision
from sync.store.db.engines import writing
from sync.store.state import ledger, rollups
from sync.store.state.decisions import Kept, write_decisions
from translators.backlog.anomalies import odd_in, oddities
from translators.backlog.completion import finishing
from translators.backlog.fortnights import last_closed, window_of_day
from translators.backlog.hierarchy import resolve_epics
from translators.effort.booking import TeamNote, book, remarks
from translators.effort.bulk_closes import quarantine
from translators.effort.rating import experienced
from translators.effort.reversals import reversals, standing_credits
from translators.effort.team_work import day_of
from translators.effort.teams import team_of
from translators.plan.attribution import unawaited
from translators.plan.next_due import next_boundary, next_reckoning
from translators.plan.rollup import Measures, Survey, decide, fold, survey
from translators.plan.translate import Translation
from translators.rules.decide import compile_rules

log = structlog.get_logger()

ONE_IN = 10
"""Up to one in so many issues are few enough to be looked up one by one."""


class Translated(Struct, frozen=True, kw_only=True):
    """A settlement, and what to remember with it; nothing but that where it stands as it was.

    The `decisions` behind it go over those that were `kept`, and the `groups` stand `instead` of
    those of these numbers (None: of all).
    """

    settlement: Settlement
    decisions: tuple[Decision, ...] = ()
    kept: Mapping[int, Kept] = {}
    groups: Mapping[int, Group] = {}
    instead: Collection[int] | None = ()


class _WholeNeededError(Exception):
    """What changed cannot be translated by itself; says why."""


@dataclass(frozen=True)
class Translating:
    """One translation on its way, of what was read in `projects` and measured in `generation`.

    `walk` is the one that the mirror was left by.
    """

    workshop: Workshop
    rulebook: RuleBook
    generation: str
    projects: frozenset[str]
    as_of: datetime
    walk: int

    def carry_out(self) -> Translated:
        """What the mirror comes to now: as before, or translated anew as far as it has to be.

        Raises RuleBookError where the rule book lacks a capability that is published.
        """
        workshop = self.workshop
        before = settled(workshop.sitebook, self.rulebook.digest, self.generation, self.as_of)
        if before is None:
            log.info("translation.due", why="nothing is settled")
            return self.whole()
        changed = rollups.touched(workshop.state, self._site)
        if not changed.issues and before.holds(head_revision(workshop.clean), self.as_of):
            log.info("translation.skipped")
            return Translated(settlement=before)
        log.info("translation.due", issues=len(changed.issues))
        try:
            return self.part(before, changed)
        except _WholeNeededError as error:
            log.info("translation.whole", why=str(error))
            return self.whole()

    def whole(self) -> Translated:
        """Translate the whole mirror."""
        workshop = self.workshop
        workshop.sitebook.unsettle()
        issues, hanging = self._resolve()
        booked = ledger.read_ledger(workshop.state, self._site, self.generation)
        booking = book(issues, booked, self.rulebook.effort, self.as_of, self.projects)
        self._append(booking.entries, booking.windows)
        booked = booked.with_(booking.entries, booking.windows)
        office = open_office(workshop, self.rulebook, issues, booked)
        found = survey(office.world, office.judge, hanging, booking.quarantine)
        translation = self._translation(office, found)
        return Translated(
            settlement=Settlement(
                plan=translation.plan,
                findings=(*oddities(odd_in(found.groups)), *booking.findings),
                due_at=next_boundary(office.world, self.rulebook, translation),
                reckoned_until=next_reckoning(self.as_of, self.rulebook),
                notes=booking.notes,
                issue_count=len(issues),
            ),
            decisions=translation.standing.decisions,
            kept=office.kept,
            groups={**found.groups, ALL: Group(teams=found.teams)},
            instead=None,
        )

    def part(self, before: Settlement, changed: rollups.Touched) -> Translated:
        """Translate what changed since the settlement `before`."""
        if len(changed.issues) * ONE_IN > before.issue_count:
            raise _WholeNeededError("too many issues changed")
        workshop, rules = self.workshop, self.rulebook.effort
        kin = find_kin(workshop.mirror, changed)
        entries, taken_back = self._taken_back(kin)
        stored = rollups.read_groups(workshop.state, self._site)
        teams = rollups.read_teams(workshop.state, self._site, {ALL, *kin.groups})
        judge, aside = compile_rules(self.rulebook), quarantine(teams[ALL].days, kin.issues, rules)
        closed = ledger.closed_windows(workshop.state, self._site, self.generation)
        measures = Measures(judge, aside, experienced(closed))
        fresh = fold(kin.issues, (*entries, *taken_back), measures, kin.hanging)
        total = teams[ALL].changed(
            plus=[group.teams for group in fresh.values()],
            minus=[teams[number] for number in kin.groups if number in teams],
        )
        now_aside = quarantine(total.days, kin.issues, rules)
        if now_aside.days.keys() != aside.days.keys():
            raise _WholeNeededError("a clean-up began or ended")
        booked = standing_credits((*entries, *taken_back))
        self._check_none_to_book(total, kin, booked.keys(), before.notes)
        others = {number: group for number, group in stored.items() if number not in kin.groups}
        groups = {**others, **fresh}
        office = open_small_office(workshop, self.rulebook, judge, groups, self.generation)
        if office is None:
            raise _WholeNeededError("another rule book published last")
        found = Survey(
            decisions=self._decisions(office, kin),
            groups=groups,
            teams=total,
            quarantine=now_aside,
        )
        translation = self._translation(office, found)
        self._append(taken_back, ())
        noted = remarks(total.projects, now_aside, self.projects, before.notes)
        return Translated(
            settlement=replace(
                before,
                plan=translation.plan,
                findings=(*oddities(odd_in(groups)), *noted),
                due_at=next_boundary(office.world, self.rulebook, translation),
            ),
            decisions=translation.standing.decisions,
            kept=office.kept,
            groups={**fresh, ALL: Group(teams=total)},
            instead={*kin.groups, ALL},
        )

    @property
    def _site(self) -> str:
        return self.workshop.settings.site

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

    def _taken_back(self, kin: Kin) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """What the ledger has of these issues, and what of that is to be taken back."""
        ids = [issue.id for issue in kin.issues]
        entries = ledger.entries_of(self.workshop.state, self._site, self.generation, ids)
        standing = standing_credits(entries)
        return entries, tuple(reversals(kin.issues, standing, self.rulebook.effort, self.as_of))

    def _append(self, entries: Sequence[Entry], windows: Sequence[TeamWindow]) -> None:
        if not entries and not windows:
            return
        with writing(self.workshop.state) as connection:
            if not rollups.is_latest(connection, self._site, self.walk):
                what = "was overtaken by another worker"
                raise StoppedError(Problem("run", what, "Nothing was booked."))
            ledger.append(connection, entries, windows)
        log.info("ledger.booked", entries=len(entries), windows=len(windows))

    def _check_none_to_book(
        self, teams: Teams, kin: Kin, booked: Collection[int], notes: Mapping[str, TeamNote]
    ) -> None:
        """See that no team has a window to close that had none at the last reckoning.

        It has none if it had books then, or if what it finished and was not `booked` is in a
        window still open: what did not change was looked at then.
        """
        rules, closed = self.rulebook.effort, last_closed(self.as_of)
        is_finished, team_for = finishing(rules), team_of(rules)
        new = set()
        for team, projects in teams.projects.items():
            if self.projects.issuperset(projects):
                if team not in notes:
                    raise _WholeNeededError(f"team {team} was not looked at before")
                if not notes[team].has_history:
                    new.add(team)
        for issue in kin.issues if new else ():
            if issue.id in booked or not is_finished(issue) or team_for(issue) not in new:
                continue
            if window_of_day(day_of(issue)) <= closed:
                raise _WholeNeededError(f"team {team_for(issue)} has its first fortnight to book")

    def _decisions(self, office: Office, kin: Kin) -> tuple[Decision, ...]:
        """What the rules say of every epic: as before, and anew of those that changed."""
        found = {
            epic_id: unawaited(each.decision)
            for epic_id, each in office.kept.items()
            if epic_id not in kin.groups
        }
        fresh = decide(kin.issues, office.judge, self.as_of.date())
        found |= {decision.epic_id: decision for decision in fresh}
        return tuple(found[epic_id] for epic_id in sorted(found))

    def _translation(self, office: Office, found: Survey) -> Translation:
        folder = self.workshop.settings.config_dir
        check_none_deleted(self.rulebook, office.world.memory, folder)
        translation = office.translate(found)
        log.debug(
            "translation.done",
            decisions=len(translation.standing.decisions),
            changes=len(translation.plan.changes),
            held_by=[hold.guard for hold in translation.plan.holds],
        )
        return translation


def remember(workshop: Workshop, translated: Translated, revision: int, walk: int) -> None:
    """Remember a translation whose plan was published, or had nothing to publish, as `revision`.

    Nothing is, where another worker finished a walk after this one: what is settled is its own.
    """
    site, plan = workshop.settings.site, translated.settlement.plan
    what = remembered(translated.settlement, revision)
    decisions, kept = translated.decisions, translated.kept
    with writing(workshop.state) as connection:
        if not rollups.is_latest(connection, site, walk):
            log.warning("settlement.overtaken", walk=walk)
            return
        write_decisions(connection, decisions, kept, plan.rulebook_digest, plan.as_of)
        rollups.settle(connection, site, what, translated.groups, translated.instead)
