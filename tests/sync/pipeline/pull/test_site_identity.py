"""A Jira at another address than before is known by its issues, or refused."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.errors import IdentityError, SettingsError, TryLaterError
from models.tables import state
from sync.jira.client.addresses import normalise_address
from sync.sample.company.company import Company, build_company
from sync.sample.server.faults import Altered, Fault
from sync.sample.server.server import SampleJira
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.mirror.mirror import Mirror
from sync.store.state.site.site import SiteStore
from tests.sync.jira.reading import site_of
from tests.sync.pipeline.pull.site import Dialect, MirroredSite, served
from tests.variants import on_cloud_first

UNCHANGED = 7
"""The requests of a run in which nothing changed: none of them is about where the Jira is."""


def everything(site: MirroredSite) -> list[Any]:
    """What is kept, whatever it is."""
    with open_reader(site.engine) as connection:
        tables = (state.site, state.project, state.cursor, state.issue)
        return [connection.execute(table.select()).all() for table in tables]


@contextmanager
def elsewhere(site: MirroredSite, company: Company | None = None) -> Iterator[SampleJira]:
    """A Jira at another address: with a copy of the site's company, or with another one."""
    company = company or pickle.loads(pickle.dumps(site.company))
    dialect: Dialect = "cloud" if site.jira.view.is_cloud else "datacenter"
    with SampleJira(company, dialect, page_cap=100) as jira:
        yield jira


def another(company: Company) -> Company:
    """A company with the same ids and other projects, a day later."""
    other: Company = pickle.loads(pickle.dumps(company))
    for old, new in (("RPT", "ABC"), ("INT", "DEF"), ("ID", "GHI")):
        other.rename_project(old, new)
    other.former_keys.clear()
    other.now += timedelta(days=1)
    return other


def says(url: Any) -> Fault:
    """A Jira that gives this as its address, whatever it is reached at."""

    def alter(answer: dict[str, Any]) -> None:
        answer["baseUrl"] = url

    return Fault("serverInfo", Altered(alter))


def named(site: MirroredSite, name: str) -> dict[str, Any]:
    """How to pull into the same database under another name."""
    return {"mirror": Mirror(site.engine, name), "site_store": SiteStore(site.engine, name)}


def lose(site: MirroredSite, *keys: str) -> None:
    """The account sees these projects no more."""
    for key in keys:
        for issue_id in site.company.ids_of(key):
            site.company.remove(issue_id)
        del site.company.projects[key]


def codes(pulled: Any) -> list[str]:
    return [finding.code for finding in pulled.findings]


def test_a_jira_that_gives_the_address_it_had_is_asked_nothing_about_it(
    site: MirroredSite,
) -> None:
    pulled = site.pull()

    assert "site-moved" not in codes(pulled)
    assert len(site.jira.requests) == UNCHANGED


def test_a_jira_that_moved_is_the_same_and_it_is_said_once(site: MirroredSite) -> None:
    with elsewhere(site) as moved:
        moved.company.now += timedelta(minutes=1)
        first = site.pull(site=site_of(moved))
        again = site.pull(site=site_of(moved))

    assert codes(first).count("site-moved") == 1
    assert "site-moved" not in codes(again)
    assert "missing" not in " ".join(codes(first))
    found = next(f for f in first.findings if f.code == "site-moved")
    assert moved.url in found.what
    assert site.jira.url in found.what


def test_a_jira_that_moved_is_known_though_issues_moved_and_some_are_gone(
    site: MirroredSite,
) -> None:
    with elsewhere(site) as moved:
        company = moved.company
        for issue_id in sorted(company.issues)[::3]:
            company.remove(issue_id)
        for issue_id in sorted(company.issues)[::8]:
            company.move(issue_id, "INT")
        company.now += timedelta(minutes=1)
        assert "site-moved" in codes(site.pull(site=site_of(moved)))


