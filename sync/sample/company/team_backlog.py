"""The part of the backlog that one team has: issues finished, open, cancelled, split up."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sync.sample.company.epics import EpicPlan
from sync.sample.company.history import CURRENT, NOW, working_day_before, working_moment
from sync.sample.company.issues import Issue, Level
from sync.sample.company.teams import Team, people_of
from sync.sample.company.titles import PARTS, child_title, chore_title, specification

KIND_WEIGHTS = {"Story": 12, "Task": 4, "Bug": 3, "Spike": 1}
LOOSE_KIND_WEIGHTS = {"Bug": 12, "Task": 6, "Story": 2}
IDLE_LABELS = ("beta-customers", "quick-win", "needs-design", "q-gate")
ESTIMATED_SHARE = 0.9
FINISHED_EPIC_BEFORE = 34
"""An epic with nothing open whose last work is older than this fortnight is closed."""


class TeamBacklog:
    """One team's part of the backlog while it grows. What is added is drawn from `random`."""

    def __init__(self, team: Team, random: Random, serial: Iterator[int]) -> None:
        self.team = team
        self.random = random
        self.issues: list[Issue] = []
        self.finished_in: Counter[int] = Counter()
        self._serial = serial
        self._people = people_of(team)

    def add_epic(self, plan: EpicPlan) -> Issue:
        """The epic itself; with children or, when it is `childless`, as an item of its own."""
        first, last = plan.span
        begin = working_moment(self.random, max(first, self.team.first_window))
        epic = self._add_issue(
            "Epic", plan.title, created=working_day_before(self.random, begin, 40)
        )
        epic.components = [plan.component] if plan.component else []
        epic.labels = list(plan.labels)
        epic.work_category = plan.work_category
        epic.security_level = plan.security_level
        epic.points = plan.points
        epic.description = plan.description or specification(self.random)
        if plan.done and not plan.open and last < FINISHED_EPIC_BEFORE:
            self._finish_issue(epic, working_moment(self.random, last))
        elif plan.done:
            self._start_issue(epic, begin)
        return epic

    def add_finished_child(
        self, epic: Issue, plan: EpicPlan, window: int, *, is_chore: bool
    ) -> Issue:
        """Work below an epic, done in that fortnight or, for some teams, at the next release."""
        child = self._add_child(epic, plan)
        if is_chore:
            child.summary = chore_title(self.random, plan.component)
            child.labels.append("tech-debt")
        child.points = self._draw_estimate()
        self._finish_issue(child, self._choose_done_moment(window))
        self.finished_in[window] += 1
        return child

    def add_finished_item(self, window: int) -> Issue:
        """Work that belongs to no epic."""
        issue = self._add_item(None, LOOSE_KIND_WEIGHTS)
        issue.points = self._draw_estimate()
        self._finish_issue(issue, self._choose_done_moment(window))
        self.finished_in[window] += 1
        return issue

    def add_open(self, epic: Issue | None, plan: EpicPlan | None) -> Issue:
        """Work nobody has finished; some of it somebody has begun."""
        issue = (
            self._add_child(epic, plan)
            if epic and plan
            else self._add_item(None, LOOSE_KIND_WEIGHTS)
        )
        issue.points = self._draw_estimate() if self.random.random() < 0.5 else None
        self._set_created(issue, working_moment(self.random, self.random.randint(34, CURRENT - 1)))
        if self.random.random() < 0.3:
            self._start_issue(issue, issue.created + timedelta(hours=3))
        return issue

    def cancel_issue(self, epic: Issue | None, plan: EpicPlan | None) -> Issue:
        """Work given up: by a status of that name, or done with a resolution that says so."""
        issue = (
            self._add_child(epic, plan)
            if epic and plan
            else self._add_item(None, LOOSE_KIND_WEIGHTS)
        )
        issue.points = self._draw_estimate()
        first = plan.span[0] if plan else self.team.first_window
        self._finish_issue(
            issue, working_moment(self.random, self.random.randint(first, CURRENT - 1))
        )
        if self.random.random() < 0.4:
            issue.status, issue.resolution, issue.resolved_at = "Rejected", None, None
        else:
            issue.resolution = self.random.choice(("Won't Do", "Duplicate"))
        return issue

    def split_story(self, story: Issue) -> None:
        """Gives a story two or three sub-tasks, which often carry the points instead of it."""
        carries_points = bool(self.team.scale) and self.random.random() < 0.5
        for part in self.random.sample(PARTS, self.random.randint(2, 3)):
            subtask = self._add_issue("Sub-task", part.capitalize(), created=story.created)
            subtask.parent = story.id
            subtask.status = story.status
            subtask.resolution, subtask.resolved_at = story.resolution, story.resolved_at
            subtask.category_changed_at = story.category_changed_at
            subtask.updated = story.updated
            subtask.points = min(self.team.scale) if carries_points else None
        if carries_points:
            story.points = None

    def assign_people(self) -> None:
        """Hands finished work to the team's people in turn, so that everybody finishes some."""
        finished = [issue for issue in self.issues if issue.resolved_at]
        turn: list[int] = []
        for issue in sorted(finished, key=lambda issue: (issue.resolved_at, issue.id)):
            if not turn:
                turn = self.random.sample(range(len(self._people)), len(self._people))
            if issue.level is Level.BASE and self.random.random() > 0.04:
                issue.assignee = self._people[turn.pop()]

    def _add_child(self, epic: Issue, plan: EpicPlan) -> Issue:
        issue = self._add_item(plan.component, KIND_WEIGHTS)
        issue.parent = epic.id
        issue.work_category = plan.work_category
        if plan.component and self.random.random() < 0.7:
            issue.components = [plan.component]
        return issue

    def _add_item(self, component: str | None, weights: dict[str, int]) -> Issue:
        kind = self.random.choices(list(weights), list(weights.values()))[0]
        local = self.random.random() < 0.7
        language = self.team.language if local else "en"
        issue = self._add_issue(kind, child_title(self.random, component, language), created=NOW)
        issue.description = specification(self.random)
        if self.random.random() < 0.1:
            issue.labels = [self.random.choice(IDLE_LABELS)]
        if self.team.key == "PAY" and self.random.random() < 0.3:
            issue.time_spent = self.random.randint(1, 40) * 1800
        return issue

    def _add_issue(self, kind: str, summary: str, created: datetime) -> Issue:
        level = {"Epic": Level.EPIC, "Sub-task": Level.SUBTASK}.get(kind, Level.BASE)
        issue = Issue(
            id=next(self._serial),
            key="",
            project=self.team.key,
            type=kind,
            level=level,
            summary=summary,
            status=self.team.statuses[0],
            created=created,
            updated=created,
            category_changed_at=created,
            points_field=self.team.points_field,
        )
        self.issues.append(issue)
        return issue

    def _draw_estimate(self) -> float | None:
        if not self.team.scale or self.random.random() > ESTIMATED_SHARE:
            return None
        return self.random.choice(self.team.scale)

    def _choose_done_moment(self, window: int) -> datetime:
        if not self.team.releases:
            return working_moment(self.random, window)
        release, days = next(each for each in self.team.releases if each[0] >= window)
        return working_moment(self.random, release, days)

    def _set_created(self, issue: Issue, created: datetime) -> None:
        issue.created = issue.updated = issue.category_changed_at = created

    def _start_issue(self, issue: Issue, moment: datetime) -> None:
        issue.status = self.team.statuses[1]
        issue.category_changed_at = issue.updated = moment

    def _finish_issue(self, issue: Issue, moment: datetime) -> None:
        if issue.level is Level.BASE:
            issue.created = working_day_before(self.random, moment, 60)
        issue.status, issue.resolution = self.team.statuses[2], "Done"
        issue.resolved_at = issue.category_changed_at = moment
        afterwards = timedelta(hours=self.random.choice((0, 0, 0, 1, 5, 24, 700)))
        issue.updated = min(moment + afterwards, NOW - timedelta(hours=14))
