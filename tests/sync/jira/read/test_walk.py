"""Whole walks over real sockets, and what may go wrong on them."""

import gzip
import json
import re
import threading
from collections.abc import Callable, Container, Iterable
from dataclasses import replace as replace_
from itertools import count
from typing import Any

import httpx
import pytest
import respx
from msgspec.structs import replace

from models.backlog import HierarchyLevel, Issue, IssueRef, IssueType, SiteProfile
from models.errors import (
    HeadwayError,
    IdentityError,
    IncompleteWalkError,
    RefusedError,
    StoppedError,
)
from sync.jira.client.adaptive_limit import FIRST
from sync.jira.client.run_limits import RunLimits
from sync.jira.client.site import Site
from sync.jira.read.search import PAGE_OF_IDS
from sync.sample.company.company import Company
from sync.sample.company.issues import Level
from sync.sample.datacenter.api import DataCenter
from sync.sample.protocol.exchange import Reply, Request, as_errors, as_json
from sync.sample.server.faults import GATEWAY_PAGE, LOGIN_PAGE, Fault
from sync.sample.server.server import SampleJira
from tests.companies import a_company
from tests.sync.jira.reading import (
    CANARY,
    EPIC_LINK,
    EPIC_NAME,
    ONCE,
    PARENT_LINK,
    POINTS,
    RESTLESS,
    Reading,
    a_profile,
    profile_small,
    read,
    site_of,
    walk,
    walk_small,
)


def on_search(
    reply: Reply | str | Callable[[], object], nth: int | Container[int] | None = None
) -> Fault:
    """What goes wrong with whatever reads issues: all that is asked by POST."""
    return Fault("/rest/api", reply, nth=nth, method="POST")


def on_ids(reply: Reply | str | Callable[[], object], nth: Container[int] | None = None) -> Fault:
    """What goes wrong where Cloud lists ids."""
    return Fault("/search/jql", reply, nth=nth)


def searches(jira: SampleJira) -> int:
    return sum(method == "POST" for method, _, _ in jira.requests)


def told_alike(issues: Iterable[Issue]) -> dict[int, Issue]:
    """Issues without what the two kinds of Jira cannot tell alike."""
    return {
        issue.id: replace(
            issue,
            points_field=None,
            type_id="",
            type="",
            category_changed_at=None,
            contributor=None,
            parent=None,
            epic_link=None,
            description=None,
            status="",
        )
        for issue in issues
    }


@pytest.fixture(scope="module")
def whole_readings() -> tuple[Company, Reading, Reading]:
    """The whole company, and what came of reading it as Cloud and as Data Center."""
    company = a_company()
    with SampleJira(company, "cloud") as cloud, SampleJira(company, "datacenter") as datacenter:
        named = ["Work category"]
        return company, read(cloud, named=named), read(datacenter, named=named)


def test_both_kinds_of_jira_tell_the_same_backlog(
    whole_readings: tuple[Company, Reading, Reading],
) -> None:
    company, here, there = whole_readings

    assert here.issues.keys() == there.issues.keys() == company.issues.keys()
    assert told_alike(here.issues.values()) == told_alike(there.issues.values())
    for issue_id, issue in here.issues.items():
        other = there.issues[issue_id]
        assert bool(issue.contributor) == bool(other.contributor)
        if issue.parent and not issue.restricted:
            assert issue.parent.key in (other.epic_link, other.parent and other.parent.key)
        assert (issue.description is None) == (other.description is None)


def test_a_backlog_of_thousands_takes_few_requests(
    whole_readings: tuple[Company, Reading, Reading],
) -> None:
    company, *readings = whole_readings
    here, there = (reading.report for reading in readings)

    assert here.issues == there.issues == len(company.issues)
    assert here.requests <= len(company.issues) / 100 + 5
    assert there.requests <= len(company.issues) / 500 + len(company.issues) / 1000 + 8
    assert here.retries == there.retries == 0


