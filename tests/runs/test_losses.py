"""What a run says and publishes when Jira shows it less than before, or breaks off half-way."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.sample.company.issues import Level
from sync.sample.protocol.exchange import as_json
from sync.sample.server.faults import Fault
from tests.loaded import MAIN, start_loaded
from tests.runs.place import PUBLISHED, Dialect, Place, Places

ON_CLOUD = pytest.mark.parametrize(
    "dialect", ["cloud", pytest.param("datacenter", marks=pytest.mark.all)], indirect=True
)
"""Where it does not depend on the kind of Jira."""


@pytest.fixture
def kept_place(places: Places, tmp_path: Path, dialect: Dialect) -> Iterator[Place]:
    """A place on SQLite with two projects of either kind of Jira, published once."""
    kept = replace(places, commands=PUBLISHED)
    with kept.open_place(tmp_path, dialect, projects=("ID", "PAY")) as found:
        yield found


def a_day_later(place: Place) -> None:
    place.company.now += timedelta(days=1)


def effort(place: Place, capability: str) -> int:
    """What was booked for a capability so far, in micro-person-weeks."""

    story = json.loads(place.headway("explain", capability, "--json").out)
    return int(story["rating"]["effort"])


def test_a_project_that_cannot_be_seen_any_more_is_named_and_holds_only_what_it_feeds(
    kept_place: Place,
) -> None:
    place = kept_place
    before = {row["capability_id"]: row for row in place.published()}
    rows = place.state_rows("SELECT * FROM {t}issue ORDER BY id")
    place.jira.view.hidden_projects.add("PAY")
    a_day_later(place)

    said = place.headway("sync")

    after = {row["capability_id"]: row for row in place.published()}
    assert said.code == 77
    assert "PAY" in said.out + said.err
    assert place.freshness()["status"] == "partial"
    assert after.keys() == before.keys()
    assert place.state_rows("SELECT * FROM {t}issue ORDER BY id") == rows

    place.jira.view.hidden_projects.clear()
    a_day_later(place)

    assert place.headway("sync").code == 0, "everything is current again once it is back"
    assert place.freshness()["status"] == "current"
    assert {row["capability_id"]: row for row in place.published()} == before


@pytest.mark.parametrize(
    "way", [pytest.param("not listed", marks=pytest.mark.all), "shows nothing"]
)
def test_a_project_that_is_shown_again_is_current_with_the_next_run(
    kept_place: Place, way: str
) -> None:
    place = kept_place
    before = place.published()
    hidden = place.jira.view.hidden_projects
    kept = [issue for issue in place.company.issues.values() if issue.project == "PAY"]
    if way == "not listed":
        hidden.add("PAY")
    else:
        for issue in kept:
            del place.company.issues[issue.id]
    place.company.version += 1
    a_day_later(place)
    assert place.headway("sync").code == 77
    place.company.now += timedelta(minutes=20)
    assert place.headway("sync").code == 77
    assert place.freshness()["status"] == "partial"

    hidden.clear()
    place.company.issues |= {issue.id: issue for issue in kept}
    place.company.version += 1
    place.company.now += timedelta(minutes=20)
    said = place.headway("sync")

    assert said.code == 0, said.err
    assert place.freshness()["status"] == "current"
    assert place.published() == before


def test_a_project_under_another_key_is_the_same_project(kept_place: Place) -> None:
    place = kept_place
    before = place.published()
    place.company.rename_project("PAY", "BILL")
    for _ in range(2):
        a_day_later(place)
        said = place.headway("sync")

    assert said.code == 0, said.err
    assert place.freshness()["status"] == "current"
    assert [row["capability_id"] for row in place.published()] == [
        row["capability_id"] for row in before
    ]


def test_one_deleted_issue_of_many_changes_no_row_and_is_said(kept_place: Place) -> None:
    place = kept_place
    before = place.published()
    place.company.remove(max(place.company.ids_of("PAY")))
    for _ in range(2):
        a_day_later(place)
        assert place.headway("sync").code == 0

    assert "not in Jira any more" in place.headway("status").out
    assert [row["effort_code"] for row in place.published()] == [
        row["effort_code"] for row in before
    ]


@ON_CLOUD
def test_what_a_failed_run_wrote_into_the_mirror_is_published_by_the_next(
    kept_place: Place,
) -> None:
    """The walk came through, and the identity could not be checked after it."""
    place = kept_place
    for epic in place.company.epics():
        place.company.edit(epic.id, security_level="Secret")
    place.company.now += timedelta(minutes=5)
    place.jira.faults.append(Fault("myself", "html-login", nth=range(2, 99)))
    assert place.headway("sync").code == 77
    place.jira.faults.clear()

    place.headway("sync")

    withdrawn = [r for r in place.published() if r["withdrawn_reason"] == "not_for_sale"]
    assert len(withdrawn) > 5


@ON_CLOUD
def test_a_story_under_another_epic_takes_its_effort_along_in_the_same_run(
    kept_place: Place,
) -> None:
    place = kept_place
    given, taking = effort(place, "single-sign-on"), effort(place, "invoicing")
    epics = {
        row["counts_for"]: row["epic_id"]
        for row in place.state_rows("SELECT counts_for, epic_id FROM {t}decision ORDER BY epic_id")
    }
    story = next(
        issue
        for issue in place.company.children_of(epics["single-sign-on"])
        if issue.resolution == "Done" and issue.level is Level.BASE and not issue.security_level
    )
    place.company.edit(story.id, parent=epics["invoicing"])
    place.company.now += timedelta(minutes=5)

    assert place.headway("sync").code == 0

    moved = given - effort(place, "single-sign-on")
    assert moved > 0
    assert effort(place, "invoicing") == taking + moved


EMBARGO = """
screening:
  - {id: secret-things, reason: secret, then: hide, when: {labels: [embargo]}}
