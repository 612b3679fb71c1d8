"""A made-up engineering department whose true effort is known, and the noisy Jira it keeps.

The truth is the person-weeks that people spent. Jira shows only what a team writes down: points on
its own scale, often none, completion on the day somebody clicked, and much that nobody would sell.
"""

import math
from dataclasses import dataclass, replace
from random import Random

from tests.benchmarks.calendars import DAYS
from tests.benchmarks.teamwork import Department, Habits, Purpose, Team

CAPABILITIES = tuple(f"capability-{number:02}" for number in range(40))
SIZES = (3, 3, 4, 5, 6, 7, 8, 9, 12, 16, 25, 40)
"""People in a team, team by team: 138 in all."""
RELEASING, RESCALING = 8, 9
"""The teams of so many people are those that mark done at a release, or change their scale."""


@dataclass(frozen=True)
class Troubles:
    """What goes wrong, beyond what goes wrong everywhere."""

    missing: float = 0.3
    """The share of items without points, from none in some teams to twice this in others."""
    inflating: int = 3
    """So many teams' points double over the time."""
    rescaling: float = 1.0
    """One team writes its points times this from the middle on."""
    releasing: bool = True
    """One team marks its work done at a release, every third fortnight."""
    trickle: float = 0.0
    """The share of that team's items that are marked done at once all the same."""
    reviewing: int = 3
    """So many teams mark two thirds of their work done at the end of the fortnight."""
    bulk: int = 0
    """So many teams close, on one day, what had lain about and had cost nobody any time."""
    bias: float = 0.0
    """How far a team misjudges all the work for one capability, the same way each time (sigma)."""
    unequal: float = 0.3
    """How far apart the people of a team are in the size of what they take on (sigma)."""
    handing_over: bool = True
    """In one team of four, 40 % of the items end up with the one person who closes them."""


def build(seed: int, troubles: Troubles, sizes: tuple[int, ...] = SIZES) -> Department:
    """The department of one seed at work from the first day to the last."""
    chance = Random(seed)
    teams = [_habits(chance, f"T{number:02}", people) for number, people in enumerate(sizes)]
    department = Department(CAPABILITIES)
    for number, habits in enumerate(_troubled(teams, troubles, chance)):
        Team(habits, department, Random(seed * 1000 + number)).work()
    return department


def _habits(chance: Random, team: str, people: int) -> Habits:
    chosen = chance.sample(CAPABILITIES, 5 + min(people, 9))
    return Habits(
        team=team,
        people=people,
        occasional=round(people * chance.uniform(0, 0.4)),
        grain=math.exp(chance.gauss(0, 0.6)),
        scale=5 * math.exp(chance.gauss(0, 0.7)),
        purposes=tuple(_purpose(chance, capability) for capability in chosen),
        hidden=chance.uniform(0.1, 0.7),
        missing=chance.random(),
        tested=chance.choice((0.4, 0.0, 0.0, 0.0)),
    )


def _purpose(chance: Random, capability: str) -> Purpose:
    """Work on one capability goes on for a third of the time, or more."""
    length = int(DAYS * chance.uniform(0.3, 1.0))
    first = chance.randint(0, DAYS - length)
    grain = math.exp(chance.gauss(0, 0.3))
    weight, misjudged = chance.gammavariate(0.8, 1), chance.gauss(0, 1)
    return Purpose(capability, weight, first, first + length, grain, misjudged)


def _troubled(teams: list[Habits], troubles: Troubles, chance: Random) -> list[Habits]:
    places = range(len(teams))
    inflating = chance.sample(places, len(teams))[: troubles.inflating]
    reviewing = chance.sample(places, len(teams))[: troubles.reviewing]
    cleaning = chance.sample(places, len(teams))[: troubles.bulk]
    found = []
    for place, team in enumerate(teams):
        releasing = troubles.releasing and team.people == RELEASING
        every, trickle = (1, 1 / 3) if place in reviewing else (0, 0.0)
        every, trickle = (3, troubles.trickle) if releasing else (every, trickle)
        purposes = (
            replace(each, misjudged=math.exp(troubles.bias * each.misjudged))
            for each in team.purposes
        )
        found.append(
            replace(
                team,
                purposes=tuple(purposes),
                missing=min(0.95, 2 * troubles.missing * team.missing),
                tested=team.tested if troubles.handing_over else 0.0,
                inflation=2.0 if place in inflating else 1.0,
                rescaled=troubles.rescaling if team.people == RESCALING else 1.0,
                marks_every=every,
                trickle=trickle,
                cleans_up=place in cleaning,
                unequal=troubles.unequal,
            )
        )
    return found
