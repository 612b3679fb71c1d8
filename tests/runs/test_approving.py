"""What a guard holds back waits for a person, however often a run comes by."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runs.place import PUBLISHED, Place, Places, Said
from tests.runs.programs import CURSOR_OR_COLOUR, on_a_terminal
from tests.variants import on_sqlite_first

STATUSES = "statuses:\n      - Rejected"


def lose_the_components(place: Place) -> None:
    """Somebody renames every component in Jira: most epics that had a decision now need one."""
    for issue in list(place.company.issues.values()):
        if issue.components:
            place.company.edit(issue.id, components=[f"{issue.components[0]} (old)"])


def measure_otherwise(place: Place) -> None:
    """From now on work that was cancelled counts, and what was merely released does not."""
    rules = "effort:\n  cancelled: {resolutions: [Done], statuses: [Nothing]}\n"
    (place.folder / "config" / "effort.yaml").write_text(rules, "utf-8")


def held_run(place: Place) -> str:
    """The newest run that holds something back."""
    rows = place.state_rows(
        "SELECT run_id FROM {t}run WHERE outcome = 'held' ORDER BY started_at DESC, run_id DESC"
    )
    return str(rows[0]["run_id"])


def outcome(said: Said) -> tuple[int, bool]:
    return said.code, "guard" in said.err


@on_sqlite_first
def test_what_was_held_stays_held_run_after_run_and_is_published_when_approved(
    each_published: Place,
) -> None:
    before = each_published.published()
    lose_the_components(each_published)
    first, second = each_published.headway("sync"), each_published.headway("sync")
    held = (each_published.published(), each_published.freshness()["status"])

    approved = each_published.headway("approve", held_run(each_published))
    after = each_published.headway("sync", "--json")

    assert [outcome(first), outcome(second)] == [(3, True), (3, True)]
    assert held == (before, "held")
    assert approved.code == 0, approved.err
    assert each_published.freshness()["status"] == "current"
    assert (after.code, json.loads(after.out)["outcome"]) == (0, "unchanged")


@pytest.mark.on_sqlite
def test_an_approval_publishes_exactly_what_was_proposed(each_published: Place) -> None:
    measure_otherwise(each_published)
    each_published.headway("sync")
    run = held_run(each_published)
    (digest,) = each_published.state_rows(
        f"SELECT plan_digest FROM {{t}}run WHERE run_id = '{run}'"
    )
    each_published.rules("capabilities.yaml", "name: Audit log", "name: Activity log")

    each_published.headway("approve", run)

    (last,) = each_published.rows("SELECT * FROM {t}publication ORDER BY revision DESC LIMIT 1")
    assert (last["run_id"], last["plan_digest"]) == (run, digest["plan_digest"])
    assert "Audit log" in {row["name"] for row in each_published.published()}


@on_sqlite_first
def test_another_way_to_measure_is_announced_before_a_level_moves(each_published: Place) -> None:
    levels = {row["capability_id"]: row["effort_code"] for row in each_published.published()}
    measure_otherwise(each_published)

    plan = each_published.headway("plan")
    held = each_published.headway("sync")

    assert "HELD by guard measured-anew" in plan.out
    assert held.code == 3
    assert "Effort is measured anew" in held.err
    assert {
        row["capability_id"]: row["effort_code"] for row in each_published.published()
    } == levels


def test_a_way_to_measure_that_is_taken_back_holds_nothing(published: Place) -> None:
    before = published.published()
    measure_otherwise(published)
    published.headway("sync")

    (published.folder / "config" / "effort.yaml").unlink()
    after = published.headway("sync")

    assert after.code == 0
    assert published.published() == before
    assert published.freshness()["status"] == "current"


def test_a_definition_that_changes_no_level_is_nothing_to_announce(published: Place) -> None:
    rules = "effort:\n  rescaled: [{team: NOBODY, from: '2026-01-01', times: 10}]\n"
    (published.folder / "config" / "effort.yaml").write_text(rules, "utf-8")

    said = json.loads(published.headway("sync", "--json").out)

    assert (said["outcome"], said["rows_written"]) == ("unchanged", 0)
    generations = published.state_rows("SELECT DISTINCT generation FROM {t}ledger")
    assert len(generations) == 2


def test_what_is_approved_is_shown_before_it_is_published(published: Place) -> None:
    measure_otherwise(published)
    published.headway("sync")
    run, before = held_run(published), published.published()

    shown = published.headway("approve", run, "--dry-run")
    as_json = json.loads(published.headway("approve", run, "--dry-run", "--json").out)
    untouched = (published.published(), published.freshness()["status"])
    done = published.headway("approve", run)

    moved = [row for row in published.published() if row not in before]
    assert (shown.code, untouched) == (0, (before, "held"))
    assert f"run {run} would publish {len(moved)} rows" in shown.out
    assert "HELD by guard measured-anew: Effort is measured anew" in shown.out
    assert all(row["name"] in shown.out for row in moved)
    assert len(as_json["changes"]) == len(moved)
    assert done.out.startswith(shown.out), "a script sees the same before it is published"
    assert "published: revision 2" in done.out.removeprefix(shown.out)


def test_at_a_terminal_a_person_is_asked_before_it_is_published(published: Place) -> None:
    measure_otherwise(published)
    published.headway("sync")
    words = ("--env-file", "env", "approve", held_run(published))
    before = published.published()

    refused = on_a_terminal(*words, cwd=published.folder, typed="\n")
    kept = (published.published(), published.freshness()["status"])
    agreed = on_a_terminal(*words, cwd=published.folder, typed="y\n")

    assert "Publish it? [y/N]" in refused
    assert "Nothing is published." in refused
    assert kept == (before, "held")
    assert "published: revision 2" in CURSOR_OR_COLOUR.sub("", agreed)
    assert published.freshness()["status"] == "current"


def test_at_a_terminal_yes_is_said_beforehand(published: Place) -> None:
    measure_otherwise(published)
    published.headway("sync")
    words = ("--env-file", "env", "approve", held_run(published), "--yes")

    said = on_a_terminal(*words, cwd=published.folder)

    assert "[y/N]" not in said
    assert published.freshness()["status"] == "current"


def test_an_old_proposal_is_refused_when_the_list_has_moved_on(published: Place) -> None:
    measure_otherwise(published)
    published.headway("sync")
    stale = held_run(published)
    (published.folder / "config" / "effort.yaml").unlink()
    published.rules("capabilities.yaml", "name: Audit log", "name: Activity log")
    published.headway("sync")
    before = published.published()

    said = published.headway("approve", stale)

    assert said.code == 3
    assert f"run {stale}: was made for revision 1, and the list is at 2 now" in said.err
    assert published.published() == before
    assert published.freshness()["status"] == "current"


def test_a_run_that_holds_nothing_back_cannot_be_approved(published: Place) -> None:
    said = published.headway("approve", "20260101-000000-abcd")

    assert said.code == 2
    assert "is no run that holds something back" in said.err


def test_status_says_what_is_held_and_how_it_is_published(published: Place) -> None:
    measure_otherwise(published)
    published.headway("sync")

    said = published.headway("status")

    assert said.code == 3
    assert f"headway approve {held_run(published)}" in said.out


def test_status_counts_what_is_not_rated_and_says_why(places: Places, tmp_path: Path) -> None:
    """Team EIN is new, and says of few issues how large they are."""
    published = replace(places, commands=PUBLISHED)
    with published.open_place(tmp_path, projects=("ID", "EIN")) as place:
        out = place.headway("status").out
        rows = place.published()

    unrated = [row for row in rows if row["effort_code"] == "not_rated"]
    assert f"not rated   {len(unrated)} of {len(rows)} on the list" in out
    assert "its sizes are known too rarely and its teams are too new" in out


def test_other_edges_move_levels_at_once_because_a_person_wrote_them(published: Place) -> None:
    rules = "effort: {scheme: 2, edges: [1, 2, 3, 4]}\n"
    (published.folder / "config" / "effort.yaml").write_text(rules, "utf-8")

    said = published.headway("sync")

    assert said.code == 0, said.err
    levels = [row["effort_code"] for row in published.published()]
    assert levels.count("exceptional") > len(levels) / 2
