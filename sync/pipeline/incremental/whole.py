"""Translates everything: books what can be booked, and rolls up every epic, part after part.

What is kept in memory follows the number of epics, not of issues.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import structlog
from msgspec.structs import replace

from models.decision import Decision
from models.effort import LAST_WINDOWS, TeamWindow
from models.finding import Finding
from models.rollup import ALL, EpicRollup, TeamThroughput
from sync.crash_points import pass_crash_point
from sync.pipeline.incremental.family import resolve_all
from sync.pipeline.incremental.shared import SitePart, TranslationRun, roll_up_issues
from sync.pipeline.rules.in_force import RulesInForce
from sync.store.db.engines import open_reader, open_writer
from sync.store.state import ledger, rollups
from sync.store.state.decisions.decisions import read_decisions
from sync.store.state.mirror import streams
from sync.store.state.mirror.values import count_values
from translators.backlog.fortnights import first_of_year, window_start
from translators.effort.booking import (
    Counted,
    TeamLedgers,
    TeamNote,
    count_finished,
    report_teams,
)
from translators.effort.rating import count_teams_of_a_year, select_experienced_teams
from translators.effort.team_ledger import PastPoints
from translators.plan.decided import (
    DecidedItems,
    decide_epics,
    decide_items,
    join_decided,
    list_fed_items,
)
from translators.plan.next_due import find_next_full_translation
from translators.plan.rollup import Rollup, RollupRules
from translators.rules.decide import CompiledRules
from translators.rules.near_misses import find_near_misses, list_asked_values, report_near_misses

log = structlog.get_logger()


def roll_up_whole(run: TranslationRun, in_force: RulesInForce) -> SitePart:
    """Roll up the whole mirror of a site; the rollups that it writes count once it is saved."""
    context = run.context
    context.site_store.invalidate_translation()
    orphaned = resolve_all(context.mirror)
    counted = _count_finished(run)
    notes = _book_windows(run, counted)
    other = in_force.compile_other(run.rulebook)
    decisions, decisions_before = _decide_all(run, other)
    groups, items = _roll_up_all(run, counted, orphaned, in_force, other)
    rollup = Rollup(
        decisions=(*decisions, *items.decisions),
        decisions_before=None if decisions_before is None else (*decisions_before, *items.before),
        groups=groups,
        released=items.released,
        teams_of_a_year=count_teams_of_a_year(
            ledger.count_closed_windows(context.state, run.site, run.generation)
        ),
    )
    return SitePart(
        site=run.site,
        run=run,
        how="whole",
        rollup=rollup,
        stored=read_decisions(context.state, run.site),
        remarks=tuple(report_teams(counted.projects, counted.quarantine, run.projects, notes)),
        notes=notes,
        near_misses=_find_near_misses(run),
        issue_count=context.mirror.count_issues(),
        full_at=find_next_full_translation(run.as_of, run.rulebook),
    )


def _find_near_misses(run: TranslationRun) -> tuple[Finding, ...]:
    """Whether there are values beside those of the rules, which match nothing."""
    values = count_values(run.context.state, run.site)
    asked = list_asked_values(run.rulebook, values)
    return tuple(report_near_misses(find_near_misses(values, asked)))


def _count_finished(run: TranslationRun) -> Counted:
    mirror = run.context.mirror
    no_items = streams.read_parents(mirror) | streams.read_gone(mirror)
    with open_reader(run.context.state) as connection:
        finished = streams.read_finished_unordered(connection, mirror)
        return count_finished(finished, run.rulebook.effort, no_items)


def _book_windows(run: TranslationRun, counted: Counted) -> dict[str, TeamNote]:
    """Book every window that closed, in one transaction."""
    state, site, mirror = run.context.state, run.site, run.context.mirror
    windows = ledger.read_windows(state, site, run.generation)
    accounts = TeamLedgers(
        counted,
        run.rulebook.effort,
        generation=run.generation,
        windows=windows,
        past_points=_read_past_points(run, windows),
        as_of=run.as_of,
        complete=run.projects,
    )
    since = _find_first_open(windows, counted.list_teams(run.projects))
    with open_writer(state) as connection:
        run.check_fence(connection)
        finished = streams.read_finished(connection, mirror, run.generation, since)
        number = ledger.append_entries(connection, accounts.book_issues(finished))
        ledger.append_windows(connection, accounts.list_windows())
        pass_crash_point("booking.committing")
    pass_crash_point("booking.committed")
    log.info("ledger.booked", entries=number, windows=len(accounts.list_windows()))
    return accounts.list_notes()


def _read_past_points(
    run: TranslationRun, windows: Iterable[TeamWindow]
) -> dict[str, list[PastPoints]]:
    """The known sizes of each team's last windows in which it finished something."""
    worked: dict[str, list[int]] = defaultdict(list)
    for window in windows:
        if window.count:
            worked[window.team].append(window.window)
    recent = {number for numbers in worked.values() for number in numbers[-LAST_WINDOWS:]}
    past_points: dict[str, list[PastPoints]] = defaultdict(list)
    with open_reader(run.context.state) as connection:
        sizes = ledger.read_known_sizes(connection, run.site, run.generation, recent)
        for team, number, type_name, points in sizes:
            past_points[team].append(PastPoints(number, type_name, points))
    return past_points


