"""One simulated team at work: people take item after item, and Jira learns part of it."""

import heapq
import math
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import Random

from msgspec.structs import replace

from models.backlog import Issue
from tests.benchmarks.calendars import DAYS, FIRST, moment, working_days
from tests.builders import a_subtask, finished
from translators.backlog.fortnights import window_of

CARDS = (1, 2, 3, 5, 8, 13, 20, 40, 100)


@dataclass(frozen=True)
class Purpose:
    """What a team works for, how much, and on which days; `grain` is how coarse the items are,
    `misjudged` how far the team's estimates of it are off, both as factors."""

    capability: str
    weight: float
    first: int
    last: int
    grain: float
    misjudged: float


HIDDEN = Purpose("", 0.0, 0, 0, 0.5, 1.0)
"""Work that nobody would sell comes in smaller pieces."""


@dataclass(frozen=True)
class Habits:
    """How one team works, and how it keeps its Jira; shares are of its items, from 0 to 1.

    `occasional` people come on top of `people`: they give the team a day a week. `grain` is
    person-weeks of a usual item, `scale` points of a person-week. `marks_every` says after how
    many fortnights it marks its work done (0: at once), all but a `trickle`. `unequal` is how
    far its people are apart in the size of what they take on (sigma).
    """

    team: str
    people: int
    occasional: int
    grain: float
    scale: float
    purposes: tuple[Purpose, ...]
    hidden: float
    missing: float
    unassigned: float = 0.1
    split: float = 0.2
    tested: float = 0.0
    trickle: float = 0.0
    inflation: float = 1.0
    rescaled: float = 1.0
    marks_every: int = 0
    cleans_up: bool = False
    unequal: float = 0.0


@dataclass
class Department:
    """Jira's facts, which capability each item was for (none: hidden work), and the truth.

    `spent` is person-weeks by item, unfinished ones too.
    """

    capabilities: tuple[str, ...]
    issues: list[Issue] = field(default_factory=list)
    capability_of: dict[int, str] = field(default_factory=dict)
    spent: dict[int, float] = field(default_factory=dict)
    habits: dict[str, Habits] = field(default_factory=dict)
    cleaned_up: set[int] = field(default_factory=set)

    def truth(self) -> dict[str, float]:
        """Person-weeks spent, by capability."""
        total = dict.fromkeys(self.capabilities, 0.0)
        for item, capability in self.capability_of.items():
            total[capability] += self.spent[item]
        return total


