"""What screening left out does not reach sales in steps: each is held against the last approval."""

import re
from datetime import timedelta

import pytest

from tests.runs.place import Place
from tests.variants import on_sqlite_first

RULE = "screening:\n  - {id: embargo, reason: embargoed, then: hide, when: {labels: [embargo]}}\n"
CLAIM = "pins:\n  - {issue: %s, capability: audit-log, reason: sold, by: '@anna'}\n"

pytestmark = pytest.mark.published


def write_rules(place: Place, text: str) -> None:
    (place.folder / "config" / "embargo.yaml").write_text(text, "utf-8")


def find_published(place: Place) -> list[int]:
    rows = place.state_rows(
        "SELECT epic_id FROM {t}decision WHERE outcome = 'published' AND NOT is_item "
        "ORDER BY epic_id"
    )
    return [row["epic_id"] for row in rows]


def put_under_embargo(place: Place, number: int) -> list[int]:
    """So many epics that were published, which screening leaves out from here on."""
    epics = find_published(place)[:number]
    labels(place, epics, ["embargo"])
    write_rules(place, RULE)
    assert place.headway("sync").code == 0
    return epics


def restrict(place: Place, number: int) -> list[int]:
    """So many epics that were published, which have a security level from here on."""
    epics = find_published(place)[:number]
    levels(place, epics, "Board only")
    assert place.headway("sync").code == 0
    return epics


def levels(place: Place, epics: list[int], level: str | None) -> None:
    """Somebody edits them, a day later."""
    place.company.now += timedelta(days=1)
    for epic in epics:
        place.company.edit(epic, security_level=level)


def labels(place: Place, epics: list[int], found: list[str]) -> None:
    for epic in epics:
        place.company.edit(epic, labels=found)


def outcomes(place: Place, epics: list[int]) -> set[str]:
    rows = place.state_rows("SELECT epic_id, outcome FROM {t}decision")
    return {row["outcome"] for row in rows if row["epic_id"] in epics}


def approve(place: Place) -> str:
    [run_id] = re.findall(r"held back   headway approve (\S+)", place.headway("status").out)
    said = place.headway("approve", run_id)
    assert said.code == 0, said.err
    return said.out


@on_sqlite_first
def test_a_few_epics_a_run_are_many_and_approved_they_count_no_more(
    each_published: Place,
) -> None:
    place = each_published
    epics = put_under_embargo(place, 9)
    labels(place, epics[:3], [])
    passed = place.headway("sync")
    labels(place, epics[3:6], [])
    held = place.headway("sync")

    assert (passed.code, held.code) == (0, 3)
    assert "guard unscreened-by-data: holds the publication back: 6 of " in held.err
    assert outcomes(place, epics[3:6]) == {"left_out"}

    [told] = re.findall(r"HIGH: screening left out, and would no more: (.*)", approve(place))
    assert len(told.split(", ")) == 6
    labels(place, epics[6:], [])

    assert place.headway("sync").code == 0
    assert "left_out" not in outcomes(place, epics)


def test_security_levels_that_go_two_a_night_are_held_on_the_night_that_they_are_many(
    small_place: Place,
) -> None:
    place = small_place
    epics = restrict(place, 8)
    codes = []
    for first in (0, 2):
        levels(place, epics[first : first + 2], None)
        codes.append(place.headway("sync").code)
    held = place.headway("sync")

    assert (codes, held.code) == ([0, 3], 3)
    assert "guard unscreened-by-data: holds the publication back: 4 of " in held.err
    assert "epics that had a security level have none any more: " in held.err
    assert outcomes(place, epics[2:4]) == {"left_out"}

    [told] = re.findall(r"HIGH: had a security level, and has none: (.*)", approve(place))
    assert len(told.split(", ")) == 4
    levels(place, epics[4:6], None)

    assert place.headway("sync").code == 0, "what a person let through counts no more"


@pytest.mark.all
def test_a_security_level_that_went_a_month_ago_counts_no_more(small_place: Place) -> None:
    place = small_place
    epics = restrict(place, 4)
    levels(place, epics[:2], None)
    assert place.headway("sync").code == 0
    place.company.now += timedelta(days=31)
    levels(place, epics[2:], None)

    assert place.headway("sync").code == 0


def test_a_rule_that_goes_in_one_run_and_a_claim_in_the_next_are_one_change(
    published: Place,
) -> None:
    place = published
    epics = put_under_embargo(place, 1)
    key = place.company.issues[epics[0]].key
    hold = f"pins:\n  - {{issue: {key}, hold: true, reason: look, by: '@anna'}}\n"
    write_rules(place, hold)
    first = place.headway("sync")
    between = outcomes(place, epics)
    write_rules(place, CLAIM % key)

    second = place.headway("sync")

    assert (first.code, between) == (0, {"needs_decision"}), first.err
    assert second.code == 3, second.out
    assert f"guard unscreened: holds the publication back: {key} was left out as embargoed" in (
        second.err
    )
    approve(place)
    assert outcomes(place, epics) <= {"published", "waiting"}
    write_rules(place, hold)
    assert place.headway("sync").code == 0
    write_rules(place, CLAIM % key)
    assert place.headway("sync").code == 0, "what a person had published is known to sales"


def test_what_is_screened_again_was_never_away(published: Place) -> None:
    place = published
    epics = put_under_embargo(place, 4)
    for _ in range(2):
        labels(place, epics[:3], [])
        assert place.headway("sync").code == 0
        labels(place, epics[:3], ["embargo"])
        assert place.headway("sync").code == 0
    labels(place, epics, [])

    assert place.headway("sync").code == 3
