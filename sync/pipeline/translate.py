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
from models.rollup import ALL, EpicRollup, TeamThroughput
from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.pipeline.incremental.affected import Affected, find_affected
from sync.pipeline.incremental.cache import CachedTranslation, dump_cached, load_cached
from sync.pipeline.inputs import (
    TranslationInputs,
    check_no_published_id_deleted,
    load_inputs,
    load_partial_inputs,
)
from sync.store.clean.publish import read_head_revision
from sync.store.db.engines import open_writer
from sync.store.state import ledger, rollups
from sync.store.state.decisions import StoredDecision, write_decisions
from translators.backlog.anomalies import collect_anomalies, report_anomalies
from translators.backlog.completion import compile_is_finished
from translators.backlog.fortnights import last_closed, window_of_day
from translators.backlog.hierarchy import resolve_epics
from translators.effort.booking import TeamNote, book_finished_items, report_teams
from translators.effort.bulk_closes import quarantine_bulk_closes
from translators.effort.rating import select_experienced_teams
from translators.effort.reversals import find_reversals, find_standing_credits
from translators.effort.team_work import day_of
from translators.effort.teams import compile_team_of
from translators.plan.attribution import before_waiting
from translators.plan.next_due import find_next_due, find_next_full_translation
from translators.plan.rollup import Rollup, RollupRules, decide_epics, roll_up, roll_up_backlog
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

    cached: CachedTranslation
    decisions: tuple[Decision, ...] = ()
    kept: Mapping[int, StoredDecision] = {}
    groups: Mapping[int, EpicRollup] = {}
    instead: Collection[int] | None = ()


class _WholeNeededError(Exception):
    """What changed cannot be translated by itself; says why."""