def test_every_issue_comes_with_what_the_company_knows(jira: SampleJira) -> None:
    reading = walk_small(jira)

    for issue in jira.company.issues.values():
        told = reading.issues[issue.id]
        assert (told.key, told.hierarchy_level.value) == (issue.key, issue.level.value)
        assert told.restricted == bool(issue.security_level)
        assert told.summary == ("" if told.restricted else issue.summary)
        assert told.updated_at == issue.updated.replace(microsecond=issue.updated.microsecond)
        has_description = issue.level is Level.EPIC and issue.description and not told.restricted
        assert bool(told.description) == bool(has_description)


def test_a_description_of_an_epic_comes_as_text(jira: SampleJira) -> None:
    epic = next(issue for issue in jira.company.epics() if issue.description)
    assert walk_small(jira).issues[epic.id].description


def test_only_the_projects_that_are_named_are_read(jira: SampleJira) -> None:
    assert {issue.project for issue in read(jira, projects=("INT",)).issues.values()} == {"INT"}


def test_an_empty_backlog_is_an_empty_walk(jira: SampleJira) -> None:
    for issue_id in list(jira.company.issues):
        jira.company.remove(issue_id)

    reading = walk_small(jira)

    assert (reading.issues, reading.report.issues) == ({}, 0)


@pytest.mark.parametrize(
    "kind", ["no-islast", "null-token", "short-page", "duplicate-row", "unknown-keys"]
)
def test_what_is_odd_but_legal_on_cloud_loses_nothing(cloud: SampleJira, kind: str) -> None:
    cloud.faults.append(on_ids(kind))
    assert walk_small(cloud).issues.keys() == cloud.company.issues.keys()


@pytest.mark.parametrize("kind", ["short-page", "unknown-keys"])
def test_what_is_odd_but_legal_on_data_center_loses_nothing(
    datacenter: SampleJira, kind: str
) -> None:
    datacenter.faults.append(on_search(kind))
    assert walk_small(datacenter).issues.keys() == datacenter.company.issues.keys()


def test_a_row_that_comes_twice_where_ids_must_ascend_is_an_error(datacenter: SampleJira) -> None:
    datacenter.faults.append(on_search("duplicate-row"))

    with pytest.raises(IncompleteWalkError, match="does not page by id"):
        walk_small(datacenter)


def test_an_empty_page_with_a_token_is_not_the_end(cloud: SampleJira) -> None:
    cloud.faults.append(on_ids("empty-page-with-token", nth={1, 2, 4, 5}))
    assert walk_small(cloud).issues.keys() == cloud.company.issues.keys()


@pytest.mark.parametrize("kind", ["repeat-token", "empty-page-with-token"])
def test_a_walk_that_does_not_get_on_is_an_error(
    cloud: SampleJira, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGE_OF_IDS, "cloud", 30)
    cloud.faults.append(on_ids(kind))

    with pytest.raises(IncompleteWalkError, match=r"for ever|nothing new"):
        walk_small(cloud)

    assert len(cloud.requests) < 30


def test_rows_that_jira_counts_and_does_not_show_are_an_error(datacenter: SampleJira) -> None:
    datacenter.faults.append(on_search("no-issues"))

    with pytest.raises(IncompleteWalkError, match="issues and lists 0"):
        walk_small(datacenter)


def test_a_server_that_ignores_the_id_asked_for_is_an_error(datacenter: SampleJira) -> None:
    rows = [{"id": "5", "key": "RPT-5", "fields": {}}, {"id": "4", "key": "RPT-4", "fields": {}}]
    datacenter.faults.append(on_search(as_json({"issues": rows, "total": 900})))

    with pytest.raises(IncompleteWalkError, match="does not page by id"):
        walk_small(datacenter)