"""


@ON_CLOUD
def test_a_rule_that_was_away_while_a_run_broke_off_hides_what_it_has_to(
    kept_place: Place,
) -> None:
    """What that run wrote was judged without the rule, and so is not held to be without effect."""
    place = kept_place
    rules = place.folder / "config" / "embargo.yaml"
    rules.write_text(EMBARGO, "utf-8")
    assert place.headway("sync").code == 0
    published = "SELECT epic_id FROM {t}decision WHERE outcome = 'published' ORDER BY epic_id"
    epic = place.state_rows(published)[0]["epic_id"]
    rules.unlink()
    place.company.edit(epic, labels=["embargo"])
    place.company.now += timedelta(minutes=1)
    in_an_hour = as_json({}, 503, {"Retry-After": "3600"})
    place.jira.faults.append(Fault("myself", in_an_hour, nth=range(2, 99)))
    assert place.headway("sync").code == 75
    place.jira.faults.clear()
    rules.write_text(EMBARGO, "utf-8")
    place.company.now += timedelta(minutes=1)

    assert place.headway("sync").code == 0

    rows = place.state_rows(f"SELECT outcome FROM {{t}}decision WHERE epic_id = {epic}")
    assert [row["outcome"] for row in rows] == ["left_out"]


@ON_CLOUD
def test_a_project_that_feeds_nothing_is_lost_only_where_the_settings_of_today_name_it(
    kept_place: Place,
) -> None:
    place = kept_place
    place.company.move(max(place.company.ids_of("ID")), "EIN")
    assert place.headway("sync").code == 0
    place.jira.view.hidden_projects.add("EIN")
    a_day_later(place)
    codes = [place.headway("sync", jira_projects="ID,PAY,EIN").code]
    assert place.freshness()["status"] == "partial"
    for named in ("ID,PAY", "ID,PAY,EIN", "ID,PAY,EIN"):
        place.company.now += timedelta(minutes=1)
        codes.append(place.headway("sync", jira_projects=named).code)

    assert codes == [77, 0, 77, 77]


@ON_CLOUD
def test_of_two_runs_at_once_one_leaves_it_to_the_other(kept_place: Place) -> None:
    place = kept_place
    place.company.edit(max(place.company.ids_of("PAY")), labels=["changed"])
    place.company.now += timedelta(days=1)
    place.jira.latency = 0.05
    place.write_settings()
    command = ("--env-file", "env", "sync")

    both = [start_loaded(*command, cwd=place.folder) for _ in range(2)]
    codes = sorted(process.wait() for process in both)

    assert codes == [0, 75]
    assert place.freshness()["status"] == "current"


@ON_CLOUD
@pytest.mark.parametrize(
    "database",
    [pytest.param("internal/state.db", marks=pytest.mark.all), "internal/clean.db"],
)
def test_a_disk_that_is_full_is_said_and_the_list_stays(kept_place: Place, database: str) -> None:
    place = kept_place
    before = place.published()
    for issue in place.company.issues.values():
        place.company.edit(issue.id, labels=[f"grown-{issue.id}" for _ in range(40)])
    place.company.now += timedelta(days=1)
    place.rules("capabilities.yaml", "name: Audit log", "name: Activity log")
    size = (place.folder / database).stat().st_size
    place.write_settings()

    limited = f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({size // 2},) * 2); {MAIN}"
    said = place.folder / "said"
    with said.open("w") as stderr:
        words = ("--env-file", "env", "sync")
        process = start_loaded(*words, cwd=place.folder, stderr=stderr, code=limited)
        code = process.wait()

    assert code == 74, said.read_text()
    assert "Traceback" not in said.read_text()
    assert place.published() == before
    with sqlite3.connect(place.folder / database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