def test_another_jira_under_the_same_name_is_refused_and_nothing_is_written(
    site: MirroredSite,
) -> None:
    """Its ids are the same, as ids are wherever somebody counts from 10,000; its keys are not."""
    other = another(site.company)
    before = everything(site)

    with elsewhere(site, other) as jira, pytest.raises(IdentityError) as refused:
        site.pull(site=site_of(jira))

    said = str(refused.value)
    assert refused.value.exit_code == 77
    assert jira.url in said
    assert site.jira.url in said
    assert "HEADWAY_JIRA_URL" in said
    assert everything(site) == before


@on_cloud_first
def test_another_jira_without_any_of_our_ids_is_refused_too(site: MirroredSite) -> None:
    other = build_company()
    for issue_id in site.company.issues:
        other.remove(issue_id)
    before = everything(site)

    with elsewhere(site, other) as jira, pytest.raises(IdentityError, match="another Jira"):
        site.pull(site=site_of(jira), full=True)

    assert everything(site) == before


@on_cloud_first
def test_the_address_back_is_the_jira_back(site: MirroredSite) -> None:
    other = build_company()
    for issue_id in site.company.issues:
        other.remove(issue_id)
    with elsewhere(site, other) as jira, pytest.raises(IdentityError):
        site.pull(site=site_of(jira))

    assert codes(site.pull()).count("site-moved") == 0


@on_cloud_first
def test_the_same_jira_under_another_name_of_ours_is_refused(site: MirroredSite) -> None:
    with pytest.raises(SettingsError, match=r"(?s)HEADWAY_SITE.*'emea'.*'main'"):
        site.pull(site=replace(site_of(site.jira), name="emea"), **named(site, "emea"))

    assert SiteStore(site.engine, "emea").find_record() is None
    assert not Mirror(site.engine, "emea").list_ids()


@on_cloud_first
def test_a_jira_whose_first_walk_broke_off_is_remembered_all_the_same(
    tiny: Company, dialect: Dialect, tmp_path: Any
) -> None:
    """What it left in the mirror is not mixed with another Jira's."""
    other = pickle.loads(pickle.dumps(tiny))
    other.rename_project("RPT", "ABC")
    other.former_keys.clear()
    with served(tiny, dialect, tmp_path) as site:
        site.jira.faults.append(Fault("myself", "bad-gateway", nth=range(2, 99)))
        with pytest.raises(TryLaterError):
            site.pull()
        for key in ("INT", "ID"):
            for issue_id in other.ids_of(key):
                other.remove(issue_id)
        said = r"another Jira .*: it is reached at \S+; of the issues that we know it shows 0 of "
        with elsewhere(site, other) as jira, pytest.raises(IdentityError, match=said):
            site.pull(site=site_of(jira))


def test_two_jiras_that_give_the_same_address_are_told_apart(site: MirroredSite) -> None:
    """Nobody set a base URL: both say that they are localhost."""
    site.jira.faults.append(says("http://localhost:8080"))
    site.pass_time(minutes=1)
    site.pull()
    before = everything(site)

    with elsewhere(site, another(site.company)) as jira:
        jira.faults.append(says("http://localhost:8080"))
        with pytest.raises(IdentityError, match="is reached at"):
            site.pull(site=site_of(jira))

    assert everything(site) == before


@on_cloud_first
def test_a_jira_that_moved_after_projects_were_lost_is_known_by_the_others(
    site: MirroredSite,
) -> None:
    lose(site, "RPT", "INT")
    site.pass_time(minutes=1)
    assert "project-lost" in codes(site.pull(full=True))

    with elsewhere(site) as moved:
        moved.company.now += timedelta(minutes=1)
        assert "site-moved" in codes(site.pull(site=site_of(moved)))


@on_cloud_first
def test_a_jira_whose_projects_were_renamed_with_the_move_is_known_by_the_old_keys(
    site: MirroredSite,
) -> None:
    for old, new in (("RPT", "ABC"), ("INT", "DEF"), ("ID", "GHI")):
        site.company.rename_project(old, new)
    with elsewhere(site) as moved:
        moved.company.now += timedelta(minutes=1)
        assert "site-moved" in codes(site.pull(site=site_of(moved)))


