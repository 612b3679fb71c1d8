"""What is too much in one run is too much in several: guards add up until a person approves."""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest

from tests.runs.place import Place

NIGHT, MONTH = timedelta(days=1), timedelta(days=31)
LARGE = ("audit-log", "crm-connector", "customer-keys", "dashboards", "languages", "search")
FED_BY_ONE = ("keyboard-navigation", "bulk-editing", "sandbox", "data-retention", "chat-alerts")

pytestmark = pytest.mark.published


def find_epics(place: Place, *capabilities: str) -> list[int]:
    rows = place.state_rows("SELECT epic_id, counts_for FROM {t}decision ORDER BY epic_id")
    return [row["epic_id"] for row in rows if row["counts_for"] in capabilities]


def take_decision(place: Place, epics: Iterable[int]) -> None:
    """Their components are renamed, and no rule knows them any more."""
    for epic in epics:
        place.company.edit(epic, components=["Odds"], summary="Odds and ends", labels=[])


def take_a_few(place: Place, step: int) -> None:
    take_decision(place, find_epics(place, *LARGE)[3 * step : 3 * step + 3])


def take_last_epics(place: Place, step: int) -> None:
    take_decision(place, find_epics(place, *FED_BY_ONE[2 * step : 2 * step + 2]))


def reopen_work(place: Place, step: int) -> None:
    """All that was done for two capabilities is worked on again."""
    for epic in find_epics(place, *LARGE[2 * step : 2 * step + 2]):
        for child in place.company.children_of(epic):
            (open_, *_) = place.company.projects[child.project].statuses
            place.company.edit(child.id, status=open_.name, resolution=None, resolved_at=None)


def sync_after(place: Place, span: timedelta) -> tuple[int, str]:
    place.company.now += span
    said = place.headway("sync")
    return said.code, said.err


def approve(place: Place) -> None:
    [run_id] = re.findall(r"held back   headway approve (\S+)", place.headway("status").out)
    assert place.headway("approve", run_id).code == 0


STEPS = {
    "newly-undecided": (take_a_few, "6 of 116 epics that had a decision now need one, 3 of them"),
    "lost-capabilities": (take_last_epics, "4 of 25 capabilities would lose their last epic, 2"),
    "level-jumps": (reopen_work, "4 of 24 levels would fall, or jump by two, 2 of them since"),
}


MORE = [
    pytest.param(guard, marks=pytest.mark.all) for guard in ("level-jumps", "lost-capabilities")
]
"""What adds up for these guards is tried in tests/translators/plan/test_let_through.py as well."""


@pytest.mark.parametrize("guard", ["newly-undecided", *MORE])
def test_two_steps_are_held_as_one_until_they_are_approved(place: Place, guard: str) -> None:
    take, told = STEPS[guard]
    take(place, 0)
    first = sync_after(place, NIGHT)
    take(place, 1)
    second = sync_after(place, NIGHT)

    assert (first[0], second[0]) == (0, 3), (first, second)
    assert f"guard {guard}: holds the publication back: {told}" in second[1]

    approve(place)
    take(place, 2)

    assert sync_after(place, NIGHT)[0] == 0, "what a person let through counts no more"


def test_what_data_takes_is_held_in_the_night_of_another_rule_too(small_place: Place) -> None:
    place = small_place
    rules = place.folder / "config" / "another.yaml"
    rules.write_text("screening:\n  - {id: mine, reason: mine, when: {labels: mine}}\n", "utf-8")
    take_a_few(place, 0)
    first = sync_after(place, NIGHT)
    rules.write_text("screening:\n  - {id: mine, reason: mine, when: {labels: ours}}\n", "utf-8")
    take_a_few(place, 1)
    second = sync_after(place, NIGHT)

    assert (first[0], second[0]) == (0, 3), (first, second)
    assert "6 of 116 epics that had a decision now need one, 3 of them since" in second[1]


@pytest.mark.all
def test_what_rules_take_is_held_in_no_number_of_steps(small_place: Place) -> None:
    place = small_place
    hold = "screening:\n  - {id: mine, reason: look, then: hold, when: {component: [%s]}}\n"
    codes = []
    for components in ("Invoicing", "Invoicing, Dashboards", "Invoicing, Dashboards, Roles"):
        (place.folder / "config" / "mine.yaml").write_text(hold % components, "utf-8")
        codes.append(sync_after(place, NIGHT)[0])

    assert codes == [0, 0, 0]
    take_a_few(place, 0)
    assert sync_after(place, NIGHT)[0] == 0


@pytest.mark.all
def test_a_month_later_a_step_is_one_step(small_place: Place) -> None:
    take_a_few(small_place, 0)
    assert sync_after(small_place, NIGHT)[0] == 0
    take_a_few(small_place, 1)
    assert sync_after(small_place, MONTH)[0] == 0