def _find_first_open(windows: Iterable[TeamWindow], teams: Collection[str]) -> datetime | None:
    """When the first window begins that one of these teams still has to close; None if any."""
    newest = {window.team: window.window for window in windows}
    if not all(team in newest for team in teams):
        return None
    return window_start(min((newest[team] for team in teams), default=0) + 1)


def _decide_all(
    run: TranslationRun, other: CompiledRules | None
) -> tuple[tuple[Decision, ...], tuple[Decision, ...] | None]:
    """What the rules say of every epic, and what the rules in force said if they are others."""
    on = run.as_of.date()
    now: list[Decision] = []
    before: list[Decision] = []
    with open_reader(run.context.state) as connection:
        for epic in streams.read_epics(connection, run.context.mirror):
            now += decide_epics([epic], run.compiled, on)
            if other is not None:
                before += decide_epics([epic], other, on)
    return tuple(now), tuple(before) if other is not None else None


def _roll_up_all(
    run: TranslationRun,
    counted: Counted,
    orphaned: Mapping[int, str],
    in_force: RulesInForce,
    other: CompiledRules | None,
) -> tuple[dict[int, EpicRollup], DecidedItems]:
    """Every rollup, written with what its teams finished day by day, and kept without that."""
    context, state, site = run.context, run.context.state, run.site
    closed = ledger.count_closed_windows(state, site, run.generation)
    fed = list_fed_items(in_force.published_state)
    rules = RollupRules(
        run.compiled,
        counted.quarantine,
        select_experienced_teams(closed),
        counted.no_items,
        fed,
        first_of_year(run.as_of),
    )
    decided: list[DecidedItems] = []
    kept: dict[int, EpicRollup] = {}
    reversed_in_all = 0
    with open_writer(state) as connection:
        run.check_fence(connection)
        rollups.delete_rollups(connection, site)
        for issues in streams.read_by_rollup(connection, context.mirror, run.generation):
            ids = [issue.id for issue in issues]
            booked = ledger.read_entries(connection, site, run.generation, ids)
            part, reversals = roll_up_issues(run, issues, booked, rules, orphaned)
            reversed_in_all += ledger.append_entries(connection, reversals)
            rollups.insert_rollups(connection, site, part)
            decided.append(decide_items(issues, part, run.compiled, fed, other))
            kept.update((n, replace(group, teams=TeamThroughput())) for n, group in part.items())
        teams = TeamThroughput(days=counted.throughput.days, projects=counted.projects)
        rollups.insert_rollups(connection, site, {ALL: EpicRollup(teams=teams)})
        pass_crash_point("rollups.committing")
    pass_crash_point("rollups.committed")
    log.info("backlog.rolled-up", rollups=len(kept), reversals=reversed_in_all)
    return kept, join_decided(decided)
