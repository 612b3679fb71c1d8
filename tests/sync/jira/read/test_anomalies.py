"""Servers, proxies and indexes that misbehave: an error in plain words, or no issue less."""

import json
import time
from collections.abc import Container
from dataclasses import replace
from typing import Any

import pytest

from models.backlog import HierarchyLevel
from models.errors import (
    IdentityError,
    IncompleteWalkError,
    JiraUnreachableError,
    TryLaterError,
)
from sync.jira.client.retry import RetryPolicy
from sync.jira.describe.profile import profile_site
from sync.jira.read.search import PAGE, PAGE_OF_IDS
from sync.sample.company.company import Company
from sync.sample.protocol.exchange import Reply, Request, as_errors, as_json
from sync.sample.server.faults import Altered, Fault
from sync.sample.server.server import SampleJira
from tests.sync.jira.reading import (
    AUTHORITY,
    CANARY,
    ONCE,
    RESTLESS,
    TLS,
    profile_small,
    read,
    site_of,
    walk,
    walk_small,
)


def on_ids(reply: Any, nth: int | Container[int] | None = None) -> Fault:
    """What goes wrong where Cloud lists ids."""
    return Fault("/search/jql", reply, nth=nth)


@pytest.fixture
def many_pages(cloud: SampleJira, monkeypatch: pytest.MonkeyPatch) -> SampleJira:
    """Cloud, thirty ids a page."""
    monkeypatch.setitem(PAGE_OF_IDS, "cloud", 30)
    return cloud