def test_pages_without_end_of_issues_that_nobody_asked_for_are_left_at_the_first(
    datacenter: SampleJira,
) -> None:
    pages = count(10**6, 50)
    good = datacenter.dialect.answer

    def answer(request: Request) -> Reply:
        if b"id in (" not in request.body:
            return good(request)
        first = next(pages)
        rows = [{"id": f"{first + each}", "key": f"X-{each}"} for each in range(50)]
        return as_json({"issues": rows, "total": 10**9})

    datacenter.dialect.answer = answer  # type: ignore[method-assign]

    with pytest.raises(IncompleteWalkError, match="nobody asked for"):
        walk_small(datacenter)

    assert len(datacenter.requests) < 300


def test_ids_alone_are_no_issues(cloud: SampleJira) -> None:
    wanted = str(min(cloud.company.issues))
    ids_alone = as_json({"issues": [{"id": wanted}], "isLast": True})
    cloud.faults += [on_ids(ids_alone), Fault("bulkfetch", ids_alone)]
    cloud.faults.append(Fault("count", as_json({"count": 1})))

    reading = walk_small(cloud)

    assert reading.issues == {}
    assert "issue-unreadable" in {finding.code for finding in reading.report.findings}


def test_ids_that_come_twice_are_fetched_once(cloud: SampleJira) -> None:
    cloud.faults.append(on_ids("duplicate-row"))

    ids = [issue.id for page in walk_small(cloud).pages for issue in page]

    assert len(ids) == len(set(ids)) == len(cloud.company.issues)


def a_row_of(summary: str, minute: int) -> dict[str, Any]:
    return {
        "summary": summary,
        "issuetype": {"id": "1", "name": "Story", "hierarchyLevel": 0},
        "project": {"id": "10001", "key": "RPT"},
        "status": {"name": "Doing"},
        "updated": f"2026-11-24T12:0{minute}:00.000+0000",
    }


def test_issues_deleted_and_added_during_the_walk_cost_no_other(jira: SampleJira) -> None:
    ids = sorted(jira.company.issues)

    jira.faults.append(on_search(lambda: jira.company.remove(ids[0]), nth=4))
    jira.faults.append(on_search(lambda: jira.company.remove(ids[-1]), nth=3))

    assert set(ids[1:-1]) <= walk_small(jira).issues.keys()


def test_data_center_may_lower_its_page_at_any_time(datacenter: SampleJira) -> None:
    dialect = datacenter.dialect
    assert isinstance(dialect, DataCenter)

    def lower() -> None:
        dialect.page_cap = 20

    datacenter.faults.append(on_search(lower, nth=3))

    assert walk_small(datacenter).issues.keys() == datacenter.company.issues.keys()


def test_the_window_of_a_big_data_center_does_not_matter(small: Company) -> None:
    """`test_row_10001_of_a_big_data_center_is_read` has the window that there is."""
    with SampleJira(small, "datacenter", result_window=60, page_cap=35) as jira:
        assert walk_small(jira).issues.keys() == small.issues.keys()


def test_a_context_path_belongs_to_the_address(small: Company) -> None:
    with SampleJira(small, "datacenter", context_path="/jira") as jira:
        assert read(jira).issues.keys() == small.issues.keys()


def test_an_epic_type_with_another_name_is_found_by_its_issues(datacenter: SampleJira) -> None:
    site = site_of(datacenter)
    profile = profile_small(datacenter)
    types = tuple(
        IssueType(id=found.id, name=f"Art {found.id}", subtask=found.subtask)
        for found in profile.types
    )

    reading = walk(site, replace(profile, types=types))

    told = {number: issue.hierarchy_level.value for number, issue in reading.issues.items()}
    assert told == {n: issue.level.value for n, issue in datacenter.company.issues.items()}
    assert any(issue.description for issue in reading.issues.values())


def test_an_epic_type_that_was_deleted_since_is_not_asked_for(jira: SampleJira) -> None:
    site = site_of(jira)
    profile = profile_small(jira)

    reading = walk(site, profile, known_epics=["424242"])

    assert reading.issues.keys() == jira.company.issues.keys()


