"""What one team finished, who did, and how large each piece was in the team's points of today."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction

from models.backlog import Issue
from models.effort import SizeSource
from translators.backlog.fortnights import window_of

Scale = Callable[[str, Issue], Fraction]
"""How many of a team's points of today one point of an issue is worth."""


class TeamWork:
    """What one team finished and who did: what may be booked, and what already was."""

    def __init__(
        self, name: str, subtasks: Mapping[int, list[Issue]], scale: Scale, points_from: int
    ) -> None:
        self.name = name
        self.points_from = Fraction(points_from, 100)
        self.items: list[Issue] = []
        self.people: dict[int, set[str]] = defaultdict(set)
        self._subtasks = subtasks
        self._scale = scale

    @property
    def projects(self) -> set[str]:
        """The projects its items are in."""
        return {item.project for item in self.items}

    def add_person(self, issue: Issue) -> None:
        """Count whoever finished an item or a sub-task in the window in which it was done."""
        if issue.contributor:
            self.people[window_of(done_at(issue))].add(issue.contributor)

    def measure(self, item: Issue) -> tuple[Fraction | None, SizeSource]:
        """An item's size in the team's points of today: its own, else that of its sub-tasks."""
        if item.points is not None:
            return Fraction(item.points) * self._scale(self.name, item), SizeSource.OWN
        parts = [part.points for part in self._subtasks.get(item.id, ()) if part.points is not None]
        if parts:
            total = sum(map(Fraction, parts), Fraction(0))
            return total * self._scale(self.name, item), SizeSource.SUBTASKS
        return None, SizeSource.COUNT


def done_at(issue: Issue) -> datetime:
    """When an item was finished; only what has a date is ever booked."""
    if issue.done_at is None:
        raise ValueError(f"{issue.key} has no date and cannot be booked")
    return issue.done_at


def day_of(issue: Issue) -> date:
    """The day on which an item was finished, by UTC."""
    return done_at(issue).astimezone(UTC).date()
