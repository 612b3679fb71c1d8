"""Makes a settlement of the mirror: of all of it, or of the groups that changed since the last one.

    all        read everything, book what can be booked, fold every group
    touched    read the groups that changed, take credits back there, fold these

Both come to the same, and from the fold on they are one. The second is for the time between two
reckonings, when no fortnight closes and nothing but issues is otherwise; where it cannot be sure
that this is so, it leaves all to the first.
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
from models.rulebook import RuleBook
from models.work import Group, Teams
from sync.kin import Kin, find_kin
from sync.office import Office, check_none_deleted, open_office, open_small_office
from sync.settling import Settlement
from sync.store import ledger, works
from sync.store.decisions import Kept
from sync.workshop import Workshop
from translators.boundaries import next_boundary, next_reckoning
from translators.deciding import compile_rules
from translators.effort import TeamNote, book, remarks
from translators.hierarchy import resolve_epics
from translators.oddities import oddities, put_together
from translators.quarantine import quarantine
from translators.rating import experienced
from translators.reversing import reversals, standing_credits
from translators.standing import unawaited
from translators.surveying import Measures, Survey, decide, fold, survey
from translators.windows import last_closed, window_of_day

log = structlog.get_logger()

FEW = 10
"""Up to one in so many issues are few enough to be looked up one by one."""


class Made(Struct, frozen=True, kw_only=True):
    """What a translation made: a settlement, and the decisions behind it, to go over those `kept`.

    `groups` stand `instead` of those of these numbers (None: of all) in what is remembered.
    """

    settlement: Settlement
    decisions: tuple[Decision, ...]
    kept: Mapping[int, Kept]
    groups: Mapping[int, Group]
    instead: Collection[int] | None


@dataclass(frozen=True)
class Translating:
    """One translation on its way, of what was read in `projects` and measured in `generation`."""

    workshop: Workshop
    rulebook: RuleBook
    generation: str
    projects: frozenset[str]
    as_of: datetime

    def all(self) -> Made:
        """Translate the whole mirror."""
        workshop = self.workshop
        workshop.sitebook.unsettle()
        issues, hanging = self._resolve()
        booked = ledger.read_ledger(workshop.state, self._site, self.generation)
        booking = book(issues, booked, self.rulebook.effort, self.as_of, self.projects)
        self._append(booking.entries, booking.windows)
        booked = booked.with_(booking.entries, booking.windows)
        office = open_office(workshop, self.rulebook, issues, booked)
        found = survey(office.world, office.judge, hanging)
        groups = {**found.groups, works.ALL: Group(teams=found.teams)}
        settlement, decisions = self._settlement(office, found, booking.notes, len(issues))
        return Made(
            settlement=settlement,
            decisions=decisions,
            kept=office.kept,
            groups=groups,
            instead=None,
        )

    def touched(self, before: Settlement, touched: works.Touched) -> Made | None:
        """Translate what changed since the settlement `before`; None where that does not do."""
        workshop = self.workshop
        if len(touched.issues) * FEW > before.issues:
            return None
        kin = find_kin(workshop.mirror, touched)
        entries, taken_back = self._taken_back(kin)
        stored = works.read_groups(workshop.state, self._site)
        teams = works.read_teams(workshop.state, self._site, {works.ALL, *kin.groups})
        judge, days = compile_rules(self.rulebook), teams[works.ALL].days
        aside = quarantine(days, kin.issues, self.rulebook.effort)
        closed = ledger.closed_windows(workshop.state, self._site, self.generation)
        measures = Measures(judge, aside, experienced(closed))
        fresh = fold(kin.issues, (*entries, *taken_back), measures, kin.hanging)
        total = teams[works.ALL].changed(
            plus=[group.teams for group in fresh.values()],
            minus=[teams[number] for number in kin.groups if number in teams],
        )
        now_aside = quarantine(total.days, kin.issues, self.rulebook.effort)
        if now_aside.days.keys() != aside.days.keys() or self._may_book(total, before.notes):
            return None
        groups = {number: group for number, group in stored.items() if number not in kin.groups}
        groups |= fresh
        office = open_small_office(workshop, self.rulebook, judge, groups)
        if office is None:
            return None
        self._append(taken_back, ())
        found = Survey(
            decisions=self._decisions(office, kin),
            groups=groups,
            teams=total,
            quarantine=now_aside,
        )
        settlement, decisions = self._settlement(office, found, before.notes, before.issues)
        return Made(
            settlement=settlement,
            decisions=decisions,
            kept=office.kept,
            groups={**fresh, works.ALL: Group(teams=total)},
            instead={*kin.groups, works.ALL},
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
        ledger.append(self.workshop.state, entries, windows)
        log.info("ledger.booked", entries=len(entries), windows=len(windows))

    def _may_book(self, teams: Teams, notes: Mapping[str, TeamNote]) -> bool:
        """Whether a team may have a window to close that had none at the last reckoning.

        It has none if it had books then, or if all that it finished was in a window still open.
        """
        closed = last_closed(self.as_of)
        for team, projects in teams.projects.items():
            if not self.projects.issuperset(projects):
                continue
            note = notes.get(team)
            if note is None:
                return True
            if not note.has_history and window_of_day(min(teams.days[team])) <= closed:
                return True
        return False

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

    def _settlement(
        self, office: Office, found: Survey, notes: Mapping[str, TeamNote], issues: int
    ) -> tuple[Settlement, tuple[Decision, ...]]:
        folder = self.workshop.settings.config_dir
        check_none_deleted(self.rulebook, office.world.memory, folder)
        translation = office.translate(found)
        log.debug(
            "translation.done",
            decisions=len(translation.standing.decisions),
            changes=len(translation.plan.changes),
            held_by=[hold.guard for hold in translation.plan.holds],
        )
        odd = put_together(group.odd for group in found.groups.values())
        findings = (
            *oddities(odd),
            *remarks(found.teams.projects, found.quarantine, self.projects, notes),
        )
        settlement = Settlement(
            plan=translation.plan,
            findings=findings,
            due_at=next_boundary(office.world, self.rulebook, translation),
            reckoned_until=next_reckoning(self.as_of, self.rulebook),
            notes=notes,
            issues=issues,
        )
        return settlement, translation.standing.decisions