def a_small_data_center(request: httpx.Request) -> httpx.Response:
    """An initiative above an epic above a story, with a sub-task; two issues a page."""
    story, epic, subtask, initiative = (
        {"id": str(number), "name": f"Art {number}", "subtask": number == 3}
        for number in (2, 1, 3, 4)
    )
    rows: list[tuple[int, dict[str, Any], dict[str, Any]]] = [
        (101, story, {EPIC_LINK.id: "PAY-103"}),
        (102, initiative, {}),
        (103, epic, {EPIC_NAME.id: "Invoices", PARENT_LINK.id: "PAY-102", "description": "h1. x"}),
        (104, subtask, {"parent": {"id": "101", "key": "PAY-101"}}),
        (105, initiative, {}),
    ]
    asked = json.loads(request.content)
    last = max(map(int, re.findall(r"id > (\d+)", asked["jql"])), default=0)
    highest = min(map(int, re.findall(r"id <= (\d+)", asked["jql"])), default=105)
    ids = re.findall(r"id in \(([\d, ]+)\)", asked["jql"])
    chosen = set(map(int, ids[0].split(", "))) if ids else {row[0] for row in rows}
    types = re.findall(r"issuetype in \(([\d, ]+)\)", asked["jql"])
    wanted = types[0].split(", ") if types else ["1", "2", "3", "4"]
    chosen &= set(range(last + 1, highest + 1))
    found = [row for row in rows if row[0] in chosen and row[1]["id"] in wanted]
    if "id DESC" in asked["jql"]:
        found.reverse()
    if asked["maxResults"] == 0:
        return httpx.Response(200, json={"issues": [], "total": len(found), "maxResults": 0})
    issues = [
        {
            "id": str(number),
            "key": f"PAY-{number}",
            "fields": a_row_of("x", 0)
            | {"issuetype": kind, "project": {"id": "10000", "key": "PAY"}}
            | more,
        }
        for number, kind, more in found[:2]
    ]
    return httpx.Response(200, json={"issues": issues, "total": len(found), "maxResults": 2})


def test_what_stands_above_epics_is_found_by_its_issues(respx_mock: respx.MockRouter) -> None:
    respx_mock.post("https://x.invalid/rest/api/2/search").mock(side_effect=a_small_data_center)
    site = Site(name="main", url="https://x.invalid", token="t")

    reading = walk(site, a_profile())

    hierarchy_levels = {number: issue.hierarchy_level for number, issue in reading.issues.items()}
    assert hierarchy_levels == {
        101: HierarchyLevel.BASE,
        102: HierarchyLevel.ABOVE,
        103: HierarchyLevel.EPIC,
        104: HierarchyLevel.SUBTASK,
        105: HierarchyLevel.ABOVE,
    }
    assert reading.issues[103].description == "h1. x"
    assert reading.issues[103].parent == IssueRef(None, "PAY-102")
    assert reading.report.issues == 5
    assert "type-above-epics" in {finding.code for finding in reading.report.findings}