def test_a_last_page_with_neither_token_nor_mark_is_the_last(many_pages: SampleJira) -> None:
    pages = -(-len(many_pages.company.issues) // 30)
    many_pages.faults.append(on_ids("no-end-marks", nth=pages))

    assert walk_small(many_pages).issues.keys() == many_pages.company.issues.keys()


def test_a_page_before_the_last_that_lacks_its_token_is_no_end(many_pages: SampleJira) -> None:
    """Jira counts more, and another way to page finds them."""
    many_pages.faults.append(on_ids("no-end-marks", nth=2))

    assert walk_small(many_pages).issues.keys() == many_pages.company.issues.keys()


@pytest.mark.parametrize("kind", ["no-islast", "null-token", "short-page", "empty-page-with-token"])
def test_pages_that_are_odd_but_legal_cost_no_issue(many_pages: SampleJira, kind: str) -> None:
    many_pages.faults.append(on_ids(kind, nth={2, 4}))

    assert walk_small(many_pages).issues.keys() == many_pages.company.issues.keys()


def test_pages_of_37_where_100_were_asked_for_cost_no_issue(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SampleJira(small, "datacenter", page_cap=37) as jira:
        assert walk_small(jira).issues.keys() == small.issues.keys()


def test_a_cursor_that_gets_ahead_of_its_rows_is_an_error(many_pages: SampleJira) -> None:
    many_pages.faults.append(on_ids("missing-half"))

    with pytest.raises(IncompleteWalkError, match="Jira counts"):
        walk_small(many_pages)


@pytest.mark.parametrize("kind", ["total-of-page", "no-total"])
def test_a_total_that_is_wrong_or_absent_ends_no_walk(datacenter: SampleJira, kind: str) -> None:
    datacenter.faults.append(Fault("/search", kind))

    assert walk_small(datacenter).issues.keys() == datacenter.company.issues.keys()


def test_a_total_that_changes_between_pages_costs_no_issue(datacenter: SampleJira) -> None:
    totals = iter(range(3, 10_000, 7))

    def recount(document: dict[str, Any]) -> None:
        if document["issues"]:
            document["total"] = len(document["issues"]) + next(totals)

    datacenter.faults.append(Fault("/search", Altered(recount)))

    assert walk_small(datacenter).issues.keys() == datacenter.company.issues.keys()


@pytest.mark.all
def test_row_10001_of_a_big_data_center_is_read(small: Company) -> None:
    """Offsets end there with a 500; ids do not."""
    like = max(small.issues.values(), key=lambda issue: issue.id)
    for number in range(10_001):
        small.add(replace(like, id=100_000 + number, key=f"RPT-{100_000 + number}"))
    with SampleJira(small, "datacenter", result_window=10_000) as jira:
        assert read(jira).issues.keys() == small.issues.keys()


def test_a_token_that_is_not_taken_any_more_is_an_error_and_the_next_walk_is_whole(
    many_pages: SampleJira,
) -> None:
    """Tokens live a week; none of ours outlives its walk."""
    expired = as_errors(400, "The provided next page token is invalid.")
    many_pages.faults.append(on_ids(expired, nth=3))

    with pytest.raises(IncompleteWalkError, match="does not accept the search"):
        walk_small(many_pages)
    assert walk_small(many_pages).issues.keys() == many_pages.company.issues.keys()


def test_a_token_that_dies_between_two_pages_ends_the_walk(many_pages: SampleJira) -> None:
    many_pages.faults.append(on_ids(many_pages.revoke, nth=4))

    with pytest.raises(IdentityError, match="token"):
        walk_small(many_pages)


def test_an_issue_that_poisons_every_page_it_is_on_is_named_and_blocks_no_other(
    jira: SampleJira,
) -> None:
    poison = sorted(jira.company.issues)[100]

    def choke(document: dict[str, Any]) -> None:
        for issue in document.get("issues", ()):
            if issue["id"] == str(poison) and "fields" in issue:
                issue["fields"]["updated"] = "never"

    jira.faults.append(Fault("/rest/api", Altered(choke), method="POST"))

    reading = walk_small(jira)

    assert set(jira.company.issues) - reading.issues.keys() == {poison}
    assert [f.where for f in reading.report.findings if f.code == "issue-unreadable"] == [
        f"issue id {poison}"
    ]


def test_an_issue_that_could_not_be_loaded_is_asked_for_again(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("bulkfetch", "issue-error", nth=1))

    assert walk_small(cloud).issues.keys() == cloud.company.issues.keys()


def test_one_issue_deleted_since_it_was_listed_does_not_cost_those_asked_for_with_it(
    jira: SampleJira,
) -> None:
    """Data Center refuses a whole search for it."""
    doomed = sorted(jira.company.issues)[3]
    listing = 1 if jira.view.is_cloud else len(jira.company.issues) // 35 + 2
    jira.faults.append(
        Fault("/rest/api", lambda: jira.company.remove(doomed), nth=listing + 1, method="POST")
    )

    assert walk_small(jira).issues.keys() == jira.company.issues.keys()
    assert doomed not in jira.company.issues


def test_a_description_that_does_not_come_is_not_taken_for_none(jira: SampleJira) -> None:
    def lose(document: dict[str, Any]) -> None:
        rows = document.get("issues", [])
        if rows and rows[0].get("fields", {}).keys() == {"description", "security"}:
            del rows[:1]

    path = "bulkfetch" if jira.view.is_cloud else "/search"
    whole = walk_small(jira).issues
    jira.faults.append(Fault(path, Altered(lose), method="POST"))

    reading = walk_small(jira)

    lost = {int(f.where.split()[-1]) for f in reading.report.findings if "description" in f.what}
    epics = {issue.id for issue in whole.values() if issue.hierarchy_level is HierarchyLevel.EPIC}
    came = {
        i: issue
        for i, issue in reading.issues.items()
        if issue.hierarchy_level is HierarchyLevel.EPIC
    }
    assert lost
    assert epics - came.keys() == lost
    assert all(issue.description == whole[i].description for i, issue in came.items())


def drip(path: str) -> Fault:
    return Fault(path, "drip")


QUESTIONS = ("serverInfo", "myself", "/field", "issuetype", "/project")
BREAKS = ("truncate", "gzip-cut", "reset", "bad-gateway")


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_question_that_is_answered_drop_by_drop_has_its_deadline(
    jira: SampleJira, path: str
) -> None:
    jira.faults.append(drip(path))
    hasty = replace(ONCE, deadline=0.2)
    began = time.monotonic()

    with pytest.raises(JiraUnreachableError, match="in time"):
        profile_site(site_of(jira), hasty)

    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        # Each question and each way once in `make test`; every question in every way in test-all.
        pytest.param(path, kind, marks=() if place % 4 == way else pytest.mark.all)
        for way, kind in enumerate(BREAKS)
        for place, path in enumerate(QUESTIONS)
    ],
)
def test_a_question_whose_answer_breaks_is_asked_again(
    jira: SampleJira, path: str, kind: str
) -> None:
    jira.faults.append(Fault(path, kind, nth=1))

    assert profile_site(site_of(jira), RESTLESS).projects


