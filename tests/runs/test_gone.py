"""What becomes of an epic that is deleted, of its work, and of a project that never comes back."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.sample.company.issues import Issue, Level
from tests.runs.place import PUBLISHED, Dialect, Place, Places


@pytest.fixture
def small_place(places: Places, tmp_path: Path, dialect: Dialect) -> Iterator[Place]:
    """A place on SQLite with one project of either kind of Jira, published once."""
    kept = replace(places, commands=PUBLISHED)
    with kept.open_place(tmp_path, dialect, projects=("ID",)) as found:
        yield found


@pytest.fixture
def kept_place(places: Places, tmp_path: Path, dialect: Dialect) -> Iterator[Place]:
    """A place on SQLite with two projects of either kind of Jira, published once."""
    kept = replace(places, commands=PUBLISHED)
    with kept.open_place(tmp_path, dialect, projects=("ID", "PAY")) as found:
        yield found


def explain(place: Place, what: str) -> Any:
    return json.loads(place.headway("explain", what, "--json").out)


def named(place: Place, key: str) -> Issue:
    """The issue of that key, which is there."""
    found = place.company.by_key(key)
    assert found
    return found


def delete(place: Place, key: str, *, touching: bool = False) -> list[Issue]:
    """Delete an epic, as Jira does: what was below it names no parent any more, and stays.

    Some Jiras tell so by `touching` the children, others do not. Returns them.
    """
    epic = named(place, key)
    children = place.company.children_of(epic.id)
    place.company.remove(epic.id)
    for child in children if touching else ():
        place.company.edit(child.id, parent=None)
    return children


def run(place: Place, days: float) -> None:
    """A run after so many days, which is good and whole."""
    place.company.now += timedelta(days=days)
    said = place.headway("sync")
    assert said.code == 0, said.out + said.err
    assert place.freshness()["status"] == "current"


def levels(place: Place) -> dict[str, str]:
    return {row["capability_id"]: row["effort_code"] for row in place.published()}


@pytest.mark.parametrize(
    ("dialect", "touching"), [("cloud", True), ("datacenter", False)], indirect=["dialect"]
)
def test_a_done_epic_that_is_deleted_leaves_its_work_where_it_was(
    small_place: Place, touching: bool
) -> None:
    place = small_place
    before, effort = levels(place), explain(place, "single-sign-on")["rating"]["effort"]
    epic = named(place, "ID-101")
    [child, *_] = delete(place, "ID-101", touching=touching)

    for days in (0.02, 1, 1, 8, 14):
        run(place, days)
        assert levels(place) == before

    said = explain(place, "single-sign-on")
    assert said["rating"]["effort"] >= effort
    assert "ID-101" in said["epics"]
    assert not place.state_rows(f"SELECT * FROM {{t}}ledger WHERE issue_id = {epic.id}")
    assert explain(place, "ID-101")["outcome"] == (
        "is not in Jira any more; what was done for it counts toward Single sign-on, as last seen"
    )
    of_child = explain(place, child.key)
    assert of_child["epic"] == "ID-101"
    assert of_child["outcome"] == (
        "its epic ID-101 is not in Jira any more; what was done for it counts toward "
        "Single sign-on, as last seen"
    )


BECAME_A_STORY = {"type": "Story", "level": Level.BASE}


@pytest.mark.parametrize("fate", ["deleted", "a story"])
@pytest.mark.parametrize("dialect", ["cloud"], indirect=True)
def test_no_run_waits_for_an_epic_that_is_none_any_more_whose_project_got_another_key(
    kept_place: Place, fate: str
) -> None:
    place = kept_place
    before = levels(place)
    if fate == "deleted":
        delete(place, "PAY-335")
    else:
        place.company.edit(named(place, "PAY-335").id, **BECAME_A_STORY)
    run(place, 1)
    place.company.rename_project("PAY", "BILL")
    run(place, 1)
    run(place, 8)

    assert levels(place).keys() == before.keys()
    assert not place.state_rows("SELECT * FROM {t}issue WHERE project = 'PAY'")

    place.company.edit(named(place, "BILL-247").id, labels=["regulatory"])
    run(place, 0.02)

    [row] = [row for row in place.published() if row["capability_id"] == "payment-reminders"]
    assert (row["is_active"], row["withdrawn_reason"]) == (False, "not_for_sale")


def lose(place: Place, project: str) -> None:
    """A project that cannot be seen any more, and the run that finds it so."""
    place.jira.view.hidden_projects.add(project)
    place.company.now += timedelta(days=1)
    assert place.headway("sync").code == 77


@pytest.mark.parametrize("dialect", ["cloud"], indirect=True)
def test_what_is_to_be_hidden_goes_off_the_list_though_its_project_cannot_be_seen(
    kept_place: Place,
) -> None:
    place = kept_place
    lose(place, "ID")
    (place.folder / "config" / "gone.yaml").write_text(
        "screening:\n  - {id: old, reason: sold, then: hide, when: {project: ID}}\n", "utf-8"
    )

    assert place.headway("sync").code == 0

    rows = {row["capability_id"]: row["is_active"] for row in place.published()}
    assert not rows["audit-log"]
    assert rows["invoicing"]


@pytest.mark.parametrize("dialect", ["cloud"], indirect=True)
def test_nobody_waits_for_a_project_of_which_the_rule_book_says_that_it_is_gone_for_good(
    kept_place: Place,
) -> None:
    place = kept_place
    before = place.published()
    lose(place, "ID")
    [edit] = re.findall(
        r"if it is gone for good, .* under `gone:`, (.*)", place.headway("status").out
    )
    rules = place.folder / "config" / "gone.yaml"
    rules.write_text(f"gone:\n  {edit}\n", "utf-8")

    run(place, 0.01)

    assert place.published() == before
    assert "unseen" not in place.headway("status").out
    assert "cannot be seen" not in place.headway("status").out
    run(place, 20)
    assert place.company.epics()
    place.jira.view.hidden_projects.clear()
    place.company.now += timedelta(days=1)
    assert "is said to be gone for good, and Jira shows it" in place.headway("sync").out


@pytest.mark.parametrize("dialect", ["cloud"], indirect=True)
def test_a_pin_says_that_a_deleted_epic_counts_no_more(small_place: Place) -> None:
    place = small_place
    delete(place, "ID-163")
    for days in (1, 1):
        run(place, days)
    noticed = place.headway("status").out
    assert "ID-163 fed it and is not in Jira any more" in noticed
    [edit] = re.findall(r"under `pins:`, (.*)", noticed)

    (place.folder / "config" / "gone.yaml").write_text(f"pins:\n  {edit}\n", "utf-8")
    run(place, 0.01)

    [row] = [row for row in place.published() if row["capability_id"] == "passkeys"]
    assert row["withdrawn_reason"] == "not_for_sale"
    assert explain(place, "ID-163")["outcome"] == (
        "is not in Jira any more; left out: pinned by a person"
    )


@pytest.mark.parametrize("dialect", ["cloud"], indirect=True)
def test_what_is_off_the_list_waits_for_no_project(kept_place: Place) -> None:
    place = kept_place
    for capability in [row["capability_id"] for row in place.published()]:
        at = f"  - id: {capability}\n"
        place.rules("capabilities.yaml", at, f"{at}    withdrawn: {{reason: mistake}}\n")
    assert place.headway("sync").code == 0
    place.jira.view.hidden_projects.add("ID")

    run(place, 1)
