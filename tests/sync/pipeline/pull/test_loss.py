"""What is not there any more is flagged, never dropped, and everything may come back."""

from typing import Any

import pytest

from models.errors import RefusedError
from sync.pipeline.pull import Pulled
from sync.sample.server.faults import Altered, Fault
from tests.sync.pipeline.pull.site import MirroredSite
from tests.variants import on_cloud_first


def projects(site: MirroredSite) -> set[str]:
    return {project.key for project in site.site_store.list_projects()}


def codes(found: Pulled) -> set[str]:
    return {finding.code for finding in found.findings}


def days_pass(site: MirroredSite, days: int) -> None:
    """So many censuses."""
    for _ in range(days):
        site.pass_time(days=1)
        site.pull()


def test_a_deleted_issue_is_missing_once_two_censuses_agree(site: MirroredSite) -> None:
    gone = max(site.company.issues)
    site.company.remove(gone)

    days_pass(site, 1)
    after_one = {issue.id: issue.missing_since for issue in site.mirror.read_issues()}
    days_pass(site, 1)
    after_two = {issue.id: issue.missing_since for issue in site.mirror.read_issues()}

    assert after_one[gone] is None
    assert after_two[gone] is not None
    assert [each for each in after_two if after_two[each]] == [gone]


@on_cloud_first
def test_an_issue_that_one_census_lacks_and_the_next_has_was_never_missing(
    site: MirroredSite,
) -> None:
    behind = max(site.company.issues)
    site.jira.view.hidden_issues.add(behind)
    days_pass(site, 1)

    site.jira.view.hidden_issues.clear()
    days_pass(site, 2)

    assert [issue.key for issue in site.mirror.read_issues() if issue.missing_since] == []
    assert site.mirror.missing_ids() == {}


@on_cloud_first
def test_what_two_censuses_lack_is_said_and_translated_anew(site: MirroredSite) -> None:
    lost = max(site.company.issues)
    site.company.remove(lost)
    site.keep_translation()
    site.pass_time(days=1)
    first, touched = site.pull(), [site.changes()]
    site.pass_time(days=1)
    second = site.pull()
    touched.append(site.changes())
    site.pass_time(hours=1)
    third = site.pull()
    touched.append(site.changes())

    assert ["issues-missing" in codes(found) for found in (first, second, third)] == [
        False,
        True,
        True,
    ]
    assert [found.issues for found in touched] == [set(), {lost}, {lost}]


@pytest.mark.parametrize("fate", ["hidden_issues", "archived_issues"])
def test_an_issue_hidden_or_archived_keeps_its_row_until_it_is_back(
    site: MirroredSite, fate: str
) -> None:
    before = site.issues()
    one = max(site.company.issues)
    getattr(site.jira.view, fate).add(one)
    days_pass(site, 2)
    while_gone = {issue.id: issue for issue in site.mirror.read_issues()}

    getattr(site.jira.view, fate).clear()
    days_pass(site, 1)

    assert while_gone[one].missing_since is not None
    assert while_gone[one].summary == before[one].summary
    assert site.issues() == before


def test_an_issue_moved_and_then_deleted_is_missing_under_its_last_key(
    site: MirroredSite,
) -> None:
    one = max(site.company.ids_of("RPT"))
    old_key = site.company.issues[one].key
    site.company.move(one, "INT")
    new_key = site.company.issues[one].key
    site.pass_time(minutes=1)
    site.pull()
    site.company.remove(one)

    days_pass(site, 2)

    row = next(issue for issue in site.mirror.read_issues() if issue.id == one)
    assert (row.key, row.former_keys) == (new_key, (old_key,))
    assert row.missing_since is not None


def test_an_issue_moved_out_of_the_projects_that_are_read_is_missing(site: MirroredSite) -> None:
    one = max(site.company.ids_of("RPT"))
    site.company.move(one, "PAY")
    site.jira.view.hidden_projects.add("PAY")

    days_pass(site, 2)

    assert set(site.mirror.missing_ids()) == {one}


@pytest.mark.every_kind
def test_an_issue_that_moves_out_while_it_is_fetched_is_not_taken_in(site: MirroredSite) -> None:
    one = max(site.company.ids_of("RPT"))
    site.company.edit(one, summary="Ours for the last time")
    if not site.jira.view.is_cloud:
        site.jira.view.fall_behind([one])
    settings = {"projects": ("RPT", "INT", "ID")}
    read = "bulkfetch" if site.jira.view.is_cloud else "search"

    def move() -> None:
        if site.company.issues[one].project == "RPT":
            site.company.move(one, "PAY")
            site.jira.view.old_versions.clear()

    nth = 1 if site.jira.view.is_cloud else range(5, 7)
    site.jira.faults.append(Fault(read, move, nth=nth))

    from tests.sync.jira.reading import site_of

    site.pull(site=site_of(site.jira, **settings))

    assert "PAY" not in {issue.project for issue in site.mirror.read_issues()}


