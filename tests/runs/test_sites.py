"""One list from several sites: what each brings, and one that fails, leaves, or comes back."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from models.errors import StoppedError
from sync.pipeline.run.list_run import publish_list
from sync.pipeline.run.pull_lease import acquire_pull_lease
from sync.pipeline.run.site_run import pull_site
from sync.sample.company.issues import Issue, Level
from sync.store.db.engines import open_writer
from sync.store.state.rollups import check_fence
from tests.databases import DatabaseTemplates, Urls, move_site
from tests.postgres import Postgres
from tests.runs.holding import Holding, a_holding
from tests.variants import on_sqlite

OF_LEDGER = "SELECT site, count(*) AS found FROM {t}ledger GROUP BY site"


@pytest.fixture
def holding(
    templates: DatabaseTemplates,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    database_server: Postgres | None,
) -> Iterator[Holding]:
    """Three sites and one list, of which nothing was read."""
    with (
        templates.copy_migrated(tmp_path, database_server) as urls,
        a_holding(tmp_path, urls, capsys) as found,
    ):
        yield found


@pytest.fixture
def published(
    templates: DatabaseTemplates,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    database_server: Postgres | None,
) -> Iterator[Holding]:
    """All three read and published once: in the databases that are copied for each test."""

    def make(urls: Urls) -> None:
        with (
            TemporaryDirectory() as elsewhere,
            a_holding(Path(elsewhere), urls, capsys) as original,
        ):
            said = original.headway("sync")
            assert said.code == 0, said.err

    with (
        templates.copy("three sites, published", make, tmp_path, database_server) as urls,
        a_holding(tmp_path, urls, capsys) as found,
    ):
        for name, jira in found.jiras.items():
            move_site(urls[1], jira.url, name)
        yield found


def pass_a_day(holding: Holding) -> None:
    for jira in holding.jiras.values():
        jira.company.now += timedelta(days=1)


def finish_something(holding: Holding, site: str) -> Issue:
    """Have an open story of an epic finished at one of the sites."""
    company = holding.jiras[site].company
    done = next(i.status for i in company.issues.values() if company.category_of(i) == "done")
    story = next(
        issue
        for issue in sorted(company.issues.values(), key=lambda issue: issue.id)
        if issue.level is Level.BASE and issue.parent and company.category_of(issue) != "done"
    )
    company.edit(story.id, status=done, resolved_at=company.now)
    return story


@pytest.mark.all
def test_three_sites_come_to_the_sum_of_what_each_comes_to_apart(holding: Holding) -> None:
    apart: Counter[str] = Counter()
    for name in holding.jiras:
        apart.update(holding.efforts_apart(name))

    said = holding.headway("sync")

    assert said.code == 0, said.err
    assert holding.efforts() == dict(apart)


def test_a_site_that_fails_holds_back_itself_and_the_rest_goes_on(published: Holding) -> None:
    before = published.of_sites("SELECT site, as_of AS found FROM {t}site")
    published.jiras["east"].revoke()
    pass_a_day(published)

    said = published.headway("sync")

    assert said.code == 77
    assert "site east" in said.out
    assert published.place.freshness()["status"] == "partial"
    after = published.of_sites("SELECT site, as_of AS found FROM {t}site")
    assert {site for site in after if after[site] != before[site]} == {"main", "south"}
    assert str(published.place.freshness()["as_of"]) == str(before["east"])
    status = published.headway("status")
    assert status.code == 77
    assert "east" in status.out


@pytest.mark.all
@on_sqlite
def test_whoever_mends_is_told_which_site_and_by_the_names_of_the_file(published: Holding) -> None:
    for jira in published.jiras.values():
        jira.revoke()

    said = published.headway("sync")
    doctor = published.headway("doctor")

    assert said.code == 77
    for site in published.jiras:
        assert re.search(rf"Check jira_(email|token) of site {site}\b", said.err)
        assert f"site {site}" in doctor.out
    assert "HEADWAY_JIRA" not in said.err + doctor.out
    assert said.err.count("list: sales reads") == 1


def test_issues_that_one_site_does_not_show_are_told_by_it_and_taken_by_a_persons_word(
    published: Holding,
) -> None:
    jira = published.jiras["main"]
    hidden = sorted(jira.company.issues)[::2]
    jira.view.hidden_issues |= set(hidden)
    pass_a_day(published)
    jira.company.version += 1

    said = published.headway("sync")
    status = published.headway("status")

    assert said.code == 77
    many = f"{len(hidden)} of {len(jira.company.issues)} issues"
    assert f"project main/ID: {many}" in said.out
    assert f"site main: project ID: {many}" in said.out
    run_id = re.search(r"headway approve (\S+)", status.out)
    assert run_id
    assert f"project main/ID: {many}" in published.headway("approve", run_id[1], "--yes").out
    assert published.headway("sync").code == 0


@on_sqlite
def test_fields_that_one_site_empties_name_the_run_to_approve(published: Holding) -> None:
    company = published.jiras["east"].company
    for issue in list(company.issues.values()):
        company.edit(issue.id, components=())

    said = published.headway("sync")
    status = published.headway("status")

    assert said.code == 3, said.out + said.err
    assert status.code == 3, "a guard holds the site, and no Jira refused us"
    run_id = re.search(r"held +east .*headway approve (\S+)", status.out)
    assert run_id
    assert published.headway("approve", run_id[1], "--yes").code == 0


def test_a_site_that_comes_back_is_whole_again_and_no_new_one(published: Holding) -> None:
    jira, before = published.jiras["east"], published.of_sites(OF_LEDGER)
    jira.revoke()
    assert published.headway("sync").code == 77

    jira.account.is_revoked = False
    said = published.headway("sync")

    assert said.code == 0, said.out + said.err
    assert published.place.freshness()["status"] == "current"
    assert published.of_sites(OF_LEDGER) == before


def test_a_site_that_leaves_feeds_on_until_a_person_says_that_it_is_gone(
    published: Holding,
) -> None:
    rows, efforts = published.place.published(), published.efforts()
    waiting = json.loads(published.headway("status", "--json").out)["undecided"]
    published.write_sites(["main", "east"])

    said = published.headway("sync")

    assert said.code == 77
    for names in (["main", "east"], ["main"]):
        published.write_sites(names)
        status = published.headway("status", "--json")
        assert (status.code, json.loads(status.out)["undecided"]) == (77, waiting)
    published.write_sites(["main", "east"])
    assert "site south: is not among the sites of the settings any more" in said.out
    assert published.place.published() == rows
    assert published.efforts() == efforts
    line = said.out.partition("in a rule file: ")[2].splitlines()[0]
    (published.place.folder / "config" / "gone.yaml").write_text(f"gone:\n  {line}\n")
    said = published.headway("sync")
    assert said.code == 0, said.out + said.err
    assert published.place.freshness()["status"] == "current"
    assert published.place.published() == rows


@pytest.mark.all
def test_a_site_that_left_and_is_back_is_read_on_where_it_was(published: Holding) -> None:
    efforts = published.efforts()
    published.write_sites(["main", "east"])
    assert published.headway("sync").code == 77
    published.write_sites()

    said = published.headway("sync")

    assert said.code == 0, said.out + said.err
    assert published.efforts() == efforts
    assert published.of_sites("SELECT site, number AS found FROM {t}site") == {
        "main": 0,
        "east": 1,
        "south": 2,
    }


@pytest.mark.all
def test_an_unchanged_run_asks_little_of_each_and_writes_nothing(published: Holding) -> None:
    rows, freshness = published.place.published(), published.place.freshness()

    said = published.headway("sync")

    assert said.code == 0
    assert published.place.published() == rows
    assert published.place.freshness()["revision"] == freshness["revision"]
    assert max(published.count_requests().values()) <= 10


def test_an_issue_that_changed_at_one_site_is_translated_there_alone(published: Holding) -> None:
    pass_a_day(published)
    finish_something(published, "east")

    said = published.headway("--verbose", "sync")

    assert said.code == 0, said.err
    due = [line for line in said.err.splitlines() if "translation." in line]
    assert not any("translation.whole" in line for line in due), due
    assert any("east" in line for line in due), due
    assert not any("site=main" in line or "site=south" in line for line in due), due


@on_sqlite
def test_the_same_key_on_two_sites_is_two_epics_that_are_told_apart(published: Holding) -> None:
    company = published.jiras["main"].company
    key = next(issue.key for issue in company.epics() if issue.project == "ID")

    both = published.headway("explain", key)
    one = published.headway("explain", f"main/{key}")
    other = published.headway("explain", f"south/{key}")

    assert both.code == 2
    assert f"Write main/{key} or south/{key}." in both.err
    assert (one.code, other.code) == (0, 0), one.err + other.err


@on_sqlite
def test_a_pin_of_a_key_that_two_sites_have_is_a_mistake(published: Holding) -> None:
    company = published.jiras["main"].company
    key = next(issue.key for issue in company.epics() if issue.project == "ID")
    pins = published.place.folder / "config" / "own_pins.yaml"
    pins.write_text(f"pins:\n  - {{issue: {key}, hide: true, reason: no, by: anna}}\n")

    wrong = published.headway("check")
    pins.write_text(f"pins:\n  - {{issue: main/{key}, hide: true, reason: no, by: anna}}\n")
    published.headway("sync")

    assert wrong.code == 2
    assert f"Write main/{key} or south/{key}" in wrong.out
    outcomes = published.of_sites(
        f"SELECT site, outcome AS found FROM {{t}}decision WHERE key LIKE '%/{key}'"
    )
    assert outcomes["main"] == "left_out"
    assert outcomes["south"] != "left_out"


@pytest.mark.all
@on_sqlite
def test_a_rule_may_ask_for_a_site(published: Holding) -> None:
    rule = "screening:\n  - {id: not-south, reason: not ours, then: hide, when: {site: %s}}\n"
    rules = published.place.folder / "config" / "of_site.yaml"
    rules.write_text(rule % "sout")
    wrong = published.headway("check")
    rules.write_text(rule % "south")

    said = published.headway("sync")

    assert "did you mean 'south'" in wrong.out.replace('"', "'").casefold()
    assert said.code == 0, said.err
    left_out = published.place.state_rows(
        "SELECT DISTINCT site, outcome FROM {t}decision WHERE site = 'south'"
    )
    assert {row["outcome"] for row in left_out} == {"left_out"}


@pytest.mark.all
@on_sqlite
def test_one_jira_under_two_names_is_refused(published: Holding) -> None:
    published.jiras["again"] = published.jiras["main"]
    published.write_sites()
    path = published.place.folder / "sites.yaml"
    address = published.jiras["main"].url
    path.write_text(path.read_text()[::-1].replace(address[::-1], f"{address}/x/.."[::-1], 1)[::-1])

    said = published.headway("sync")

    assert said.code == 2
    assert "main" in said.err
    assert "again" in said.err


@pytest.mark.all
@on_sqlite
def test_a_lists_database_is_no_place_for_another_installation(
    published: Holding, tmp_path: Path
) -> None:
    rows = published.place.published()
    published.place.settings["state_url"] = f"sqlite:///{tmp_path / 'other' / 'state.db'}"
    published.write_sites(["east"])
    assert published.headway("migrate").code == 0

    said = published.headway("sync")

    assert said.code == 2
    assert "two sites in one list would overwrite each other" in said.err
    assert published.place.published() == rows


@pytest.mark.all
@on_sqlite
def test_what_looks_and_asks_works_with_several_sites(published: Holding) -> None:
    for command in ("status", "plan", "check", "queue", "doctor"):
        said = published.headway(command)
        assert "Traceback" not in said.err
        assert said.code in (0, 2), (command, said.err)
    file = published.place.folder / "all.snapshot"
    assert published.headway("snapshot", str(file)).code == 0
    there = published.headway("plan", "--json")
    from_file = published.headway("plan", "--json", "--snapshot", str(file))
    assert from_file.code == 0, from_file.err
    assert from_file.out == there.out


@on_sqlite
def test_what_a_new_site_brings_is_seen_by_a_person_first(holding: Holding) -> None:
    holding.write_sites(["south"])
    assert holding.headway("sync").code == 0
    rows = holding.place.published()
    holding.write_sites(["south", "east"])

    held = holding.headway("sync")
    shown = holding.headway("plan")
    newest = holding.place.state_rows(
        "SELECT run_id FROM {t}run WHERE outcome = 'held' ORDER BY started_at DESC"
    )[0]["run_id"]

    assert held.code == 3
    assert "guard site-added" in held.err
    assert holding.place.published() == rows
    assert "guard site-added" in shown.out
    assert holding.headway("approve", newest).code == 0
    assert len(holding.place.published()) > len(rows)
    assert holding.headway("sync").code == 0


@on_sqlite
def test_a_paused_site_is_not_asked_and_its_list_goes_on(published: Holding) -> None:
    assert published.headway("pause", "east").code == 0
    pass_a_day(published)

    said = published.headway("sync")

    assert said.code == 0, said.err
    assert "site east: is paused" in said.out
    assert published.count_requests()["east"] == 0
    assert published.place.freshness()["status"] == "current"


@pytest.mark.all
@on_sqlite
def test_the_stages_of_a_run_come_to_what_the_run_comes_to(published: Holding) -> None:
    pass_a_day(published)
    finish_something(published, "south")
    with published.open_context() as context:
        for site in context.settings.site_names:
            assert pull_site(context, site).profile.projects
        staged = publish_list(context)

    said = published.headway("sync")

    assert staged.exit_code == 0
    assert said.code == 0
    assert said.out.startswith("unchanged")


@on_sqlite
def test_a_site_that_is_being_read_stands_and_a_stale_reader_writes_nothing(
    published: Holding,
) -> None:
    efforts = published.efforts()
    pass_a_day(published)
    finish_something(published, "east")
    with published.open_context() as context:
        before = context.narrow("east").site_store.find_record()
        with acquire_pull_lease(context, "east") as lease:
            result = publish_list(context)
            assert result.exit_code == 0
            context.narrow("east").site_store.take_fence(lease.token + 1)
            with (
                pytest.raises(StoppedError),
                open_writer(context.state) as connection,
            ):
                check_fence(connection, "east", lease.token)
        assert context.narrow("east").site_store.find_record() == before
    assert published.efforts() == efforts