LONG_AGO = {"X-RateLimit-Reset": "2001-01-01T00:00Z"}


@pytest.mark.parametrize("headers", [{"Retry-After": "0.2"}, {"Retry-After": "0.2", **LONG_AGO}])
@pytest.mark.parametrize("status", [429, 503])
def test_jira_is_never_asked_sooner_than_it_says(
    jira: SampleJira, headers: dict[str, str], status: int
) -> None:
    asked: list[float] = []
    jira.faults.append(Fault("/rest/api", as_json({}, status, headers), nth=1, method="POST"))
    jira.faults.append(Fault("/rest/api", lambda: asked.append(time.monotonic()), method="POST"))
    patient = RetryPolicy(attempts=3, first_wait=0.0, longest_wait=0.0)
    site, profile = site_of(jira), profile_small(jira)
    began = time.monotonic()

    reading = walk(site, profile, retry_policy=patient)

    assert reading.issues.keys() == jira.company.issues.keys()
    assert asked[0] - began >= 0.2


@pytest.mark.parametrize("path", ["myself", "/rest/api"])
def test_who_asks_for_an_hour_is_left_alone_for_this_run(jira: SampleJira, path: str) -> None:
    method = "POST" if path == "/rest/api" else "GET"
    jira.faults.append(Fault(path, as_json({}, 429, {"Retry-After": "3600"}), method=method))

    with pytest.raises(TryLaterError, match="asked again for 3600 seconds"):
        read(jira, retry_policy=RetryPolicy())

    refused = [status for _, _, status in jira.requests if status == 429]
    assert len(refused) == 1


def test_a_scoped_token_is_refused_at_the_site_and_told_where_it_works(small: Company) -> None:
    with SampleJira(small, "cloud", bad_credentials="401") as jira:
        jira.account.token = CANARY

        with pytest.raises(IdentityError, match="HEADWAY_JIRA_API_URL") as refused:
            read(jira, token="scoped")

    assert CANARY not in str(refused.value)


def test_a_scoped_token_works_at_its_own_address_and_links_to_the_site_are_not_followed(
    small: Company,
) -> None:
    with (
        SampleJira(small, "cloud", bad_credentials="401") as front,
        SampleJira(small, "cloud", context_path="/ex/jira/11-22") as gateway,
    ):
        front.account.token = "another"
        reading = read(gateway, url=front.url, api_url=gateway.url)

        assert reading.issues.keys() == small.issues.keys()
        assert front.requests == []


@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
def test_a_context_path_is_part_of_the_address_everywhere(small: Company, dialect: Any) -> None:
    with SampleJira(small, dialect, context_path="/jira") as jira:
        assert read(jira).issues.keys() == small.issues.keys()


@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
def test_a_company_with_its_own_authority_is_read_over_tls(small: Company, dialect: Any) -> None:
    with SampleJira(small, dialect, certificate=TLS / "loopback.pem") as jira:
        reading = read(jira, ca_file=str(AUTHORITY))

        assert reading.issues.keys() == small.issues.keys()


@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
def test_an_authority_that_nobody_named_is_not_trusted(small: Company, dialect: Any) -> None:
    with SampleJira(small, dialect, certificate=TLS / "loopback.pem") as jira:
        site = site_of(jira)
        profile = profile_site(site, ONCE)

        with pytest.raises(JiraUnreachableError, match="HEADWAY_JIRA_CA_FILE"):
            profile_site(site_of(jira, ca_file=None), ONCE)
        with pytest.raises(JiraUnreachableError, match="HEADWAY_JIRA_CA_FILE"):
            walk(site_of(jira, ca_file=None), profile, retry_policy=ONCE)


