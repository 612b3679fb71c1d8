"""Atlassian's contracts between our client and the sample Jira: both must keep to them.

Where Atlassian itself does not, the contract is not held against anybody:
- Data Center describes `fields` of GET /search as objects, which no address can carry; the client
  asks by POST, and so do these tests.
- Neither lists 401 for every path, though every path can be refused; Prism only warns of that.
- Cloud's examples of bulkfetch, serverInfo and changelogs break its own schemas; no test needs one.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.sample.company.company import Company, build_company
from sync.sample.protocol.exchange import Reply
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from tests.contracts.conftest import Witnessing
from tests.contracts.sharpening import Dialect
from tests.runs.place import a_place
from tests.sync.sample.asking import ask, credentials

pytestmark = pytest.mark.all

IN_A_PROJECT = "project = PAY"
READS: dict[Dialect, dict[str, int]] = {
    "cloud": {
        "serverInfo": 200,
        "myself": 200,
        "field": 200,
        "issuetype": 200,
        "status": 200,
        "project/search?startAt=2&maxResults=2&orderBy=key": 200,
        "project/search?keys=PAY&keys=ID": 200,
        "project/search?id=10101": 200,
        "mypermissions?permissions=BROWSE_PROJECTS,CREATE_ISSUES": 200,
        "mypermissions?permissions=BROWSE_PROJECTS&projectKey=PAY": 200,
        "mypermissions?permissions=BROWSE_PROJECTS&projectKey=NOPE": 404,
        "mypermissions": 400,
        "issue/PAY-1": 200,
        "issue/PAY-1?fields=summary,status": 200,
        "issue/NOPE-1": 404,
        "search/jql?jql=project%3DPAY&fields=*all&maxResults=50": 200,
        "search/jql?jql=project%3DPAY": 200,
        "search/jql?jql=order+by+key": 400,
        "search/jql?jql=nope%3D1": 400,
    },
    "datacenter": {
        "serverInfo": 200,
        "myself": 200,
        "field": 200,
        "issuetype": 200,
        "status": 200,
        "statuscategory": 200,
        "project": 200,
        "mypermissions": 200,
        "mypermissions?projectKey=PAY": 200,
        "mypermissions?projectKey=NOPE": 404,
        "issue/PAY-1": 200,
        "issue/PAY-1?fields=summary": 200,
        "issue/NOPE-1": 404,
        "search?jql=project%3DPAY&startAt=5&maxResults=20": 200,
        "search?jql=nope%3D1": 400,
    },
}
SEARCHES: dict[Dialect, list[tuple[str, dict[str, Any], int]]] = {
    "cloud": [
        ("search/jql", {"jql": IN_A_PROJECT, "fields": ["*all"], "maxResults": 100}, 200),
        ("search/jql", {"jql": IN_A_PROJECT, "fields": ["id", "key"]}, 200),
        ("search/jql", {"jql": IN_A_PROJECT, "fieldsByKeys": False, "expand": "names"}, 200),
        ("search/jql", {"jql": "order by key"}, 400),
        ("search/jql", {"jql": "project = NOPE"}, 400),
        ("search/approximate-count", {"jql": IN_A_PROJECT}, 200),
        ("search/approximate-count", {"jql": "nope = 1"}, 400),
        ("issue/bulkfetch", {"issueIdsOrKeys": ["PAY-1", "10002"], "fields": ["*all"]}, 200),
        ("issue/bulkfetch", {"issueIdsOrKeys": ["NOPE-1"]}, 200),
        ("issue/bulkfetch", {"issueIdsOrKeys": []}, 400),
    ],
    "datacenter": [
        ("search", {"jql": IN_A_PROJECT, "fields": ["*all"], "maxResults": 100}, 200),
        ("search", {"jql": IN_A_PROJECT, "fields": ["id"], "startAt": 500}, 200),
        ("search", {"jql": IN_A_PROJECT, "validateQuery": True, "expand": ["names"]}, 200),
        ("search", {"jql": "project = NOPE"}, 400),
    ],
}
REFUSED: dict[Dialect, dict[str, int]] = {
    "cloud": {
        "serverInfo": 401,
        "myself": 401,
        "field": 401,
        "issuetype": 401,
        "status": 401,
        "project/search": 401,
        "mypermissions?permissions=BROWSE_PROJECTS": 401,
        "issue/PAY-1": 401,
        "search/jql?jql=project%3DPAY": 401,
    },
    "datacenter": dict.fromkeys(
        ("serverInfo", "myself", "field", "issuetype", "status", "project", "issue/PAY-1"), 401
    ),
}
TO_ANYBODY: dict[Dialect, dict[str, int]] = {
    "cloud": {
        "serverInfo": 200,
        "field": 200,
        "issuetype": 200,
        "status": 200,
        "project/search": 200,
        "mypermissions?permissions=BROWSE_PROJECTS": 200,
        "issue/PAY-1": 404,
        "search/jql?jql=project%3DPAY": 200,
    },
    "datacenter": {"serverInfo": 200, "search": 200, "field": 401, "project": 401},
}
BAD_REQUEST: dict[Dialect, tuple[str, dict[str, Any]]] = {
    "cloud": ("search/jql", {"jql": IN_A_PROJECT, "startAt": 0}),
    "datacenter": ("search", {"jql": IN_A_PROJECT, "nextPageToken": "x"}),
}


def api(dialect: Dialect) -> str:
    """Where that kind of Jira answers."""
    return f"/rest/api/{3 if dialect == 'cloud' else 2}/"


@pytest.fixture(scope="session")
def whole() -> Company:
    """The whole company, for tests that only look."""
    return build_company()


def test_a_bad_request_and_a_bad_answer_are_told_on(
    dialect: Dialect, whole: Company, witnessing: Witnessing
) -> None:
    path, body = BAD_REQUEST[dialect]
    strange = b'{"issues":[{"id":"1","key":"PAY-1","fields":{"status":{"id":5}}}]}'
    fault = Fault("/search", Reply(body=strange))

    with SampleJira(whole, dialect, faults=[fault]) as jira, witnessing(jira) as observe:
        asked = ask(jira, api(dialect) + path, body, through=observe.url)
        answered = ask(jira, api(dialect) + path, {"jql": IN_A_PROJECT}, through=observe.url)

    assert (asked.status, answered.status) == (422, 500)
    assert fault.hits == 1
    assert "additional properties" in observe.objections[0]
    assert "issues.0.fields.status.id must be string" in observe.objections[1]


def test_every_read_keeps_to_the_contract(
    dialect: Dialect, whole: Company, witnessing: Witnessing
) -> None:
    with SampleJira(whole, dialect) as jira, witnessing(jira) as observe:
        reads = {
            path: ask(jira, api(dialect) + path, through=observe.url).status
            for path in READS[dialect]
        }
        searches = [
            (path, body, ask(jira, api(dialect) + path, body, through=observe.url).status)
            for path, body, _ in SEARCHES[dialect]
        ]

    assert observe.objections == []
    assert reads == READS[dialect]
    assert searches == SEARCHES[dialect]


def test_every_page_of_a_search_keeps_to_the_contract(
    whole: Company, dialect: Dialect, witnessing: Witnessing
) -> None:
    path = api(dialect) + ("search/jql" if dialect == "cloud" else "search")
    came = 0
    more: dict[str, Any] | None = {}

    with SampleJira(whole, dialect, page_cap=100) as jira, witnessing(jira) as observe:
        while more is not None:
            body = {"jql": "id > 0", "fields": ["*all"], "maxResults": 500}
            page = ask(jira, path, body | more, through=observe.url).json
            came += len(page["issues"])
            more = _next(page, came)

    assert observe.objections == []
    assert came == len(whole.issues)


def test_every_refusal_keeps_to_the_contract(
    dialect: Dialect, whole: Company, witnessing: Witnessing
) -> None:
    with (
        SampleJira(whole, dialect, bad_credentials="401") as jira,
        witnessing(jira) as observe,
    ):
        wrong = credentials(jira, "some other token")
        refused = {
            path: ask(jira, api(dialect) + path, headers=wrong, through=observe.url).status
            for path in REFUSED[dialect]
        }
        answered = {
            path: ask(jira, api(dialect) + path, headers={}, through=observe.url).status
            for path in TO_ANYBODY[dialect]
        }

    assert observe.objections == []
    assert refused == REFUSED[dialect]
    assert answered == TO_ANYBODY[dialect]


def test_whole_runs_keep_to_the_contract(
    dialect: Dialect,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    witnessing: Witnessing,
) -> None:
    urls = (f"sqlite:///{tmp_path}/clean.db", f"sqlite:///{tmp_path}/internal/state.db")

    with a_place(tmp_path, urls, capsys, dialect) as place, witnessing(place.jira) as observe:
        place.settings["jira_url"] = observe.url
        place.headway("migrate")
        first = place.headway("sync")
        place.company.now += timedelta(hours=1)
        place.company.edit(place.company.epics()[0].id, summary="Something else")
        changed = place.headway("sync")
        place.company.now += timedelta(hours=21)
        place.company.remove(place.company.epics()[-1].id)
        census = place.headway("sync")
        full = place.headway("sync", "--full")
        place.jira.view.hidden_projects.add("INT")
        lost = place.headway("sync")

    assert observe.objections == []
    assert [said.code for said in (first, changed, census, full)] == [0, 0, 0, 0]
    assert lost.code in (0, 75, 77)
    assert sorted(observe.asked) == sorted(place.jira.requests)


def _next(page: dict[str, Any], came: int) -> dict[str, Any] | None:
    """What to add to the search for its next page, if there is one."""
    if "total" in page:
        return {"startAt": came} if came < page["total"] else None
    token = page.get("nextPageToken")
    return {"nextPageToken": token} if token else None
