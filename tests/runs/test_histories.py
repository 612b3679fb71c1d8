"""Whatever becomes of epics and projects, runs stay whole, and reading all changes nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from sync.sample.company.issues import Issue, Level
from tests.runs.place import PUBLISHED, Place, Places

Step = Callable[[Place, Random], object]


def an_epic(place: Place, random: Random) -> Issue:
    """An epic that fed the list."""
    fed = place.state_rows("SELECT epic_id FROM {t}decision WHERE counts_for IS NOT NULL")
    there = sorted({row["epic_id"] for row in fed} & place.company.issues.keys())
    return place.company.issues[random.choice(there)]


def a_child(place: Place, random: Random) -> Issue:
    """A story below an epic that fed the list."""
    children = place.company.children_of(an_epic(place, random).id)
    stories = [each for each in children if each.level is Level.BASE]
    return random.choice(stories or list(place.company.issues.values()))


def delete_an_epic(place: Place, random: Random) -> None:
    epic = an_epic(place, random)
    place.company.remove(epic.id)
    children = place.company.children_of(epic.id)
    for child in random.choice([children, children[:3], []]):
        place.company.edit(child.id, parent=None)


def make_it_a_story(place: Place, random: Random) -> None:
    place.company.edit(an_epic(place, random).id, type="Story", level=Level.BASE, parent=None)


def rename_a_project(place: Place, random: Random) -> None:
    place.company.rename_project(
        random.choice(sorted(place.company.projects)), f"P{random.randrange(10_000)}"
    )


def hide_an_epic(place: Place, random: Random) -> None:
    place.jira.view.hidden_issues.add(an_epic(place, random).id)


def show_all(place: Place, random: Random) -> None:
    place.jira.view.hidden_issues.clear()


def take_out(place: Place, random: Random) -> None:
    place.company.edit(a_child(place, random).id, parent=None)


def put_elsewhere(place: Place, random: Random) -> None:
    place.company.edit(a_child(place, random).id, parent=an_epic(place, random).id)


def screen(place: Place, random: Random) -> None:
    place.company.edit(an_epic(place, random).id, labels=["regulatory"])


STEPS: tuple[Step, ...] = (
    *(delete_an_epic, delete_an_epic, make_it_a_story, rename_a_project, hide_an_epic),
    *(show_all, take_out, put_elsewhere, screen),
)


def sync(place: Place, *arguments: str) -> None:
    """A run that comes through: what a guard holds, or does not believe, a person approves."""
    said = place.headway("sync", *arguments)
    if said.code in (3, 77):
        [held] = set(re.findall(r"headway approve (\S+)", place.headway("status").out))
        is_loss = said.code == 77
        said = place.headway("approve", held)
        if is_loss:
            said = place.headway("sync", "--full")
    assert said.code == 0, said.out + said.err
    assert place.freshness()["status"] == "current"


CREDITED_WHILE_GONE = """
    SELECT e.issue_id FROM {t}ledger e JOIN {t}issue i ON i.id = e.issue_id
    WHERE e.kind = 'credit' AND i.missing_since < e.booked_at
"""


@pytest.mark.all
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
def test_no_history_of_epics_and_projects_makes_runs_partial_or_the_list_depend_on_it(
    places: Places, tmp_path: Path, dialect: str, seed: int
) -> None:
    random = Random(seed)
    kept = replace(places, commands=PUBLISHED)
    with kept.open_place(
        tmp_path, "cloud" if dialect == "cloud" else "datacenter", ("ID", "PAY")
    ) as place:
        for _ in range(10):
            for step in random.sample(STEPS, random.randint(1, 3)):
                step(place, random)
            place.company.now += timedelta(days=random.choice([0.02, 0.02, 1, 1, 8]))
            sync(place)
            assert not place.state_rows(CREDITED_WHILE_GONE)
        for _ in range(2):
            place.company.now += timedelta(days=1)
            sync(place)
        before = place.published()

        place.company.now += timedelta(minutes=1)
        sync(place, "--full")

        assert place.published() == before
        assert place.headway("plan").code == 0