def captcha(jira: SampleJira) -> Reply:
    headers = {
        "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
        "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://x.invalid",
    }
    return Reply(401, b"{}", headers)


@pytest.mark.parametrize("nth", [1, 3])
def test_a_captcha_in_the_middle_of_a_walk_is_met_once_and_named(
    jira: SampleJira, nth: int
) -> None:
    fault = Fault("/rest/api", captcha(jira), nth=range(nth, 99), method="POST")
    jira.faults.append(fault)

    with pytest.raises(IdentityError, match="captcha"):
        walk_small(jira)

    assert fault.hits <= 4


def test_a_whole_walk_waits_for_pages_of_one_size_alone(jira: SampleJira) -> None:
    """No page is asked for by an offset, which drifts when rows come and go."""
    walk_small(jira)
    bodies = [json.loads(document) for document in jira.posted]

    assert {body.get("startAt", 0) for body in bodies} == {0}
    assert all(
        "project in (" in body["jql"] or "id in (" in body["jql"]
        for body in bodies
        if "jql" in body
    )
    assert PAGE["cloud"] <= 100


@pytest.mark.parametrize(
    "answer",
    [
        *(as_errors(status, "No.") for status in (403, 404, 405, 410, 501)),
        *(as_json({"count": count}) for count in ("many", -1, None, 10**400)),
    ],
)
def test_a_jira_that_does_not_count_is_read_with_a_note(cloud: SampleJira, answer: Reply) -> None:
    cloud.faults.append(Fault("approximate-count", answer))

    reading = walk_small(cloud)

    assert reading.issues.keys() == cloud.company.issues.keys()
    assert "count-missing" in {finding.code for finding in reading.report.findings}


def refuse_paging_by_id(jira: SampleJira) -> None:
    answer = jira.dialect.answer

    def refuse(request: Request) -> Reply:
        if request.method == "POST" and "id >" in request.document().get("jql", ""):
            return as_errors(400, "The operator '>' is not supported by the 'id' field.")
        return answer(request)

    jira.dialect.answer = refuse  # type: ignore[method-assign]


def test_a_data_center_that_does_not_compare_ids_is_read_by_offset(datacenter: SampleJira) -> None:
    refuse_paging_by_id(datacenter)

    reading = walk_small(datacenter)

    assert reading.issues.keys() == datacenter.company.issues.keys()
    assert "paged-by-offset" in {finding.code for finding in reading.report.findings}


def test_an_issue_that_goes_while_offsets_are_counted_is_no_gap(datacenter: SampleJira) -> None:
    refuse_paging_by_id(datacenter)
    doomed = sorted(datacenter.company.issues)[3]
    offsets: list[int] = []
    answer = datacenter.dialect.answer

    def remove(request: Request) -> Reply:
        asked = request.document() if request.method == "POST" else {}
        if asked.get("startAt") and doomed in datacenter.company.issues:
            offsets.append(asked["startAt"])
            datacenter.company.remove(doomed)
        return answer(request)

    datacenter.dialect.answer = remove  # type: ignore[method-assign]

    with pytest.raises(IncompleteWalkError, match="rows came and went"):
        walk_small(datacenter)
    assert walk_small(datacenter).issues.keys() == datacenter.company.issues.keys()


@pytest.mark.parametrize("share", [1.3, 0.7])
def test_a_count_that_is_always_wrong_is_a_finding(jira: SampleJira, share: float) -> None:
    def miscount(document: dict[str, Any]) -> None:
        for name in ("count", "total"):
            if name in document:
                document[name] = int(document[name] * share)

    jira.faults.append(Fault("/search", Altered(miscount), method="POST"))

    reading = walk_small(jira)

    assert reading.issues.keys() == jira.company.issues.keys()
    told = {finding.code for finding in reading.report.findings}
    assert ("count-differs" in told) == (share > 1)