@dataclass(frozen=True)
class Translating:
    """One translation on its way, of what was read in `projects` and measured in `generation`.

    `walk` is the one that the mirror was left by.
    """

    context: Context
    rulebook: RuleBook
    generation: str
    projects: frozenset[str]
    as_of: datetime
    walk: int

    def carry_out(self) -> Translated:
        """What the mirror comes to now: as before, or translated anew as far as it has to be.

        Raises RuleBookError where the rule book lacks a capability that is published.
        """
        context = self.context
        before = load_cached(context.site_store, self.rulebook.digest, self.generation, self.as_of)
        if before is None:
            log.info("translation.due", why="nothing is settled")
            return self.whole()
        changed = rollups.read_changed_issues(context.state, self._site)
        if not changed.issues and before.holds(read_head_revision(context.clean), self.as_of):
            log.info("translation.skipped")
            return Translated(cached=before)
        log.info("translation.due", issues=len(changed.issues))
        try:
            return self.part(before, changed)
        except _WholeNeededError as error:
            log.info("translation.whole", why=str(error))
            return self.whole()

    def whole(self) -> Translated:
        """Translate the whole mirror."""
        context = self.context
        context.site_store.invalidate()
        issues, orphaned = self._resolve()
        booked = ledger.read_ledger(context.state, self._site, self.generation)
        booking = book_finished_items(
            issues, booked, self.rulebook.effort, self.as_of, self.projects
        )
        self._append(booking.entries, booking.windows)
        booked = booked.with_(booking.entries, booking.windows)
        inputs = load_inputs(context, self.rulebook, issues, booked)
        found = roll_up_backlog(inputs.snapshot, inputs.compiled, orphaned, booking.quarantine)
        translation = self._translation(inputs, found)
        return Translated(
            cached=CachedTranslation(
                plan=translation.plan,
                findings=(*report_anomalies(collect_anomalies(found.groups)), *booking.findings),
                due_at=find_next_due(inputs.snapshot, self.rulebook, translation),
                reckoned_until=find_next_full_translation(self.as_of, self.rulebook),
                notes=booking.notes,
                issue_count=len(issues),
            ),
            decisions=translation.attribution.decisions,
            kept=inputs.kept,
            groups={**found.groups, ALL: EpicRollup(teams=found.teams)},
            instead=None,
        )

    def part(self, before: CachedTranslation, changed: rollups.ChangedIssues) -> Translated:
        """Translate what changed since the settlement `before`."""
        if len(changed.issues) * ONE_IN > before.issue_count:
            raise _WholeNeededError("too many issues changed")
        context, rules = self.context, self.rulebook.effort
        affected = find_affected(context.mirror, changed)
        entries, taken_back = self._taken_back(affected)
        stored = rollups.read_rollups(context.state, self._site)
        teams = rollups.read_throughput(context.state, self._site, {ALL, *affected.groups})
        compiled, aside = (
            compile_rules(self.rulebook),
            quarantine_bulk_closes(teams[ALL].days, affected.issues, rules),
        )
        closed = ledger.count_closed_windows(context.state, self._site, self.generation)
        measures = RollupRules(compiled, aside, select_experienced_teams(closed))
        fresh = roll_up(affected.issues, (*entries, *taken_back), measures, affected.orphaned)
        total = teams[ALL].changed(
            plus=[group.teams for group in fresh.values()],
            minus=[teams[number] for number in affected.groups if number in teams],
        )
        now_aside = quarantine_bulk_closes(total.days, affected.issues, rules)
        if now_aside.days.keys() != aside.days.keys():
            raise _WholeNeededError("a clean-up began or ended")
        booked = find_standing_credits((*entries, *taken_back))
        self._check_none_to_book(total, affected, booked.keys(), before.notes)
        others = {
            number: group for number, group in stored.items() if number not in affected.groups
        }
        groups = {**others, **fresh}
        inputs = load_partial_inputs(context, self.rulebook, compiled, groups, self.generation)
        if inputs is None:
            raise _WholeNeededError("another rule book published last")
        found = Rollup(
            decisions=self._decisions(inputs, affected),
            groups=groups,
            teams=total,
            quarantine=now_aside,
        )
        translation = self._translation(inputs, found)
        self._append(taken_back, ())
        noted = report_teams(total.projects, now_aside, self.projects, before.notes)
        return Translated(
            cached=replace(
                before,
                plan=translation.plan,
                findings=(*report_anomalies(collect_anomalies(groups)), *noted),
                due_at=find_next_due(inputs.snapshot, self.rulebook, translation),
            ),
            decisions=translation.attribution.decisions,
            kept=inputs.kept,
            groups={**fresh, ALL: EpicRollup(teams=total)},
            instead={*affected.groups, ALL},
        )

    @property
    def _site(self) -> str:
        return self.context.settings.site

    def _resolve(self) -> tuple[tuple[Issue, ...], Mapping[int, str]]:
        """Read the mirror back, every issue with its epic as it now stands, and who has none."""
        mirror = self.context.mirror
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
        return tuple(issues), resolved.orphaned

    def _taken_back(self, affected: Affected) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """What the ledger has of these issues, and what of that is to be taken back."""
        ids = [issue.id for issue in affected.issues]
        entries = ledger.read_entries(self.context.state, self._site, self.generation, ids)
        standing = find_standing_credits(entries)
        return entries, tuple(
            find_reversals(affected.issues, standing, self.rulebook.effort, self.as_of)
        )

    def _append(self, entries: Sequence[Entry], windows: Sequence[TeamWindow]) -> None:
        if not entries and not windows:
            return
        with open_writer(self.context.state) as connection:
            if not rollups.is_latest(connection, self._site, self.walk):
                what = "was overtaken by another worker"
                raise StoppedError(Problem("run", what, "Nothing was booked."))
            ledger.append_entries(connection, entries, windows)
        log.info("ledger.booked", entries=len(entries), windows=len(windows))

    def _check_none_to_book(
        self,
        teams: TeamThroughput,
        affected: Affected,
        booked: Collection[int],
        notes: Mapping[str, TeamNote],
    ) -> None:
        """See that no team has a window to close that had none at the last reckoning.

        It has none if it had books then, or if what it finished and was not `booked` is in a
        window still open: what did not change was looked at then.
        """
        rules, closed = self.rulebook.effort, last_closed(self.as_of)
        is_finished, team_for = compile_is_finished(rules), compile_team_of(rules)
        new = set()
        for team, projects in teams.projects.items():
            if self.projects.issuperset(projects):
                if team not in notes:
                    raise _WholeNeededError(f"team {team} was not looked at before")
                if not notes[team].has_history:
                    new.add(team)
        for issue in affected.issues if new else ():
            if issue.id in booked or not is_finished(issue) or team_for(issue) not in new:
                continue
            if window_of_day(day_of(issue)) <= closed:
                raise _WholeNeededError(f"team {team_for(issue)} has its first fortnight to book")

    def _decisions(self, inputs: TranslationInputs, affected: Affected) -> tuple[Decision, ...]:
        """What the rules say of every epic: as before, and anew of those that changed."""
        found = {
            epic_id: before_waiting(each.decision)
            for epic_id, each in inputs.kept.items()
            if epic_id not in affected.groups
        }
        fresh = decide_epics(affected.issues, inputs.compiled, self.as_of.date())
        found |= {decision.epic_id: decision for decision in fresh}
        return tuple(found[epic_id] for epic_id in sorted(found))

    def _translation(self, inputs: TranslationInputs, found: Rollup) -> Translation:
        folder = self.context.settings.config_dir
        check_no_published_id_deleted(self.rulebook, inputs.snapshot.published_state, folder)
        translation = inputs.translate(found)
        log.debug(
            "translation.done",
            decisions=len(translation.attribution.decisions),
            changes=len(translation.plan.changes),
            held_by=[hold.guard for hold in translation.plan.holds],
        )
        return translation


def save_translation(context: Context, translated: Translated, revision: int, walk: int) -> None:
    """Remember a translation whose plan was published, or had nothing to publish, as `revision`.

    Nothing is, where another worker finished a walk after this one: what is settled is its own.
    """
    site, plan = context.settings.site, translated.cached.plan
    what = dump_cached(translated.cached, revision)
    decisions, kept = translated.decisions, translated.kept
    with open_writer(context.state) as connection:
        if not rollups.is_latest(connection, site, walk):
            log.warning("settlement.overtaken", walk=walk)
            return
        write_decisions(connection, decisions, kept, plan.rulebook_digest, plan.as_of)
        rollups.save_cached_translation(
            connection, site, what, translated.groups, translated.instead
        )
