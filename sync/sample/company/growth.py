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
from sync.sample.company.numbering import number_issues
from sync.sample.company.team_backlog import TeamBacklog
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
    backlogs = {team.key: TeamBacklog(team, random, serial) for team in TEAMS}
    reserved: dict[int, str] = {}
    for backlog in backlogs.values():
        for plan in EPIC_PLANS:
            if plan.project == backlog.team.key:
                reserved[_grow_epic(backlog, plan).id] = plan.key
        _grow_loose_work(backlog)
        _grow_subtasks(backlog)
        backlog.assign_people()
    issues = [issue for backlog in backlogs.values() for issue in backlog.issues]
    accidents.add_accidents(random, issues, reserved)
    number_issues(random, issues, reserved)
    former_keys = accidents.move_to_other_projects(issues)
    return Backlog(issues, former_keys, dict(accidents.ELSEWHERE))


def _grow_epic(backlog: TeamBacklog, plan: EpicPlan) -> Issue:
    epic = backlog.add_epic(plan)
    if plan.childless:
        return epic
    for window in _spread_work(plan):
        backlog.add_finished_child(epic, plan, window, is_chore=_is_chore(backlog.random, plan))
    for _ in range(plan.open):
        backlog.add_open(epic, plan)
    for _ in range(plan.cancelled):
        backlog.cancel_issue(epic, plan)
    return epic


def _spread_work(plan: EpicPlan) -> Iterator[int]:
    first, last = plan.span
    length = last - first + 1
    for place in range(plan.done):
        yield first + (2 * place + 1) * length // (2 * plan.done)


def _is_chore(random: Random, plan: EpicPlan) -> bool:
    return plan not in INTERNAL and random.random() < CHORE_SHARE


def _grow_loose_work(backlog: TeamBacklog) -> None:
    """Fills up every fortnight to the team's pace with work that belongs to no epic."""
    for window in range(backlog.team.first_window, CURRENT):
        missing = (
            backlog.team.pace - backlog.finished_in[window] + backlog.random.choice((-1, 0, 0, 1))
        )
        for _ in range(max(1, missing)):
            backlog.add_finished_item(window)
    for _ in range(LOOSE_BACKLOG if backlog.team.pace > 3 else 4):
        backlog.add_open(None, None)
    for _ in range(backlog.team.pace // 2):
        backlog.cancel_issue(None, None)


def _grow_subtasks(backlog: TeamBacklog) -> None:
    if backlog.team.key == "EIN":
        return
    for story in [issue for issue in backlog.issues if issue.level is Level.BASE]:
        if backlog.random.random() < SUBTASK_SHARE:
            backlog.split_story(story)