@on_cloud_first
def test_another_jira_is_read_under_a_name_of_its_own_though_it_gives_the_same_address(
    site: MirroredSite,
) -> None:
    site.jira.faults.append(says("http://localhost:8080"))
    site.pass_time(minutes=1)
    site.pull()
    with elsewhere(site, another(site.company)) as jira:
        jira.faults.append(says("http://localhost:8080"))
        site.pull(site=replace(site_of(jira), name="emea"), **named(site, "emea"))

    assert Mirror(site.engine, "emea").list_ids()


@on_cloud_first
def test_one_jira_is_read_under_two_names_if_they_share_no_project(
    tiny: Company, dialect: Dialect, tmp_path: Any
) -> None:
    with served(tiny, dialect, tmp_path) as site:
        ours = site_of(site.jira)
        site.pull(site=replace(ours, projects=("RPT",)))
        site.pull(site=replace(ours, name="emea", projects=("INT",)), **named(site, "emea"))
        third = replace(ours, name="apac", projects=("INT", "ID"))
        with pytest.raises(SettingsError, match="count twice"):
            site.pull(site=third, **named(site, "apac"))

        assert Mirror(site.engine, "emea").seen_projects() == {"INT"}


@on_cloud_first
def test_two_names_of_one_jira_may_not_come_to_share_a_project(
    tiny: Company, dialect: Dialect, tmp_path: Any
) -> None:
    with served(tiny, dialect, tmp_path) as site:
        ours = site_of(site.jira)
        emea = replace(ours, name="emea", projects=("INT",))
        site.pull(site=replace(ours, projects=("RPT",)))
        site.pull(site=emea, **named(site, "emea"))

        for projects in (("INT", "RPT"), ()):
            with pytest.raises(SettingsError, match="count twice"):
                site.pull(site=replace(emea, projects=projects), **named(site, "emea"))
        site.pull(site=replace(emea, projects=("int", "ID")), **named(site, "emea"))


@on_cloud_first
def test_one_address_of_jira_cloud_is_one_jira_though_nothing_of_ours_is_seen(
    site: MirroredSite,
) -> None:
    cloud = says("https://example.atlassian.net")
    site.jira.faults.append(cloud)
    site.pass_time(minutes=1)
    site.pull()
    with elsewhere(site, another(site.company)) as jira:
        jira.faults.append(cloud)
        emea = replace(site_of(jira), name="emea")
        with pytest.raises(SettingsError, match="each has to name its projects"):
            site.pull(site=emea, **named(site, "emea"))


def test_a_jira_that_moved_and_was_given_another_name_at_once_is_refused(
    site: MirroredSite,
) -> None:
    with elsewhere(site) as moved, pytest.raises(SettingsError, match="count twice"):
        site.pull(site=replace(site_of(moved), name="emea"), **named(site, "emea"))


