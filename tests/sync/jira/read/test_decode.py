from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from models.backlog import (
    Estimate,
    Field,
    HierarchyLevel,
    Issue,
    IssueRef,
    SiteProfile,
    StatusCategory,
    Version,
)
from models.errors import IncompleteWalkError
from sync.jira.client.mend import mend_reply
from sync.jira.describe.field_plan import plan_fields
from sync.jira.read.decode import IssueDecoder, parse_moment
from sync.jira.read.rows import read_page
from tests.sync.jira.reading import EPIC_LINK, HASH_KEY, PARENT_LINK, POINTS, a_profile

SEVERITY = Field(id="customfield_71", name="Severity")
SEVERITY_TOO = Field(id="customfield_72", name="Severity")
ESTIMATE = Field(
    id="customfield_7",
    name="Story point estimate",
    kind="com.pyxis.greenhopper.jira:jsw-story-points",
)


def a_decoder(*more: Field, named: tuple[str, ...] = (), key: str = HASH_KEY) -> IssueDecoder:
    profile: SiteProfile = a_profile()
    profile = msgspec.structs.replace(profile, fields=(*profile.fields, *more))
    return IssueDecoder("main", profile, plan_fields(profile, named), key)


def a_row(**fields: Any) -> msgspec.Raw:
    """An issue as Jira writes it; None leaves a field out, `...` sends null."""
    defaults: dict[str, Any] = {
        "summary": "Pay by invoice",
        "issuetype": {"id": "2", "name": "Récit", "subtask": False},
        "project": {"id": "10000", "key": "PAY"},
        "status": {"name": "Doing", "statusCategory": {"key": "indeterminate"}},
        "updated": "2026-11-24T07:39:15.000-0500",
    }
    values = {k: None if v is ... else v for k, v in (defaults | fields).items() if v is not None}
    return msgspec.Raw(msgspec.json.encode({"id": "7", "key": "PAY-7", "fields": values}))


def decoded(**fields: Any) -> Issue:
    return a_decoder().decode_issue(a_row(**fields))


def test_the_least_an_issue_can_be() -> None:
    issue = decoded()

    assert (issue.id, issue.key, issue.project_id, issue.project) == (7, "PAY-7", 10000, "PAY")
    assert issue.updated_at == datetime(2026, 11, 24, 12, 39, 15, tzinfo=UTC)
    assert issue.hierarchy_level is HierarchyLevel.BASE
    assert issue.status_category is StatusCategory.INDETERMINATE
    assert (issue.points, issue.contributor, issue.parent, issue.extra) == (None, None, None, {})


@pytest.mark.parametrize("empty", [None, ..., []])
def test_absent_null_and_empty_are_all_nothing(empty: Any) -> None:
    issue = decoded(labels=empty, components=empty, fixVersions=empty)

    assert (issue.labels, issue.components, issue.fix_versions) == ((), (), ())


@pytest.mark.parametrize(
    ("wire", "points"),
    [
        (5, Decimal(5)),
        (0.1, Decimal("0.1")),
        ("5", Decimal(5)),
        (" 5 ", Decimal(5)),
        ({"value": 5}, Decimal(5)),
        ({"value": "8"}, Decimal(8)),
        (0, Decimal(0)),
        (..., None),
        (None, None),
        ({"value": None}, None),
        ("", None),
        (-1, None),
        ("NaN", None),
        ("Infinity", None),
        (1e300, None),
        ("1e-300", None),
        ("0.123456789012345678", None),
        (0.1 + 0.2, Decimal("0.30000000000000004")),
        (1e9, Decimal(10**9)),
        ("a lot", None),
        ("5,5", None),
        (True, None),
        ([5], None),
    ],
)
def test_points_are_exact_numbers_or_none(wire: Any, points: Decimal | None) -> None:
    assert decoded(**{POINTS.id: wire}).points == points