class Team:
    """A team from the first day to the last."""

    def __init__(self, habits: Habits, department: Department, chance: Random) -> None:
        self.habits = habits
        self.department = department
        self.chance = chance
        self.last_id = int(habits.team[1:]) * 1_000_000
        full = [working_days(chance) for _ in range(habits.people)]
        some = [working_days(chance)[place::5] for place in range(habits.occasional)]
        self.calendars = [*full, *some]
        self.leaving = [self._leaving_day() for _ in self.calendars]
        # A generator of its own: how unequal people are moves nothing else that chance decides.
        whose = Random(habits.team)
        self.grains = [math.exp(habits.unequal * whose.gauss(0, 1)) for _ in self.calendars]
        department.habits[habits.team] = habits

    def _leaving_day(self) -> int:
        """One in six people leaves in a year; somebody new takes the place."""
        leaves = self.chance.random() < DAYS / 365 / 6
        return self.chance.randrange(DAYS) if leaves else DAYS

    def work(self) -> None:
        """Whoever is free takes the next item, alone or with others who are free soon."""
        free = [(0.0, place) for place in range(len(self.calendars))]
        while free[0][0] < DAYS:
            many = self.chance.randint(2, 4) if self.chance.random() < self.habits.split else 1
            hands = [heapq.heappop(free) for _ in range(min(many, len(free)))]
            day, first = hands[0]
            purpose = self._purpose(day)
            effort = self.habits.grain * purpose.grain * math.exp(self.chance.gauss(-0.2, 0.6))
            effort *= self.grains[first]
            if first >= self.habits.people:
                effort /= 3
            done = [self._put_in(effort / len(hands), *hand) for hand in hands]
            self._write_down(purpose, day, effort, done)
            for day, place, _ in done:
                heapq.heappush(free, (day, place))
        if self.habits.cleans_up:
            self._clean_up()

    def _put_in(self, effort: float, day: float, place: int) -> tuple[float, int, float]:
        """When somebody has put that much in, who it was, and how much before the last day."""
        days = self.calendars[place]
        began = bisect_left(days, int(day)) + day % 1
        ended = began + effort * 5
        if ended < len(days):
            return days[int(ended)] + ended % 1, place, effort
        return float(DAYS), place, max(0.0, len(days) - began) / 5

    def _write_down(
        self, purpose: Purpose, day: float, effort: float, done: list[tuple[float, int, float]]
    ) -> None:
        item = self._next_id()
        self.department.spent[item] = sum(spent for _, _, spent in done)
        if purpose is not HIDDEN:
            self.department.capability_of[item] = purpose.capability
        ended, owner, _ = max(done)
        if ended >= DAYS:
            return
        points: Decimal | None = self._points(effort * purpose.misjudged, day)
        if self.chance.random() < self.habits.missing * (1.3 if purpose is HIDDEN else 1.0):
            points = None
        parts = len(done) if len(done) > 1 else 0
        inside = parts > 0 and self.chance.random() < 0.5
        name = self._closer(owner, ended)
        parent = self._item(item, self._marked_done(ended), name, None if inside else points)
        self.department.issues.append(parent)
        for day_of_part, place, _ in done[:parts]:
            share = _card(points / parts) if inside and points is not None else None
            part = a_subtask(parent, id=self._next_id(), project=self.habits.team, points=share)
            self.department.issues.append(
                _done(part, moment(day_of_part), self._name(place, day_of_part))
            )

    def _next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def _purpose(self, day: float) -> Purpose:
        """What the next item is for."""
        now = [each for each in self.habits.purposes if each.first <= day <= each.last]
        if not now or self.chance.random() < self.habits.hidden:
            return HIDDEN
        return self.chance.choices(now, [each.weight for each in now])[0]

    def _points(self, effort: float, day: float) -> Decimal:
        """An estimate on the team's scale of that day: off by half, and a card of the pack."""
        drift = self.habits.inflation ** (day / DAYS)
        guess = effort * self.habits.scale * drift * math.exp(self.chance.gauss(0, 0.55))
        card = min(CARDS, key=lambda each: abs(math.log(each / max(guess, 0.01))))
        factor = self.habits.rescaled if day >= DAYS / 2 else 1.0
        return Decimal(card) * Decimal(str(factor))

    def _marked_done(self, ended: float) -> datetime:
        """On the day, or on the last Thursday of every so-manieth fortnight."""
        every = self.habits.marks_every
        if not every or self.chance.random() < self.habits.trickle:
            return moment(ended)
        window = window_of(moment(ended)) - FIRST
        release = (window // every + 1) * every * 14 - 3.5
        return moment(max(release, ended))

    def _closer(self, place: int, day: float) -> str | None:
        """Whose name Jira shows: nobody's, that of whoever closes for all, or who did it."""
        if self.chance.random() < self.habits.unassigned:
            return None
        if self.chance.random() < self.habits.tested:
            return self._name(0, day)
        return self._name(place, day)

    def _name(self, place: int, day: float) -> str:
        return f"{self.habits.team}-{place}-{'new' if day >= self.leaving[place] else 'first'}"

    def _item(
        self, item: int, done_at: datetime, contributor: str | None, points: Decimal | None
    ) -> Issue:
        hidden = item not in self.department.capability_of
        kind = "Bug" if self.chance.random() < (0.6 if hidden else 0.1) else "Story"
        return finished(
            id=item,
            project=self.habits.team,
            type=kind,
            done_at=done_at,
            contributor=contributor,
            points=points,
        )

    def _clean_up(self) -> None:
        """A migration day: what had lain about for years is closed, most of it for few purposes."""
        day = self.chance.randrange(DAYS // 3, DAYS - 60) + 0.4
        favoured = self.chance.sample(self.habits.purposes, 2)
        for _ in range(max(60, self.habits.people * 12)):
            item = self._next_id()
            purpose = self.chance.choice((*favoured, *favoured, None))
            self.department.spent[item] = 0.0
            self.department.cleaned_up.add(item)
            if purpose:
                self.department.capability_of[item] = purpose.capability
            points = self._points(self.habits.grain, day)
            self.department.issues.append(self._item(item, moment(day), None, points))


def _done(part: Issue, done_at: datetime, contributor: str) -> Issue:
    told = finished(done_at=done_at)
    return replace(
        part,
        status=told.status,
        status_category=told.status_category,
        resolution=told.resolution,
        resolved_at=done_at,
        done_at=done_at,
        done_source=told.done_source,
        contributor=contributor,
    )


def _card(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"))
