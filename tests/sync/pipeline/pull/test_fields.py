"""Fields hold what nobody expects, and change their names, their meaning and their number."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from models.backlog import HierarchyLevel, Issue, StatusCategory
from sync.pipeline.pull import Pulled
from sync.rulebook import rulebook_from_texts
from sync.rulebook.files import read_shipped_texts
from sync.sample.company.company import Company
from sync.sample.company.issues import Level
from sync.sample.protocol.fields import CUSTOM_TYPES, GREENHOPPER, Field, describe
from sync.sample.server.faults import Altered, Fault
from tests.sync.pipeline.pull.site import Dialect, MirroredSite, mirrored

POINTS = {"cloud": "customfield_10026", "datacenter": "customfield_10106"}
ESTIMATE = "customfield_10016"


def points_of(site: MirroredSite) -> str:
    return POINTS["cloud" if site.jira.view.is_cloud else "datacenter"]


def ordinary_ones(site: MirroredSite) -> list[int]:
    """The issues of base level that anybody may see, the newest first."""
    return sorted(
        (
            issue.id
            for issue in site.company.issues.values()
            if issue.level is Level.BASE and not issue.security_level
        ),
        reverse=True,
    )


def one_of(site: MirroredSite) -> int:
    """An issue of base level that anybody may see."""
    return ordinary_ones(site)[0]


@pytest.fixture
def pointed(
    tiny: Company, dialect: Dialect, tmp_path: Path, originals: Path
) -> Iterator[MirroredSite]:
    """The same where all points stand in the field Story Points."""
    for issue in list(tiny.issues.values()):
        if issue.level is Level.BASE:
            tiny.edit(issue.id, points=5, points_field="points")
    with mirrored(tiny, dialect, tmp_path, originals / f"{dialect}, pointed") as found:
        yield found


def shown(site: MirroredSite, issue_id: int, **fields: Any) -> Pulled:
    """Pull while Jira shows this of an issue; `...` leaves a field out."""
    return pull_showing(site, {issue_id: fields})


UNGUARDED = rulebook_from_texts(
    read_shipped_texts() | {"own.yaml": 'version: "1"\nguards: {emptied_percent: 101}\n'}
)
"""Whatever comes empty is taken: these are about single issues."""


def pull_showing(site: MirroredSite, odd: dict[int, dict[str, Any]]) -> Pulled:
    """The same of several issues at once."""

    def change(document: dict[str, Any]) -> None:
        for row in document.get("issues", ()):
            fields = odd.get(int(row["id"]), {})
            if fields and "fields" in row:
                row["fields"] |= fields
                for name in [name for name, value in fields.items() if value is ...]:
                    del row["fields"][name]

    fault = Fault("/rest/api", Altered(change), method="POST")
    site.jira.faults.append(fault)
    pulled = site.pull(full=True, rulebook=UNGUARDED)
    site.jira.faults.remove(fault)
    return pulled


def row(site: MirroredSite, issue_id: int) -> Issue:
    return next(issue for issue in site.mirror.read_issues() if issue.id == issue_id)


def codes(pulled: Pulled) -> set[str]:
    return {finding.code for finding in pulled.findings}


def test_points_are_a_number_however_it_is_written_or_none(pointed: MirroredSite) -> None:
    written = [None, ..., 0, 5, "5", {"value": 5}, "", -2]
    ones = ordinary_ones(pointed)[: len(written)]
    name = points_of(pointed)

    pull_showing(pointed, {one: {name: it} for one, it in zip(ones, written, strict=True)})

    points = {issue.id: issue.points for issue in pointed.mirror.read_issues()}
    assert [points[one] for one in ones] == [None, None, 0, 5, 5, 5, None, None]


def test_points_that_are_no_number_are_none_and_said(pointed: MirroredSite) -> None:
    one = one_of(pointed)

    assert "points-unreadable" in codes(shown(pointed, one, **{points_of(pointed): "a lot"}))
    assert row(pointed, one).points is None


def test_two_point_fields_that_differ_are_said_and_the_first_counts(
    pointed: MirroredSite,
) -> None:
    add_field(pointed, Field("customfield_10900", "Story points", "number", None, FLOAT))
    pointed.pull(full=True)
    one = one_of(pointed)
    first, second = pointed.site_store.ensure_record().points_fields[:2]

    pulled = shown(pointed, one, **{first: 3, second: 8})

    assert "points-differ" in codes(pulled)
    assert row(pointed, one).points == Decimal(3)
    assert row(pointed, one).points_field == first


def test_a_status_of_no_known_category_is_not_done(site: MirroredSite) -> None:
    categories = [{"key": "undefined"}, {"key": "in-flight"}, None]
    odd = {
        one: {"status": {"name": "Limbo", "statusCategory": category}}
        for one, category in zip(ordinary_ones(site), categories, strict=False)
    }

    pull_showing(site, odd)

    found = [issue for issue in site.mirror.read_issues() if issue.id in odd]
    assert [issue.status_category for issue in found] == [StatusCategory.UNDEFINED] * 3
    assert [issue.done_at for issue in found] == [None] * 3


def test_what_is_resolved_while_it_is_still_to_do_is_not_done(site: MirroredSite) -> None:
    one = one_of(site)
    to_do = {"name": "To Do", "statusCategory": {"key": "new"}}

    shown(site, one, status=to_do, resolution={"name": "Done"}, resolutiondate=STAMP)

    found = row(site, one)
    assert (found.is_done, found.done_at, found.resolution) == (False, None, "Done")


def test_what_is_done_without_a_resolution_is_done(site: MirroredSite) -> None:
    one = one_of(site)
    done = {"name": "Done", "statusCategory": {"key": "done"}}

    shown(site, one, status=done, resolution=None, resolutiondate=None)

    assert row(site, one).is_done


STAMP = "2026-11-20T10:00:00.000-0500"
FLOAT = CUSTOM_TYPES + "float"


def test_a_person_without_an_address_still_counts_as_one(site: MirroredSite) -> None:
    people: list[dict[str, Any]] = [
        {"accountId": "712020:x", "displayName": "X", "emailAddress": None},
        {"accountId": "712020:x", "displayName": "X", "emailAddress": ""},
        {"name": "x", "key": "JIRAUSER1"},
        {"name": "x"},
    ]
    odd = {
        one: {"assignee": person} for one, person in zip(ordinary_ones(site), people, strict=False)
    }

    pull_showing(site, odd)

    assert all(issue.contributor for issue in site.mirror.read_issues() if issue.id in odd)


def test_hidden_time_tracking_is_no_time_spent(site: MirroredSite) -> None:
    odd = {
        one: {"timespent": hidden}
        for one, hidden in zip(ordinary_ones(site), (..., None), strict=False)
    }

    pull_showing(site, odd)

    assert [i.time_spent for i in site.mirror.read_issues() if i.id in odd] == [None, None]


@pytest.mark.every_kind
def test_a_sprint_that_data_center_writes_out_is_read_by_its_name_whatever_is_in_it(
    site: MirroredSite,
) -> None:
    field = "customfield_10020" if site.jira.view.is_cloud else "customfield_10105"
    written = (
        "com.atlassian.greenhopper.service.sprint.Sprint@1bf75fd[id=1,rapidViewId=1,state=CLOSED,"
        "name=Pay [1], and a bit,startDate=<null>,endDate=,sequence=1,goal=One,\ntwo]]"
    )
    one = one_of(site)
    rulebook = rules_naming(site, "Sprint")
    site.pull(full=True, rulebook=rulebook)

    def change(document: dict[str, Any]) -> None:
        for found in document.get("issues", ()):
            if found["id"] == str(one) and "fields" in found:
                found["fields"][field] = [written, {"id": 2, "name": "Next, [2]"}]

    site.jira.faults.append(Fault("/rest/api", Altered(change), method="POST"))
    site.pull(full=True, rulebook=rulebook)

    assert row(site, one).extra["sprint"] == ("Pay [1], and a bit", "Next, [2]")


def rules_naming(site: MirroredSite, name: str) -> Any:
    """The shipped rules, and one that names this field."""
    from sync.rulebook import rulebook_from_texts
    from sync.rulebook.files import read_shipped_texts

    rule = f"screening:\n  - {{id: by-field, when: {{{name}: Nothing}}, reason: x}}\n"
    return rulebook_from_texts({**read_shipped_texts(), "own.yaml": rule})


@pytest.mark.every_kind
def test_an_unknown_kind_of_node_in_a_description_hides_no_text(site: MirroredSite) -> None:
    if not site.jira.view.is_cloud:
        document: Any = "h1. Known\n{panel:title=x}inside{panel}"
    else:
        inner = {"type": "paragraph", "content": [{"type": "text", "text": "inside"}]}
        document = {"type": "doc", "content": [{"type": "hologram", "content": [inner]}]}
    epic = next(epic.id for epic in site.company.epics() if not epic.security_level)

    shown(site, epic, description=document)

    assert "inside" in (row(site, epic).description or "")


EMPTY: list[Any] = [None, "", [], {}, 0, "x", [None], [{}]]
ASKED = (
    "summary issuetype project parent status resolution resolutiondate updated security labels "
    "components fixVersions assignee timespent statuscategorychangedate"
).split()


def costs_no_other(site: MirroredSite, odd: dict[int, dict[str, Any]]) -> None:
    """Each odd issue is read, or it is named and stays as it was last seen."""
    before = site.issues()

    pulled = pull_showing(site, odd)

    after = site.issues()
    told = {f.where for f in pulled.findings if f.code == "issue-unreadable"}
    unreadable = {issue_id for issue_id in odd if f"issue id {issue_id}" in told}
    assert told == {f"issue id {issue_id}" for issue_id in unreadable}
    assert after.keys() == before.keys()
    untouched = (before.keys() - odd.keys()) | unreadable
    assert {i: after[i] for i in untouched} == {i: before[i] for i in untouched}
    assert unreadable <= set(site.site_store.ensure_record().unread)


@pytest.mark.parametrize("first", range(0, len(ASKED), 3), ids=ASKED.__getitem__)
def test_whatever_fields_hold_costs_no_other_issue(site: MirroredSite, first: int) -> None:
    """Half of the values in each of three fields: there are no more issues to have them."""
    names = ASKED[first : first + 3]
    odd = [{name: it} for turn, name in enumerate(names) for it in EMPTY[turn % 2 :: 2]]

    costs_no_other(site, dict(zip(ordinary_ones(site), odd, strict=True)))


@pytest.mark.all
@pytest.mark.parametrize("name", ASKED)
def test_whatever_a_field_holds_costs_no_other_issue(site: MirroredSite, name: str) -> None:
    ones = ordinary_ones(site)[: len(EMPTY)]

    costs_no_other(site, {one: {name: value} for one, value in zip(ones, EMPTY, strict=True)})


@pytest.mark.all
@pytest.mark.parametrize("name", ASKED)
def test_whatever_a_field_of_a_single_issue_holds_costs_no_other(
    site: MirroredSite, name: str
) -> None:
    one = one_of(site)
    for value in EMPTY:
        costs_no_other(site, {one: {name: value}})
        site.pass_time(hours=1)
        site.company.edit(one)  # without an edit no security level may go
        site.pull(full=True)


def change_fields(site: MirroredSite, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """From now on the site lists other fields."""
    site.jira.faults.append(Fault("/field", Altered(change)))


def add_field(site: MirroredSite, field: Field) -> None:
    shape = describe(field) | {"key": field.id}
    change_fields(site, lambda fields: fields.append(shape))


def test_a_point_field_under_another_name_goes_on_counting(pointed: MirroredSite) -> None:
    before = pointed.site_store.ensure_record().points_fields
    name = points_of(pointed)

    def rename(fields: list[dict[str, Any]]) -> None:
        for field in fields:
            if field["id"] == name:
                field["name"] = "Aufwand"

    change_fields(pointed, rename)
    for _ in range(2):
        pointed.pass_time(days=1)
        pulled = pointed.pull()

    assert set(pointed.site_store.ensure_record().points_fields) == set(before)
    assert "points-renamed" in codes(pulled)
    assert any(issue.points_field == name for issue in pointed.mirror.read_issues())


def test_a_point_field_that_is_deleted_is_said_and_everything_is_read_again(
    pointed: MirroredSite,
) -> None:
    name = points_of(pointed)

    def delete(fields: list[dict[str, Any]]) -> None:
        fields[:] = [field for field in fields if field["id"] != name]

    change_fields(pointed, delete)
    pointed.pass_time(days=1)
    pulled = pointed.pull()

    assert "points-changed" in codes(pulled)
    assert not any(issue.points_field == name for issue in pointed.mirror.read_issues())


def test_a_point_field_that_is_replaced_counts_first_and_the_old_one_where_it_is_empty(
    pointed: MirroredSite,
) -> None:
    old, new = points_of(pointed), "customfield_10901"

    def replaced(fields: list[dict[str, Any]]) -> None:
        for field in fields:
            if field["id"] == old:
                field["name"] = "Story Points (old)"
        shape = Field(new, "Story Points", "number", None, FLOAT)
        fields.append(describe(shape) | {"key": new})

    change_fields(pointed, replaced)
    pointed.pass_time(days=1)
    pulled = pointed.pull()
    points = pointed.site_store.ensure_record().points_fields

    assert points.index(new) < points.index(old)
    assert {"points-changed", "points-renamed"} <= codes(pulled)
    assert any(issue.points_field == old for issue in pointed.mirror.read_issues())


def test_a_further_point_field_is_said_and_everything_is_read_with_it(site: MirroredSite) -> None:
    add_field(
        site,
        Field("customfield_10902", "Aufwand", "number", None, GREENHOPPER + "jsw-story-points"),
    )
    site.pass_time(days=1)
    pulled = site.pull()
    site.pass_time(days=1)
    quiet = site.pull()

    assert "points-changed" in codes(pulled)
    assert pulled.report.issues == len(site.company.issues)
    assert "points-changed" not in codes(quiet)


def test_without_any_point_field_work_is_measured_by_count(pointed: MirroredSite) -> None:
    change_fields(
        pointed,
        lambda fields: fields.__setitem__(
            slice(None), [f for f in fields if not f["name"].casefold().startswith("story point")]
        ),
    )
    pointed.pass_time(days=1)

    assert {"points-missing", "points-changed"} <= codes(pointed.pull())


def test_the_epics_stay_epics_whatever_becomes_of_their_fields(site: MirroredSite) -> None:
    change_fields(
        site,
        lambda fields: fields.__setitem__(slice(None), [f for f in fields if not f["custom"]]),
    )
    site.pass_time(days=1)
    site.pull(rulebook=UNGUARDED)

    epics = {
        issue.id
        for issue in site.mirror.read_issues()
        if issue.hierarchy_level is HierarchyLevel.EPIC
    }
    assert epics == {epic.id for epic in site.company.epics()}