def test_a_copy_that_went_its_own_way_is_not_ours(site: MirroredSite) -> None:
    """It has most of our issues, and none that was made since it was copied."""
    other: Company = pickle.loads(pickle.dumps(site.company))
    ids = sorted(other.issues)
    for issue_id in ids[len(ids) * 4 // 5 :]:
        other.remove(issue_id)
    with elsewhere(site, other) as jira, pytest.raises(IdentityError, match="another Jira"):
        site.pull(site=site_of(jira))

    assert not site.mirror.missing_ids()


@on_cloud_first
def test_a_jira_restored_from_a_backup_elsewhere_is_taken_if_all_is_to_be_read(
    site: MirroredSite,
) -> None:
    restored: Company = pickle.loads(pickle.dumps(site.company))
    for issue_id in sorted(restored.issues)[-20:]:
        restored.remove(issue_id)
    restored.now += timedelta(minutes=1)
    with elsewhere(site, restored) as jira:
        with pytest.raises(IdentityError, match=r"(?s)lacks the newest.*headway sync --full"):
            site.pull(site=site_of(jira))
        assert "site-moved" in codes(site.pull(site=site_of(jira), full=True))


@on_cloud_first
def test_a_copy_whose_newest_issues_are_others_is_not_taken_at_all(site: MirroredSite) -> None:
    other: Company = pickle.loads(pickle.dumps(site.company))
    for place, issue_id in enumerate(sorted(other.issues)[-20:]):
        other.issues[issue_id].key = f"NEW-{place}"
    other.former_keys.clear()
    with elsewhere(site, other) as jira, pytest.raises(IdentityError) as refused:
        site.pull(site=site_of(jira), full=True)

    assert "--full" not in str(refused.value)


def test_a_jira_is_asked_for_missing_issues_where_no_others_are_known(site: MirroredSite) -> None:
    with open_writer(site.engine) as connection:
        connection.execute(update(state.issue).values(missing_since=site.company.now))
    with elsewhere(site, another(site.company)) as jira, pytest.raises(IdentityError):
        site.pull(site=site_of(jira))


def test_issues_that_cloud_cannot_hand_out_do_not_count(tiny: Company, tmp_path: Any) -> None:
    for issue_id in sorted(tiny.issues)[6:]:
        tiny.remove(issue_id)
    bad = {str(each) for each in sorted(tiny.issues)[:4]}

    def spoil(answer: dict[str, Any]) -> None:
        said = [row["id"] for row in answer["issues"] if row["id"] in bad]
        answer["issueErrors"] = [{"id": each, "errorMessage": "too large"} for each in said]
        answer["issues"] = [row for row in answer["issues"] if row["id"] not in bad]

    with served(tiny, "cloud", tmp_path) as site:
        site.pull()
        with elsewhere(site) as moved:
            moved.company.now += timedelta(minutes=1)
            moved.faults.append(Fault("bulkfetch", Altered(spoil)))
            pulled = site.pull(site=site_of(moved))

    found = next(each for each in pulled.findings if each.code == "site-moved")
    assert "2 of 2 issues" in found.what


@pytest.mark.every_kind
def test_one_empty_reply_is_not_believed(site: MirroredSite) -> None:
    resource = "bulkfetch" if site.jira.view.is_cloud else "search"
    with elsewhere(site) as moved:
        moved.company.now += timedelta(minutes=1)
        empty = Altered(lambda answer: answer.update(issues=[]))
        moved.faults.append(Fault(resource, empty, nth=range(1, 2)))
        assert "site-moved" in codes(site.pull(site=site_of(moved)))


@on_cloud_first
def test_a_move_that_a_failing_run_saw_is_said_by_the_next(site: MirroredSite) -> None:
    with elsewhere(site) as moved:
        moved.company.now += timedelta(minutes=1)
        moved.faults.append(Fault("myself", "bad-gateway", nth=range(2, 99)))
        with pytest.raises(TryLaterError):
            site.pull(site=site_of(moved))
        moved.faults.clear()
        assert codes(site.pull(site=site_of(moved))).count("site-moved") == 1


@pytest.mark.parametrize("told", [None, 5, [], {}, "no address at all"], ids=str)
def test_a_jira_that_gives_no_address_is_read_all_the_same(site: MirroredSite, told: Any) -> None:
    site.jira.faults.append(says(told))
    site.pass_time(minutes=1)
    site.pull()

    record = site.site_store.ensure_record()
    assert record.profile
    assert record.profile.address == record.profile.reached == site.jira.url


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("HTTPS://Jira.Example.com:443/", "https://jira.example.com"),
        (" https://jira.example.com/jira/ ", "https://jira.example.com/jira"),
        ("http://user:secret@jira.example.com:8080", "http://jira.example.com:8080"),
        ("https://h/jira;jsessionid=SECRET/x;y?token=SECRET#SECRET", "https://h/jira/x"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("https://[v1.x]/", "https://[v1.x]"),
    ],
)
def test_an_address_is_written_in_one_way_and_without_secrets(told: str, known: str) -> None:
    assert normalise_address(told) == known


@pytest.mark.parametrize(
    "told",
    [
        "",
        "//h/jira",
        "javascript:alert(1)",
        "https://[",
        "https://h:99999",
        "https://user:SECRET@",
        "https://jira.\x1b[31mexample.com",
        "https://jira.exämple.com",
        "https://h/a b <b>[/x] 'quoted'",
        "https://h\\@evil/",
        f"https://{'a' * 600}.example.com",
        None,
        5,
    ],
)
def test_what_is_no_address_is_not_taken_for_one(told: object) -> None:
    assert normalise_address(told) is None