def test_a_project_that_cannot_be_seen_keeps_its_rows_and_is_named(site: MirroredSite) -> None:
    before = site.issues()
    site.jira.view.hidden_projects.add("INT")
    site.pass_time(days=1)
    pulled = site.pull()
    site.pass_time(days=1)
    site.pull()

    rows = {issue.id: issue for issue in site.mirror.read_issues()}
    assert rows.keys() == before.keys()
    assert not any(issue.missing_since for issue in rows.values())
    assert [f.where for f in pulled.findings if f.code == "project-lost"] == ["project INT"]
    assert "INT" not in projects(site)


@on_cloud_first
def test_a_project_lost_between_two_censuses_does_not_poison_the_rest(site: MirroredSite) -> None:
    site.jira.view.hidden_projects.add("INT")
    edited = max(site.company.ids_of("RPT"))
    site.company.edit(edited, summary="Seen all the same")
    site.pass_time(minutes=1)

    pulled = site.pull()

    assert site.issues()[edited].summary == "Seen all the same"
    assert "project-lost" in codes(pulled)
    assert projects(site) == {"RPT", "ID", "PAY", "CORE", "EIN"}


def test_a_project_wholly_gone_from_the_searches_alone_is_taken_for_hidden(
    site: MirroredSite,
) -> None:
    site.jira.view.hidden_issues |= set(site.company.ids_of("INT"))
    site.pass_time(days=1)

    pulled = site.pull()

    assert site.mirror.missing_ids() == {}
    assert [f.where for f in pulled.findings if f.code == "project-lost"] == ["project INT"]


def test_a_project_that_comes_back_is_read_whole(site: MirroredSite) -> None:
    """Fields, versions and names may have changed while nobody looked, and `updated` not."""
    site.jira.view.hidden_projects.add("INT")
    days_pass(site, 1)
    for one in site.company.ids_of("INT"):
        site.company.edit(one, summary="Said meanwhile", updated=site.company.issues[one].updated)
    site.company.remove(min(site.company.ids_of("INT")))

    site.jira.view.hidden_projects.clear()
    days_pass(site, 2)

    there = [issue for issue in site.issues().values() if issue.project == "INT"]
    assert len(there) == len(site.company.ids_of("INT"))
    assert {issue.summary for issue in there if not issue.restricted} == {"Said meanwhile"}
    assert len(site.mirror.missing_ids()) == 1


@on_cloud_first
def test_everything_comes_back_as_it_was(site: MirroredSite) -> None:
    before, view = site.issues(), site.jira.view
    view.hidden_projects.add("INT")
    view.hidden_issues.add(min(site.company.ids_of("RPT")))
    view.archived_issues.add(max(site.company.ids_of("RPT")))
    days_pass(site, 3)

    view.hidden_projects.clear()
    view.hidden_issues.clear()
    view.archived_issues.clear()
    days_pass(site, 1)

    assert site.issues() == before


def test_without_any_project_left_the_run_is_refused_and_the_mirror_stays(
    site: MirroredSite,
) -> None:
    before = site.issues()
    site.jira.view.hidden_projects |= set(site.company.projects)

    with pytest.raises(RefusedError):
        site.pull()

    assert site.issues() == before


def test_a_new_project_whose_first_walk_failed_is_read_whole_by_the_next(
    site: MirroredSite,
) -> None:
    """Its watermark says when that walk began, not that anything came of it."""
    new = max(site.company.ids_of("RPT"))
    for one in [each for each in site.company.ids_of("RPT") if each != new][-6:]:
        site.company.issues[one].project = "PAY"
        site.company.issues[one].key = f"PAY-{one}"
    from tests.sync.jira.reading import site_of

    named = site_of(site.jira, projects=("RPT", "INT", "ID", "PAY"))
    site.pass_time(hours=1)
    site.jira.faults.append(Fault("myself", "bad-gateway", nth=range(2, 9)))
    with pytest.raises(Exception, match="cannot answer now"):
        site.pull(site=named)
    forget(site, "PAY")
    site.jira.faults.clear()
    site.pass_time(hours=1)

    site.pull(site=named)

    assert {issue.id for issue in site.mirror.read_issues()} == set(site.company.issues)


def forget(site: MirroredSite, project: str) -> None:
    """As if the walk had ended before it wrote anything of this project."""
    from sqlalchemy import delete

    from models.tables import state
    from sync.store.db.engines import open_writer

    with open_writer(site.engine) as connection:
        connection.execute(delete(state.issue).where(state.issue.c.project == project))


def test_issues_to_be_asked_for_again_do_not_poison_a_run_when_they_are_gone(
    site: MirroredSite,
) -> None:
    """They could not be read, and before they were asked for again their project was hidden."""
    ids = site.company.ids_of("INT")[:6]

    def spoil(document: dict[str, Any]) -> None:
        for row in document.get("issues", ()):
            if int(row["id"]) in ids and "fields" in row:
                row["fields"]["updated"] = "never"

    site.jira.faults.append(Fault("/rest/api", Altered(spoil), method="POST"))
    site.pull(full=True)
    site.jira.faults.clear()
    site.jira.view.hidden_projects.add("INT")
    site.pass_time(minutes=1)
    unread = site.site_store.ensure_record().unread

    pulled = site.pull()

    assert set(unread) == set(ids)
    assert "project-lost" in codes(pulled)
