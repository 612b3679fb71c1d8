"""What capabilities claim of the items that have no epic: all the way from Jira to the list."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.sample.company.company import Company
from sync.sample.company.issues import Issue, Level
from tests.companies import a_company
from tests.postgres import Postgres
from tests.runs.place import PUBLISHED, Place, Places

DIRECTORY = """
capabilities:
  - id: directory
    name: Staff directory
    area: Security and access
    summary: People find one another.
    items: {component: Directory}
    tests: {match: [{component: x}], no_match: [{component: y}]}
"""


@pytest.fixture
def claimed(places: Places, tmp_path: Path, database_server: Postgres | None) -> Iterator[Place]:
    """Where the capability and what it claims of the company were published."""
    keep = tuple(issue.key for issue in loose_items(a_company("ID"))[:12])
    kept = replace(places, commands=PUBLISHED, keep=keep, prepare=claim_twelve)
    with kept.open_place(tmp_path, projects=("ID",), server=database_server) as place:
        yield place


def claim_twelve(place: Place) -> None:
    """Twelve finished stories without an epic get a component, and a capability that claims it."""
    for issue in loose_items(place.company)[:12]:
        place.company.edit(issue.id, components=["Directory"])
    place.company.now += timedelta(days=15)
    write_rules(place, DIRECTORY)


def loose_items(company: Company) -> list[Issue]:
    """The stories of the company that have an end and no epic, and that nothing hides."""
    return [
        issue
        for issue in sorted(company.issues.values(), key=lambda issue: issue.id)
        if issue.level is Level.BASE
        and issue.parent is None
        and issue.resolution == "Done"
        and not issue.labels
        and issue.type in ("Story", "Bug")
    ]


def directory(place: Place) -> list[Issue]:
    return [i for i in place.company.issues.values() if "Directory" in i.components]


def write_rules(place: Place, text: str) -> None:
    (place.folder / "config" / "directory.yaml").write_text(text, "utf-8")


def run(place: Place, days: float, code: int = 0) -> str:
    place.company.now += timedelta(days=days)
    said = place.headway("sync")
    assert said.code == code, said.out + said.err
    return said.out


def row_of(place: Place, capability_id: str) -> dict[str, object]:
    [row] = [row for row in place.published() if row["capability_id"] == capability_id]
    return dict(row)


def outcome_of(place: Place, key: str) -> str:
    outcome: str = json.loads(place.headway("explain", key, "--json").out)["outcome"]
    return outcome


@pytest.mark.on_sqlite
def test_a_capability_fed_by_items_alone_is_on_the_list(claimed: Place) -> None:
    row = row_of(claimed, "directory")
    assert row["is_active"]
    first = min(directory(claimed), key=lambda issue: issue.id)
    assert outcome_of(claimed, first.key) == "counts toward Staff directory"
    assert first.key in claimed.headway("explain", "directory").out


def test_items_are_counted_apart_and_epics_as_before(claimed: Place) -> None:
    said = run(claimed, 0.1)
    write_rules(claimed, DIRECTORY.replace("    items: {component: Directory}\n", ""))
    place_epics = [line for line in said.splitlines() if line.startswith("  epics")]
    assert "  no epic     12 count toward 1 capability, " in said
    assert "% of past work)" in said
    without = run(claimed, 0.1)
    assert [line for line in without.splitlines() if line.startswith("  epics")] == place_epics
    assert "  no epic     " not in run(claimed, 0.1)


@pytest.mark.on_sqlite
def test_an_item_under_an_epic_counts_with_the_epic(claimed: Place) -> None:
    moved = directory(claimed)[0]
    epic = claimed.company.by_key("ID-101")
    assert epic
    claimed.company.edit(moved.id, parent=epic.id)

    said = run(claimed, 0.1)

    assert "  no epic     11 count toward 1 capability, " in said
    assert outcome_of(claimed, moved.key) == "counts toward Single sign-on"


def test_what_is_screened_or_gone_or_renamed_goes_the_way_of_an_epic(claimed: Place) -> None:
    write_rules(claimed, f"{DIRECTORY}guards: {{undecided_percent: 50}}\n")
    hidden, gone, renamed, *_ = directory(claimed)
    claimed.company.edit(hidden.id, labels=["regulatory"])
    claimed.company.remove(gone.id)
    claimed.company.edit(renamed.id, components=["Phone book"])

    run(claimed, 1)
    said = run(claimed, 8)

    assert "  no epic     10 count toward 1 capability, 1 left out, 1 needs a decision" in said
    assert outcome_of(claimed, hidden.key).startswith("left out")
    assert outcome_of(claimed, renamed.key) == (
        "needs a decision: match no capability; until then it counts toward Staff directory, "
        "which it fed before"
    )
    assert "as last seen" in outcome_of(claimed, gone.key)
    assert row_of(claimed, "directory")["is_active"]


@pytest.mark.on_sqlite
def test_a_capability_whose_items_are_all_screened_is_not_for_sale(claimed: Place) -> None:
    for issue in directory(claimed):
        claimed.company.edit(issue.id, labels=["regulatory"])

    run(claimed, 0.1)

    assert row_of(claimed, "directory")["withdrawn_reason"] == "not_for_sale"


@pytest.mark.on_sqlite
def test_items_that_lose_their_claim_by_data_hold_the_list_back(claimed: Place) -> None:
    for issue in directory(claimed)[:3]:
        claimed.company.edit(issue.id, components=["Phone book"])

    claimed.company.now += timedelta(days=0.1)
    said = claimed.headway("sync")

    assert said.code == 3
    assert "3 of 12 items without an epic that had a decision now need one" in said.err


@pytest.mark.on_sqlite
def test_a_rule_change_that_claims_fewer_items_lets_the_rest_go(claimed: Place) -> None:
    """What the rule let go is claimed by none, and asks nobody for a decision."""
    key = directory(claimed)[0].key
    write_rules(claimed, DIRECTORY.replace("component: Directory", "labels: nobody-has-it"))

    run(claimed, 0.1)

    assert outcome_of(claimed, key) == "counts in its team's total; it has no epic"


@pytest.mark.on_sqlite
def test_two_claims_need_a_decision_and_a_title_claims_nothing(claimed: Place) -> None:
    other = DIRECTORY + DIRECTORY.replace("capabilities:\n", "").replace("directory", "people", 1)
    write_rules(claimed, other)
    assert "match two capabilities" in outcome_of(claimed, directory(claimed)[0].key)

    write_rules(claimed, DIRECTORY.replace("component: Directory", "summary has: [directory]"))
    said = claimed.headway("check")
    assert said.code == 2
    assert "`items` is not told by 'summary'" in said.out + said.err


def test_every_question_tells_items_apart(claimed: Place) -> None:
    """A change of `items:` is planned, queued, explained, decided and checked as what it is."""
    first, *_ = sorted(issue.key for issue in directory(claimed))
    said = claimed.headway("explain", "directory").out
    assert "  epics     none\n" in said
    assert "  no epic   12 items: " in said

    other = DIRECTORY.replace("capabilities:\n", "").replace("directory", "people", 1)
    asserted = f"assertions:\n  - {{issue: {first}, counts_toward: directory}}\n"
    both = DIRECTORY + other.replace("Staff directory", "People") + asserted
    write_rules(claimed, both)
    planned = claimed.headway("plan", "--detailed-exitcode")
    assert planned.code == 4, planned.err
    assert "Decided otherwise: 12 items without an epic" in planned.out
    assert "Items without an epic: 0 count toward 1 capability" not in planned.out
    assert "  (was: 12 count toward 1 capability, " in planned.out
    assert json.loads(claimed.headway("plan", "--json").out)["was_items"]["counted"] == 12
    queued = claimed.headway("queue")
    assert "12 items without an epic need a decision as well, " in queued.out
    assert f"{first} " not in queued.out.partition("12 items")[0]
    assert "12 items without an epic" in claimed.headway("queue", "--format", "markdown").out
    checked = claimed.headway("check")
    assert f"{first} is to count toward 'directory'; it needs a decision" in checked.out
    decided = claimed.headway("decide", first, "directory", "--reason", "r", "--by", "b", "--yes")
    assert decided.code == 2
    assert "write `items:` under a capability" in decided.err

    write_rules(claimed, DIRECTORY + asserted)
    assert "is to count toward" not in claimed.headway("check").out