def test_points_that_cannot_count_are_counted() -> None:
    decoder = a_decoder()
    for value in (-3, "NaN", "a lot", None, 5):
        decoder.decode_issue(a_row(**{POINTS.id: value}))

    assert (decoder.negative, decoder.unreadable_points) == (1, 2)


@pytest.mark.parametrize(
    ("estimate", "points", "taken", "source", "conflicts"),
    [
        (3, 5, 3, ESTIMATE.id, 1),
        (5, 5, 5, ESTIMATE.id, 0),
        (0, 5, 0, ESTIMATE.id, 1),
        (..., 5, 5, POINTS.id, 0),
        (-1, 5, 5, POINTS.id, 0),
        (None, ..., None, None, 0),
    ],
)
def test_the_first_points_field_that_is_set_counts(
    estimate: Any, points: Any, taken: int | None, source: str | None, conflicts: int
) -> None:
    decoder = a_decoder(ESTIMATE)
    issue = decoder.decode_issue(a_row(**{ESTIMATE.id: estimate, POINTS.id: points}))

    assert (issue.points, issue.points_field) == (taken, source)
    assert decoder.conflicts == conflicts


def test_the_field_that_the_board_of_the_project_adds_up_counts_first() -> None:
    profile = a_profile(estimates=(Estimate(10000, POINTS.id),))
    profile = msgspec.structs.replace(profile, fields=(*profile.fields, ESTIMATE))
    decoder = IssueDecoder("main", profile, plan_fields(profile, ()), HASH_KEY)
    both = {ESTIMATE.id: 3, POINTS.id: 8}

    here = decoder.decode_issue(a_row(**both))
    elsewhere = decoder.decode_issue(a_row(**both, project={"id": "10001", "key": "ID"}))

    assert (here.points, here.points_field) == (Decimal(8), POINTS.id)
    assert (elsewhere.points, elsewhere.points_field) == (Decimal(3), ESTIMATE.id)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ({"key": "new"}, StatusCategory.NEW),
        ({"key": "done"}, StatusCategory.DONE),
        ({"key": "undefined"}, StatusCategory.UNDEFINED),
        ({"key": "in-flight"}, StatusCategory.UNDEFINED),
        ({}, StatusCategory.UNDEFINED),
        (None, StatusCategory.UNDEFINED),
    ],
)
def test_only_jiras_own_four_categories_are_known(category: Any, expected: StatusCategory) -> None:
    issue = decoded(status={"name": "Zu erledigen", "statusCategory": category})
    assert issue.status_category is expected


def test_a_restricted_issue_shows_neither_summary_nor_description() -> None:
    issue = decoded(security={"id": "1", "name": "Secret"}, description="also secret")

    assert issue.restricted
    assert (issue.summary, issue.description) == ("", None)
    assert "ecret" not in repr(issue)


@pytest.mark.parametrize(
    "security", [{"id": "1", "name": "Team"}, {"id": "1"}, {"id": "1", "name": None}]
)
def test_an_epic_of_any_security_level_has_no_description(security: Any) -> None:
    row = a_row(security=security, description="internal")
    assert a_decoder().decode_description(row) == (7, "")


def test_who_worked_on_it_is_known_by_a_keyed_hash_alone() -> None:
    people = (
        {"accountId": "712020:ada", "displayName": "Ada", "emailAddress": "ada@x.invalid"},
        {"key": "JIRAUSER1", "name": "ada", "displayName": "Ada"},
        {"name": "ada"},
    )
    issues = [decoded(assignee=person) for person in people]
    elsewhere = a_decoder(key="11" * 32).decode_issue(a_row(assignee=people[0]))

    assert all(issue.contributor and len(issue.contributor) == 32 for issue in issues)
    assert len({issue.contributor for issue in (*issues, elsewhere)}) == 4
    assert "ada" not in repr(issues).lower()
    assert decoded(assignee=people[0]).contributor == issues[0].contributor


