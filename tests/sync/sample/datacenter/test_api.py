"""The sample Jira as Data Center: offset paging, Epic Link by key, personal access tokens."""

import pytest

from sync.sample.company.company import Company
from sync.sample.company.issues import Level
from sync.sample.server.server import SampleJira
from tests.sync.sample.asking import OLD_SEARCH, SEARCH, ask, credentials, field, ids


def test_there_is_no_third_version(datacenter: SampleJira) -> None:
    assert ask(datacenter, SEARCH, {"jql": "project = ID"}).status == 404
    assert ask(datacenter, "/rest/api/3/myself").status == 404


def test_a_page_says_where_it_is_and_holds_fifty_unless_asked(datacenter: SampleJira) -> None:
    page = ask(datacenter, OLD_SEARCH, jql="project = ID ORDER BY id").json

    total = len(datacenter.company.ids_of("ID"))
    assert (page["startAt"], page["maxResults"], page["total"]) == (0, 50, total)
    assert len(page["issues"]) == 50
    assert "summary" in page["issues"][0]["fields"]


def test_the_admins_cap_wins_over_the_wish(company: Company) -> None:
    with SampleJira(company, "datacenter", page_cap=20) as jira:
        page = ask(jira, OLD_SEARCH, {"jql": "project = ID", "maxResults": 1000}).json

    assert page["maxResults"] == len(page["issues"]) == 20


def test_offset_pages_give_every_issue_once_while_nothing_moves(
    datacenter: SampleJira, company: Company
) -> None:
    found: list[int] = []
    total = len(company.ids_of("PAY"))
    while len(found) < total:
        body = {"jql": "project = PAY ORDER BY id", "startAt": len(found), "maxResults": 100}
        found += ids(ask(datacenter, OLD_SEARCH, {**body, "fields": ["summary"]}).json["issues"])

    assert found == company.ids_of("PAY")


def test_a_deletion_between_offset_pages_skips_a_row(
    datacenter: SampleJira, company: Company
) -> None:
    expected = company.ids_of("PAY")[100]
    company.remove(company.ids_of("PAY")[0])

    body = {"jql": "project = PAY ORDER BY id", "startAt": 100, "maxResults": 10}

    assert expected not in ids(ask(datacenter, OLD_SEARCH, body).json["issues"])


def test_behind_the_result_window_there_is_an_error(company: Company) -> None:
    with SampleJira(company, "datacenter", result_window=200) as jira:
        inside = ask(jira, OLD_SEARCH, jql="project = PAY", startAt=100, maxResults=100)
        outside = ask(jira, OLD_SEARCH, jql="project = PAY", startAt=101, maxResults=100)

    assert (inside.status, outside.status) == (200, 500)


def test_keyset_paging_walks_everything(datacenter: SampleJira, company: Company) -> None:
    found = [0]
    while True:
        jql = f"(project = CORE) AND id > {found[-1]} ORDER BY id ASC"
        page = ids(ask(datacenter, OLD_SEARCH, {"jql": jql, "maxResults": 150}).json["issues"])
        if not page:
            break
        found += page

    assert found[1:] == company.ids_of("CORE")


def test_a_query_without_restriction_is_allowed(datacenter: SampleJira, company: Company) -> None:
    page = ask(datacenter, OLD_SEARCH, jql="ORDER BY key", maxResults=1).json

    assert page["total"] == len(company.issues)


@pytest.mark.parametrize(
    "body",
    [
        {"jql": "project = NOPE"},
        {"jql": "project = ID", "validateQuery": "strict"},
        {"jql": "project = ID", "expand": "names"},
        {"jql": "project = ID", "startAt": "first"},
        {"jql": "hierarchyLevel = 1"},
    ],
)
def test_what_it_does_not_know_is_refused(datacenter: SampleJira, body: dict[str, object]) -> None:
    assert ask(datacenter, OLD_SEARCH, body).status == 400


def test_a_story_names_its_epic_by_key_and_has_no_parent(
    datacenter: SampleJira, company: Company
) -> None:
    epic = company.by_key("PAY-120")
    assert epic is not None
    story = company.children_of(epic.id)[0]

    fields = ask(datacenter, f"/rest/api/2/issue/{story.id}").json["fields"]

    assert fields[field(datacenter, "Epic Link")] == "PAY-120"
    assert "parent" not in fields


def test_a_subtask_has_a_parent_and_no_epic_link(datacenter: SampleJira, company: Company) -> None:
    subtask = [each for each in company.issues.values() if each.level is Level.SUBTASK][-1]

    fields = ask(datacenter, f"/rest/api/2/issue/{subtask.id}").json["fields"]

    assert fields["parent"]["id"] == str(subtask.parent)
    assert fields[field(datacenter, "Epic Link")] is None


def test_types_have_no_level_and_epics_alone_an_epic_name(datacenter: SampleJira) -> None:
    types = ask(datacenter, "/rest/api/2/issuetype").json
    epic = ask(datacenter, "/rest/api/2/issue/ID-140").json["fields"]
    [story] = ask(
        datacenter, OLD_SEARCH, jql='"Epic Link" = ID-140 ORDER BY id', maxResults=1
    ).json["issues"]

    name = field(datacenter, "Epic Name")
    assert not any("hierarchyLevel" in each for each in types)
    assert epic[name]
    assert name not in story["fields"]


def test_custom_fields_are_known_by_their_type(datacenter: SampleJira) -> None:
    listed = ask(datacenter, "/rest/api/2/field").json
    types = {each["schema"].get("custom") for each in listed}

    assert "com.pyxis.greenhopper.jira:gh-epic-link" in types
    assert "com.pyxis.greenhopper.jira:gh-epic-label" in types
    assert not any("key" in each or "scope" in each for each in listed)


def test_every_reply_names_the_user_and_the_token_bucket(datacenter: SampleJira) -> None:
    answer = ask(datacenter, "/rest/api/2/myself")

    assert answer.headers["X-AUSERNAME"] == "headway"
    assert answer.headers["X-RateLimit-FillRate"] == "500"
    assert answer.json["name"] == "headway"


def test_a_wrong_token_is_refused_everywhere(datacenter: SampleJira) -> None:
    for path in ("/rest/api/2/myself", "/rest/api/2/field", "/rest/api/2/serverInfo"):
        answer = ask(datacenter, path, headers=credentials(datacenter, "wrong"))
        assert answer.status == 401
        assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"


def test_without_credentials_somebody_anonymous_finds_nothing(datacenter: SampleJira) -> None:
    answer = ask(datacenter, OLD_SEARCH, headers={}, jql="project = ID")

    assert answer.json["total"] == 0
    assert answer.headers["X-AUSERNAME"] == "anonymous"


def test_it_may_live_below_a_context_path(company: Company) -> None:
    with SampleJira(company, "datacenter", context_path="/jira") as jira:
        told = ask(jira, "/rest/api/2/serverInfo").json
        projects = ask(jira, "/rest/api/2/project").json

    assert told["baseUrl"] == jira.url
    assert jira.url.endswith("/jira")
    assert {each["key"] for each in projects} == set(company.projects)
