"""From a noisy backlog to what sales reads, over real HTTP, on both databases."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.runs.place import Dialect, Place, Places


def test_a_first_run_publishes_and_accounts_for_every_epic(place: Place) -> None:
    said = place.headway("sync", "--json")

    result = json.loads(said.out)
    tally = result["tally"]
    assert said.code == 0
    assert (result["outcome"], result["revision"]) == ("published", 1)
    assert sum(tally["by_outcome"].values()) == tally["epics"] == len(place.company.epics())
    assert sum(tally["left_out"].values()) == tally["by_outcome"]["left_out"]
    assert sum(tally["undecided"].values()) == tally["by_outcome"]["needs_decision"]
    assert len(place.published()) == result["rows_written"] == result["active"] > 20


@pytest.mark.published
def test_a_second_run_over_an_unchanged_world_moves_nothing_but_freshness(place: Place) -> None:
    before, fresh = place.published(), place.freshness()
    decisions = place.state_rows("SELECT * FROM {t}decision ORDER BY epic_id")

    again = json.loads(place.headway("sync", "--json").out)

    after = place.freshness()
    assert (again["outcome"], again["rows_written"]) == ("unchanged", 0)
    assert place.published() == before
    assert place.state_rows("SELECT * FROM {t}decision ORDER BY epic_id") == decisions
    assert (after["revision"], after["published_at"]) == (1, fresh["published_at"])
    assert after["checked_at"] > fresh["checked_at"]
    assert after["status"] == "current"


@pytest.mark.published
def test_one_changed_capability_rewrites_one_row(place: Place) -> None:
    before = {row["capability_id"]: row for row in place.published()}
    place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")

    result = json.loads(place.headway("sync", "--json").out)

    after = {row["capability_id"]: row for row in place.published()}
    changed = [key for key in after if after[key] != before[key]]
    assert (result["rows_written"], changed) == (1, ["audit-log"])
    assert after["audit-log"]["change_seq"] == max(r["change_seq"] for r in before.values()) + 1
    news = place.rows("SELECT * FROM {v}v1_change ORDER BY change_seq DESC")[0]
    assert (news["kind"], news["capability_id"]) == ("corrected", "audit-log")


@pytest.mark.published
def test_what_changed_is_translated_by_itself_and_the_list_is_what_all_of_it_makes(
    place: Place,
) -> None:
    rows = place.state_rows(
        "SELECT * FROM {t}decision WHERE outcome = 'published' ORDER BY epic_id"
    )
    first, other = rows[0]["epic_id"], rows[1]["epic_id"]
    done = [each for each in place.company.children_of(first) if each.resolution == "Done"]
    for turn, issue in enumerate(done):
        changes = {"parent": other} if turn % 2 else {"status": "In Progress", "resolution": None}
        place.company.edit(issue.id, **changes)
    place.company.edit(other, summary="Said in other words")
    place.company.now += timedelta(minutes=5)

    said = place.headway("--verbose", "sync")
    planned = json.loads(place.headway("plan", "--json").out)

    assert done
    assert "translation.due" in said.err
    assert "translation.whole" not in said.err
    assert place.freshness()["revision"] == 2
    assert planned["changes"] == []
    assert planned["drift"] == []


@pytest.mark.published
@pytest.mark.parametrize("projects", [("ID", "PAY"), pytest.param((), marks=pytest.mark.all)])
def test_cloud_and_data_center_come_to_the_same_list(
    places: Places, tmp_path: Path, projects: tuple[str, ...]
) -> None:
    lists = []
    dialects: tuple[Dialect, ...] = ("cloud", "datacenter")
    for dialect in dialects:
        with places.open_place(tmp_path / dialect, dialect, projects) as place:
            lists.append([{**row, "updated_at": None} for row in place.published()])

    assert lists[0] == lists[1]


@pytest.mark.published
def test_nothing_of_jira_reaches_the_clean_database(place: Place) -> None:
    """Neither keys nor people nor titles: what readers see was written by the product team."""
    texts = [str(value) for row in place.published() for value in row.values()]
    texts += [str(v) for row in place.rows("SELECT * FROM {v}v1_alias") for v in row.values()]
    for issue in place.company.issues.values():
        assert not any(issue.key in text for text in texts)
    for person in place.company.users:
        assert not any(person.name in text for text in texts)


def test_no_capability_appears_without_finished_work_or_the_product_teams_word(
    published: Place,
) -> None:
    place = published
    place.rules(
        "capabilities.yaml",
        "capabilities:\n",
        "capabilities:\n"
        "  - {id: blank-sheet, name: Blank sheet, area: Billing, summary: Not begun.,\n"
        "     when: {key: CORE-0}}\n"
        "  - {id: by-word, name: Bought in, area: Billing, summary: Comes with the product.,\n"
        '     available: {state: all, by: "@pm"}}\n',
    )

    place.headway("sync")

    found = {row["capability_id"]: row for row in place.published()}
    assert "blank-sheet" not in found
    assert (found["by-word"]["state_code"], found["by-word"]["effort_code"]) == (
        "available",
        "not_rated",
    )


@pytest.mark.published
def test_a_plan_names_what_a_rule_would_change_and_asks_jira_nothing(small_place: Place) -> None:
    asked = len(small_place.jira.requests)
    small_place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")

    said = small_place.headway("plan")

    assert said.code == 0
    assert "1 reworded; 24 unchanged" in said.out
    assert "Audit log -> Activity log" in said.out
    assert "capabilities.yaml:" in said.out
    assert len(small_place.jira.requests) == asked


@pytest.mark.published
@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("ID-140", "counts toward Single sign-on"),
        ("CORE-212", "left out: technical debt"),
        ("PAY-310", "left out: regulatory"),
        ("audit-log", "in all"),
        ("Audit log", "large starts at 24"),
    ],
)
def test_explain_says_why(small_place: Place, what: str, says: str) -> None:
    said = small_place.headway("explain", what)

    assert said.code == 0
    assert says in said.out


@pytest.mark.published
def test_explain_adds_up(small_place: Place) -> None:
    story = json.loads(small_place.headway("explain", "single-sign-on", "--json").out)

    keys = [key for credit in story["credits"] for key in credit["issues"]]
    listed = ", ".join(f"'{key}'" for key in keys)
    booked = small_place.state_rows(
        "SELECT sum(credit) AS total FROM {t}ledger JOIN {t}issue ON id = issue_id "
        f"WHERE key IN ({listed})"
    )[0]["total"]
    assert sum(credit["credit"] for credit in story["credits"]) == booked > 0
    assert story["rating"]["effort"] == booked


def test_no_points_anywhere_is_no_error_but_is_said(tiny_place: Place) -> None:
    for issue in tiny_place.company.issues.values():
        issue.points = None

    assert tiny_place.headway("sync").code == 0

    said = tiny_place.headway("status")
    assert "measured by count" in said.out


def test_what_init_says_to_do_next_works(tiny_place: Place) -> None:
    rules = str(tiny_place.folder / "new")

    said = tiny_place.headway("init", config_dir=rules)

    first, then = re.findall(r"`headway (\w+)`", said.out.splitlines()[-1])
    assert tiny_place.headway(first, config_dir=rules).code == 0
    assert "drafts cover" in tiny_place.headway(then, config_dir=rules).out


def test_migrate_gives_readers_a_list_before_there_is_any_run(tiny_place: Place) -> None:
    readers_file = tiny_place.folder / "clean.db"
    readers_file.unlink()

    assert tiny_place.headway("migrate").code == 0

    assert (tiny_place.freshness()["revision"], tiny_place.published()) == (0, [])


def test_a_token_about_to_end_is_said_in_time(published: Place) -> None:
    published.headway("sync", jira_token_expires="2026-12-01")

    assert "the token ends in 8 days" in published.headway("status").out
