"""Translates what changed, where nothing but issues is otherwise since the last translation.

Where it cannot be sure that this is so, it leaves all to a translation of everything.
"""

from collections.abc import Collection, Mapping, Sequence

from models.decision import Decision
from models.rollup import ALL, EpicRollup, TeamThroughput, number_without_epic
from sync.pipeline.incremental.affected import Affected, find_affected
from sync.pipeline.incremental.shared import (
    SitePart,
    TranslationRun,
    decide_ambiguous,
    roll_up_issues,
)
from sync.pipeline.inputs.changes import Changes
from sync.pipeline.rules.in_force import RulesInForce
from sync.pipeline.translation_cache import CachedTranslation
from sync.store.db.engines import open_reader
from sync.store.state import ledger, rollups
from sync.store.state.decisions.decisions import StoredDecision, read_decisions
from sync.store.state.mirror.streams import find_uncredited
from translators.backlog.completion import compile_is_finished
from translators.backlog.fortnights import first_of_year, last_closed, window_of_day
from translators.backlog.items import find_parents
from translators.effort.booking import TeamNote, report_teams
from translators.effort.bulk_closes import quarantine_bulk_closes
from translators.effort.rating import count_teams_of_a_year, select_experienced_teams
from translators.effort.reversals import find_standing_credits
from translators.effort.teams import compile_team_of
from translators.effort.throughput import day_of
from translators.plan.attribution import before_waiting
from translators.plan.decided import decide_epics, decide_items, list_fed_items
from translators.plan.rollup import Rollup, RollupRules

ONE_IN = 10
"""Up to one in so many issues are few enough to be looked up one by one."""


class WholeNeededError(Exception):
    """What changed cannot be translated by itself; says why."""


def roll_up_part(
    run: TranslationRun, in_force: RulesInForce, before: CachedTranslation, changes: Changes
) -> SitePart:
    """Roll up what changed since `before`; WholeNeededError where that is not enough."""
    if len(changes.issues) * ONE_IN > before.issue_count:
        raise WholeNeededError("too many issues changed")
    context, site, effort = run.context, run.site, run.rulebook.effort
    affected = find_affected(context.mirror, changes)
    stored_rollups = rollups.read_rollups(context.state, site)
    teams = rollups.read_throughput(context.state, site, {ALL, *affected.numbers})
    quarantine = quarantine_bulk_closes(teams[ALL].days, effort)
    closed = ledger.count_closed_windows(context.state, site, run.generation)
    fed = list_fed_items(in_force.published_state)
    missing = {issue.id for issue in affected.issues if issue.missing_since}
    rules = RollupRules(
        run.compiled,
        quarantine,
        select_experienced_teams(closed),
        find_parents(affected.issues) | find_uncredited(context.mirror, missing),
        fed,
        first_of_year(run.as_of),
    )
    ids = [issue.id for issue in affected.issues]
    with open_reader(context.state) as connection:
        booked = ledger.read_entries(connection, site, run.generation, ids)
    fresh, reversals = roll_up_issues(run, affected.issues, booked, rules, affected.orphaned)
    total = teams[ALL].apply_changes(
        plus=[rollup.teams for rollup in fresh.values()],
        minus=[teams[number] for number in affected.numbers if number in teams],
    )
    now_quarantined = quarantine_bulk_closes(total.days, effort)
    if now_quarantined.days.keys() != quarantine.days.keys():
        raise WholeNeededError("a clean-up began or ended")
    standing = find_standing_credits((*booked, *reversals))
    _check_nothing_to_book(run, total, affected, standing.keys(), before.notes)
    groups = {
        number: group
        for number, group in stored_rollups.items()
        if not _is_affected(number, affected, is_item=group.is_item)
    } | fresh
    stored = read_decisions(context.state, site)
    _check_same_rules(run, in_force, stored)
    items = decide_items(affected.issues, fresh, run.compiled, fed)
    rollup = Rollup(
        decisions=_decide_affected(run, stored, affected, items.decisions),
        groups=groups,
        teams_of_a_year=count_teams_of_a_year(closed),
    )
    return SitePart(
        site=run.site,
        run=run,
        how="part",
        rollup=rollup,
        stored=stored,
        remarks=tuple(report_teams(total.projects, now_quarantined, run.projects, before.notes)),
        notes=before.notes,
        near_misses=before.near_misses,
        issue_count=before.issue_count,
        full_at=before.full_at,
        rollups={**fresh, ALL: EpicRollup(teams=total)},
        replaced={*affected.numbers, ALL},
        reversals=reversals,
    )


def _check_nothing_to_book(
    run: TranslationRun,
    teams: TeamThroughput,
    affected: Affected,
    booked: Collection[int],
    notes: Mapping[str, TeamNote],
) -> None:
    """See that no team has a window to close that had none in the last whole translation.

    It has none if it had history then, or if what it finished and was not `booked` is in a window
    still open: what did not change was looked at then.
    """
    effort, closed = run.rulebook.effort, last_closed(run.as_of)
    is_finished, team_of = compile_is_finished(effort), compile_team_of(effort)
    new = set()
    for team, projects in teams.projects.items():
        if run.projects.issuperset(projects):
            if team not in notes:
                raise WholeNeededError(f"team {team} was not looked at before")
            if not notes[team].has_history:
                new.add(team)
    for issue in affected.issues if new else ():
        if issue.id in booked or not is_finished(issue) or team_of(issue) not in new:
            continue
        if window_of_day(day_of(issue)) <= closed:
            raise WholeNeededError(f"team {team_of(issue)} has its first fortnight to book")


def _check_same_rules(
    run: TranslationRun, in_force: RulesInForce, stored: Mapping[int, StoredDecision]
) -> None:
    """What another rule book moves only the whole mirror tells."""
    digests = {decision.rulebook_digest for decision in stored.values()}
    digests.add(in_force.published_state.rulebook_digest or "")
    if digests != {run.rulebook.digest}:
        raise WholeNeededError("another rule book published last")


def _decide_affected(
    run: TranslationRun,
    stored: Mapping[int, StoredDecision],
    affected: Affected,
    items: Sequence[Decision],
) -> tuple[Decision, ...]:
    """What the rules say of every epic and item: as before, and anew of those that changed."""
    decisions = {
        epic_id: before_waiting(each.decision)
        for epic_id, each in stored.items()
        if not _is_affected(epic_id, affected, is_item=each.decision.is_item)
    }
    fresh = decide_epics(affected.issues, run.compiled, run.as_of.date())
    decisions |= {decision.epic_id: decision for decision in (*fresh, *items)}
    ordered = sorted(decisions.values(), key=lambda each: (each.is_item, each.epic_id))
    return decide_ambiguous(run, ordered)


def _is_affected(number: int, affected: Affected, *, is_item: bool) -> bool:
    """Whether an epic is, or the group without an epic that an item is in."""
    return (number_without_epic(number) if is_item else number) in affected.numbers