def test_a_parent_may_be_known_by_id_by_key_or_by_link() -> None:
    assert decoded(parent={"id": "3", "key": "PAY-3"}).parent == IssueRef(3, "PAY-3")
    assert decoded(parent={"key": "OPS-17"}).parent == IssueRef(None, "OPS-17")
    assert decoded(parent={}, **{PARENT_LINK.id: "INIT-1"}).parent == IssueRef(None, "INIT-1")
    assert decoded(**{EPIC_LINK.id: "PAY-1"}).epic_link == "PAY-1"


@pytest.mark.parametrize(
    ("level", "hierarchy_level"), [(-1, -1), (0, 0), (1, 1), (2, 2), (5, 2), (-7, -1)]
)
def test_cloud_says_the_level_itself(level: int, hierarchy_level: int) -> None:
    kind = {"id": "99", "name": "X", "subtask": False, "hierarchyLevel": level}
    assert decoded(issuetype=kind).hierarchy_level == hierarchy_level


def test_versions_labels_and_components_are_kept() -> None:
    issue = decoded(
        labels=["b", "a\x00"],
        components=[{"name": "Pay"}, {"name": None}],
        fixVersions=[{"name": "1.0", "released": True}, {"name": "2.0"}],
    )

    assert (issue.labels, issue.components) == (("a", "b"), ("Pay",))
    assert issue.fix_versions == (Version("1.0", True), Version("2.0", False))


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 5_000])
def test_a_number_beyond_all_others_is_unknown_where_any_value_would_do(number: str) -> None:
    decoder = a_decoder(SEVERITY, SEVERITY_TOO, named=("severity",))
    row = bytes(a_row(customfield_71="HERE", customfield_72="High", **{EPIC_LINK.id: "HERE"}))

    issue = decoder.decode_issue(msgspec.Raw(row.replace(b'"HERE"', number.encode())))

    assert (issue.extra, issue.epic_link) == ({"severity": ("High",)}, None)
    assert [(each.code, each.where) for each in decoder.list_findings()] == [
        ("value-unreadable", "severity")
    ]


def test_two_fields_of_one_name_are_read_as_one() -> None:
    decoder = a_decoder(SEVERITY, SEVERITY_TOO, named=("severity",))
    row = a_row(customfield_71=..., customfield_72={"value": "High"})

    assert decoder.decode_issue(row).extra == {"severity": ("High",)}


@pytest.mark.parametrize("stamp", ["2026-11-24T07:39:15.000-0500", "2026-11-24T12:39:15.000Z"])
def test_times_are_read_with_their_offset(stamp: str) -> None:
    assert parse_moment(stamp) == datetime(2026, 11, 24, 12, 39, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {"updated": "2026-11-24T12:39:15.000"},
        {"updated": "yesterday"},
        {"updated": None},
        {"summary": None},
        {"status": None},
        {"issuetype": ...},
        {"project": {"id": "ten", "key": "PAY"}},
        {"labels": "not a list"},
    ],
)
def test_an_issue_that_cannot_be_read_is_named_and_stops_the_walk(fields: dict[str, Any]) -> None:
    with pytest.raises(IncompleteWalkError, match=r"issue PAY-7 \(id 7\) cannot be read"):
        decoded(**fields)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'{"issues":null}', b'{"a":5}'])
def test_a_page_without_issues_is_no_page(body: bytes) -> None:
    with pytest.raises(IncompleteWalkError):
        read_page(body)


def test_one_broken_title_does_not_cost_the_backlog() -> None:
    row = bytes(a_row(summary="PLACE")).replace(b"PLACE", rb"Pay \ud83d now\u0000")
    decoder = a_decoder()
    page = read_page(mend_reply(b'{"issues":[' + row + b'],"somethingNew":1}'))

    assert page.issues is not None
    assert decoder.decode_issue(page.issues[0]).summary == "Pay  now"


def test_the_description_of_an_unreadable_epic_stops_the_walk() -> None:
    with pytest.raises(IncompleteWalkError):
        a_decoder().decode_description(msgspec.Raw(b'{"id":"x","fields":{}}'))
