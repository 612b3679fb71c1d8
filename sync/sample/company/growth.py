"""Grows the made-up company's backlog: epics from their plans, the work below and beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from sync.sample.company import accidents
from sync.sample.company.epics import EpicPlan
from sync.sample.company.epics_for_sale import FOR_SALE
from sync.sample.company.epics_internal import INTERNAL
from sync.sample.company.epics_unclear import UNCLEAR
from sync.sample.company.history import CURRENT
from sync.sample.company.issues import Issue, Level
from sync.sample.company.numbering import number
from sync.sample.company.planting import Plot
from sync.sample.company.teams import TEAMS

EPIC_PLANS = FOR_SALE + INTERNAL + UNCLEAR

CHORE_SHARE = 0.05
"""How much of the work below an epic customers would recognise is technical debt."""
SUBTASK_SHARE = 0.05
LOOSE_BACKLOG = 12
"""Open issues of a team that belong to no epic."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Issues in the order of their ids, and what is known about them from outside."""

    issues: list[Issue]
    former_keys: dict[str, int]
    elsewhere: dict[int, str]


def grow_backlog(seed: int) -> Backlog:
    """The whole backlog of that seed."""
    random = Random(seed)
    serial = count(1)
    plots = {team.key: Plot(team, random, serial) for team in TEAMS}
    reserved: dict[int, str] = {}
    for plot in plots.values():
        for plan in EPIC_PLANS:
            if plan.project == plot.team.key:
                reserved[_grow_epic(plot, plan).id] = plan.key
        _grow_loose_work(plot)
        _grow_subtasks(plot)
        plot.deal_out()
    issues = [issue for plot in plots.values() for issue in plot.issues]
    accidents.befall(random, issues, reserved)
    number(random, issues, reserved)
    former_keys = accidents.move_to_other_projects(issues)
    return Backlog(issues, former_keys, dict(accidents.ELSEWHERE))


def _grow_epic(plot: Plot, plan: EpicPlan) -> Issue:
    epic = plot.plant_epic(plan)
    if plan.childless:
        return epic
    for window in _spread(plan):
        plot.finish_child(epic, plan, window, is_chore=_is_chore(plot.random, plan))
    for _ in range(plan.open):
        plot.leave_open(epic, plan)
    for _ in range(plan.cancelled):
        plot.cancel(epic, plan)
    return epic


def _spread(plan: EpicPlan) -> Iterator[int]:
    first, last = plan.span
    length = last - first + 1
    for place in range(plan.done):
        yield first + (2 * place + 1) * length // (2 * plan.done)


def _is_chore(random: Random, plan: EpicPlan) -> bool:
    return plan not in INTERNAL and random.random() < CHORE_SHARE


def _grow_loose_work(plot: Plot) -> None:
    """Fills up every fortnight to the team's pace with work that belongs to no epic."""
    for window in range(plot.team.first_window, CURRENT):
        missing = plot.team.pace - plot.finished_in[window] + plot.random.choice((-1, 0, 0, 1))
        for _ in range(max(1, missing)):
            plot.finish_loose(window)
    for _ in range(LOOSE_BACKLOG if plot.team.pace > 3 else 4):
        plot.leave_open(None, None)
    for _ in range(plot.team.pace // 2):
        plot.cancel(None, None)


def _grow_subtasks(plot: Plot) -> None:
    if plot.team.key == "EIN":
        return
    for story in [issue for issue in plot.issues if issue.level is Level.BASE]:
        if plot.random.random() < SUBTASK_SHARE:
            plot.split(story)