REPLIES: list[tuple[Reply | str, type[HeadwayError], str]] = [
    (LOGIN_PAGE, IdentityError, "web page"),
    (Reply(200, b"  <!DOCTYPE html><html>"), IdentityError, "web page"),
    (Reply(302, b"", {"Location": "https://sso.invalid"}), IdentityError, "elsewhere"),
    (as_json({}, 401), IdentityError, "does not accept the token"),
    (as_json({}, 403), RefusedError, "refuses the backlog"),
    (as_json({}, 404), IdentityError, "does not look like a Jira"),
    (as_errors(410, "The requested API has been removed."), IdentityError, "removed"),
    (as_errors(400, "The value is bad."), IncompleteWalkError, "does not accept the search"),
    (
        as_errors(400, "A value with ID '10001' does not exist for the field 'issuetype'."),
        IncompleteWalkError,
        "does not accept the search",
    ),
    (
        as_json({"issues": []}, headers={"X-Seraph-LoginReason": "OUT"}),
        IdentityError,
        "nobody it knows",
    ),
    (
        as_json({"issues": []}, headers={"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}),
        IdentityError,
        "does not accept the token",
    ),
    (
        as_json({"issues": []}, headers={"X-AUSERNAME": "anonymous"}),
        IdentityError,
        "nobody it knows",
    ),
    (Reply(), IncompleteWalkError, "cannot be read"),
    (Reply(200, b"OK", content_type="text/plain"), IncompleteWalkError, "cannot be read"),
    (as_json([]), IncompleteWalkError, "cannot be read"),
    (as_json({"total": 0}), IncompleteWalkError, "no list of issues"),
    (as_json({"issues": [{"key": "RPT-1"}]}), IncompleteWalkError, "carries no id"),
    (as_json({}, 418), HeadwayError, "does not understand us"),
]


LATER = (LOGIN_PAGE, REPLIES[3][0], REPLIES[8][0], REPLIES[12][0])
"""Of each kind of end one that comes instead of a later page in `make test` too."""


@pytest.mark.parametrize(
    ("reply", "error", "words", "nth"),
    [
        pytest.param(*each, nth, marks=() if nth == 1 or each[0] in LATER else pytest.mark.all)
        for nth in (1, 3)
        for each in REPLIES
    ],
)
def test_whatever_comes_instead_of_a_page_ends_the_walk_in_plain_words(
    jira: SampleJira,
    profile: SiteProfile,
    reply: Reply,
    error: type[HeadwayError],
    words: str,
    nth: int,
) -> None:
    jira.account.token = CANARY
    jira.faults.append(on_search(reply, nth=range(nth, 1000)))

    with pytest.raises(error, match=words) as failure:
        walk(site_of(jira), profile)

    assert failure.value.exit_code in (75, 77)
    assert CANARY not in str(failure.value)


def test_an_account_that_changes_on_the_way_ends_the_walk(cloud: SampleJira) -> None:
    other = as_json({"issues": [], "isLast": True}, headers={"X-AAccountId": "712020%3Asomebody"})
    cloud.faults.append(on_search(other, nth=3))

    with pytest.raises(IdentityError, match="somebody else"):
        read(cloud)


def test_a_token_that_dies_on_the_way_ends_the_walk(jira: SampleJira) -> None:
    jira.faults.append(on_search(jira.revoke, nth=3))

    with pytest.raises(IdentityError):
        walk_small(jira)


def test_a_project_that_is_taken_away_does_not_spoil_the_rest(jira: SampleJira) -> None:
    jira.view.hidden_projects.add("INT")

    assert {issue.project for issue in walk_small(jira).issues.values()} == {"RPT"}


def test_when_every_project_is_taken_away_all_are_named(jira: SampleJira) -> None:
    jira.view.hidden_projects |= set(jira.company.projects)

    with pytest.raises(RefusedError, match="cannot be seen any more") as failure:
        walk_small(jira)

    assert len(failure.value.problems) == len(jira.company.projects)


RIGHT_NOW = "Mon, 23 Nov 2026 06:00:00 GMT"
PASSING: list[Reply | str] = [
    GATEWAY_PAGE,
    as_json({}, 429, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}),
    as_json({}, 429, {"Retry-After": "Mon, 23 Nov 2026 05:00:00 GMT", "Date": RIGHT_NOW}),
    as_json({}, 429, {"Retry-After": "99999999"}),
    as_json({}, 429, {"X-RateLimit-Reset": "2001-01-01T00:00Z"}),
    Reply(429, b"<html>Too many requests</html>", content_type="text/html"),
    as_json({}, 429),
    as_json({}, 429, {"Retry-After": "soon"}),
    as_json({}, 500),
    as_json({}, 429, {"Retry-After": "0"}),
    as_json({}, 503, {"Retry-After": "0"}),
    as_json({}, 504),
    Reply(),
    "truncate",
    "gzip-cut",
    "reset",
]


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_waited_out(
    jira: SampleJira, profile: SiteProfile, fault: Reply | str
) -> None:
    jira.faults.append(on_search(fault, nth={1, 3}))

    reading = walk(site_of(jira), profile)

    assert reading.issues.keys() == jira.company.issues.keys()
    assert reading.report.retries == 2


LASTING = (GATEWAY_PAGE, PASSING[1], PASSING[6], PASSING[8], PASSING[12], "truncate", "reset")
"""What is given up in `make test` too: a page, hints, no hint, a status, nothing, broken bodies."""


@pytest.mark.parametrize(
    "fault",
    [pytest.param(each, marks=() if each in LASTING else pytest.mark.all) for each in PASSING],
)
def test_what_does_not_pass_is_given_up(
    jira: SampleJira, profile: SiteProfile, fault: Reply | str
) -> None:
    jira.faults.append(on_search(fault, nth=range(3, 1000)))

    with pytest.raises(HeadwayError) as failure:
        walk(site_of(jira), profile)

    assert failure.value.exit_code == 75
    assert searches(jira) < 60


def test_a_reply_that_drips_is_not_waited_for(jira: SampleJira) -> None:
    hasty = replace_(RESTLESS, attempts=2, deadline=0.3, budget=1)
    jira.faults.append(on_search("drip", nth=range(3, 1000)))

    with pytest.raises(HeadwayError, match="does not answer"):
        walk_small(jira, retry_policy=hasty)


def test_what_grows_past_all_sense_is_not_read_to_its_end(jira: SampleJira) -> None:
    """A small bomb under a low limit; `test_a_bomb_is_not_unpacked_to_its_end` has a real one."""
    small = replace_(ONCE, limits=RunLimits(largest_reply=200_000))
    bomb = Reply(200, gzip.compress(b" " * 400_000), {"Content-Encoding": "gzip"})
    jira.faults.append(on_search(bomb, nth=range(3, 1000)))

    with pytest.raises(IncompleteWalkError, match="larger than any"):
        walk_small(jira, retry_policy=small)


@pytest.mark.all
def test_a_bomb_is_not_unpacked_to_its_end(jira: SampleJira) -> None:
    jira.faults.append(on_search("gzip-bomb", nth=range(3, 1000)))

    with pytest.raises(IncompleteWalkError, match="larger than any"):
        walk_small(jira, retry_policy=ONCE)


def test_a_stop_is_heeded_before_the_next_request(jira: SampleJira) -> None:
    site = site_of(jira)
    stop = threading.Event()
    jira.faults.append(on_search(stop.set, nth=3))
    profile = profile_small(jira)

    with pytest.raises(StoppedError):
        walk(site, profile, stop=stop)

    assert searches(jira) <= 3 + FIRST


def test_warnings_of_jira_become_a_finding(cloud: SampleJira) -> None:
    cloud.faults.append(on_search("unknown-keys"))

    assert "jira-warning" in {finding.code for finding in walk_small(cloud).report.findings}


def test_what_is_odd_about_the_story_point_fields_becomes_a_finding(jira: SampleJira) -> None:
    site = site_of(jira)
    profile = profile_small(jira)
    twins = [replace(POINTS, id=f"customfield_{number}") for number in (7, 8)]
    others = [field for field in profile.fields if "point" not in field.name.casefold()]

    two = walk(site, replace(profile, fields=(*others, *twins)))
    none = walk(site, replace(profile, fields=tuple(others)))

    assert "points-ambiguous" in {finding.code for finding in two.report.findings}
    assert "points-missing" in {finding.code for finding in none.report.findings}


def test_nothing_is_fetched_that_is_not_needed(jira: SampleJira) -> None:
    walk_small(jira)
    bodies = [json.loads(document) for document in jira.posted]

    paths = {
        path.rpartition("/rest/api/")[2] for method, path, _ in jira.requests if method == "POST"
    }
    assert paths <= {"3/search/jql", "3/search/approximate-count", "3/issue/bulkfetch", "2/search"}
    for body in (body for body in bodies if body.keys() != {"jql"}):
        assert "*all" not in body["fields"]
        assert ("description" in body["fields"]) == (body["fields"] == ["description", "security"])
