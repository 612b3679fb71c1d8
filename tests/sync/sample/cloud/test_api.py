"""The sample Jira as Cloud: what Atlassian's pages and other people's accidents say it does."""

from typing import Any

import pytest

from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from tests.sync.sample.asking import (
    BULK,
    OLD_SEARCH,
    SEARCH,
    ask,
    credentials,
    field,
    ids,
    pages,
    search,
)


@pytest.mark.parametrize("version", [2, 3])
def test_the_old_search_is_gone(cloud: SampleJira, version: int) -> None:
    answer = ask(cloud, f"/rest/api/{version}/search", jql="project = ID")

    assert answer.status == 410
    assert answer.said.startswith("The requested API has been removed.")


def test_a_search_gives_ids_only_unless_fields_are_named(cloud: SampleJira) -> None:
    page = search(cloud, "project = ID")

    assert all(set(issue) == {"id"} for issue in page["issues"])


def test_a_page_has_no_total_and_the_last_one_no_token(cloud: SampleJira) -> None:
    first = search(cloud, "project = EIN ORDER BY id", maxResults=5)
    last = search(cloud, "project = EIN ORDER BY id", maxResults=5000)

    assert set(first) == {"issues", "isLast", "nextPageToken"}
    assert set(last) == {"issues", "isLast"}
    assert (first["isLast"], last["isLast"]) == (False, True)


@pytest.mark.parametrize(
    "body",
    [
        {"jql": "project = ID", "startAt": 0},
        {"jql": "project = ID", "validateQuery": True},
        {"jql": "project = ID", "fields": "summary"},
        {"jql": "project = ID", "expand": ["names"]},
        {"jql": "project = ID", "maxResults": "50"},
        {"jql": "project = ID", "reconcileIssues": list(range(51))},
        ["project = ID"],
    ],
)
def test_a_body_jira_does_not_know_is_refused(cloud: SampleJira, body: Any) -> None:
    assert ask(cloud, SEARCH, body).status == 400


def test_an_unknown_parameter_in_the_address_is_ignored(cloud: SampleJira) -> None:
    answer = ask(cloud, SEARCH, jql="project = ID ORDER BY id", startAt=40, maxResults=1)

    assert ids(answer.json["issues"]) == [cloud.company.ids_of("ID")[0]]


@pytest.mark.parametrize(
    ("jql", "said"),
    [
        ("", "Unbounded"),
        ("ORDER BY key", "Unbounded"),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("key = ID-99999", "An issue with key 'ID-99999' does not exist for field 'key'."),
        ("project = ID OR project = PAY", "Error in the JQL Query"),
        ("project = ID AND updated >= '2026-11-01T00:00:00Z'", "Date value"),
        ("colour = red", "Field 'colour' does not exist"),
        ("project = ID ORDER BY id,key,id,key,id,key,id,key", "Error in the JQL Query"),
        ("project = ID AND", "Error in the JQL Query"),
        ("project = ID ) ", "Error in the JQL Query"),
    ],
)
def test_a_query_jira_cannot_answer_is_refused(cloud: SampleJira, jql: str, said: str) -> None:
    answer = ask(cloud, SEARCH, {"jql": jql})

    assert answer.status == 400
    assert answer.said.startswith(said)


@pytest.mark.whole_backlog
def test_a_page_of_ids_may_be_large_and_one_with_fields_not(cloud: SampleJira) -> None:
    only_ids = search(cloud, "project in (ID, PAY, CORE)", fields=["id"], maxResults=9999)
    with_fields = search(cloud, "project in (ID, PAY)", fields=["summary"], maxResults=9999)

    assert len(only_ids["issues"]) > 1000
    assert len(with_fields["issues"]) == 100


@pytest.mark.parametrize("order", ["ORDER BY id", "ORDER BY updated DESC, id", "ORDER BY key", ""])
def test_following_tokens_gives_every_issue_once(
    cloud: SampleJira, company: Company, order: str
) -> None:
    jql = f"project = RPT {order}"

    found = [each for page in pages(cloud, jql, maxResults=37) for each in ids(page)]

    assert sorted(found) == company.ids_of("RPT")


def test_a_token_belongs_to_its_query(cloud: SampleJira) -> None:
    token = search(cloud, "project = ID", maxResults=1)["nextPageToken"]

    assert ask(cloud, SEARCH, {"jql": "project = PAY", "nextPageToken": token}).status == 400
    assert ask(cloud, SEARCH, {"jql": "project = ID", "nextPageToken": "x"}).status == 400


def test_a_walk_by_id_is_not_disturbed_by_deletions(cloud: SampleJira, company: Company) -> None:
    walk = pages(cloud, "project = ID ORDER BY id", maxResults=100)
    seen = ids(next(walk))
    company.remove(seen[-1])

    rest = [each for page in walk for each in ids(page)]

    assert sorted({*seen[:-1], *rest}) == company.ids_of("ID")


@pytest.mark.parametrize("jql", ["(project = PAY) AND id > {} ORDER BY id ASC", "id > {}"])
def test_an_id_can_be_the_lower_bound(cloud: SampleJira, company: Company, jql: str) -> None:
    bound = company.ids_of("PAY")[100]

    found = ids(search(cloud, jql.format(bound), maxResults=5000)["issues"])

    assert min(found) > bound
    assert {each for each in company.ids_of("PAY") if each > bound} <= set(found)


@pytest.mark.whole_backlog
@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("parent = ID-163 AND statusCategory = Done", 3),
        ("project = EIN AND issuetype = Épopée", 3),
        ("project = EIN AND hierarchyLevel = 1", 3),
        ("key in (ID-140, 'PAY-310', core-212)", 3),
        ("status = Fertig AND key = RPT-104", 1),
        ("project = ID AND level is not EMPTY", 6),
    ],
)
def test_the_usual_clauses_are_understood(cloud: SampleJira, jql: str, keys: int) -> None:
    assert len(search(cloud, jql)["issues"]) == keys


def test_the_count_is_approximate_count(cloud: SampleJira, company: Company) -> None:
    answer = ask(cloud, "/rest/api/3/search/approximate-count", {"jql": "project = PAY"})

    assert answer.json == {"count": len(company.ids_of("PAY"))}


@pytest.mark.whole_backlog
def test_bulk_fetch_leaves_out_what_is_gone_and_resolves_former_keys(
    cloud: SampleJira, company: Company
) -> None:
    former, moved = next(iter(company.former_keys.items()))
    body = {"issueIdsOrKeys": ["id-140", former, "999999"], "fields": ["summary"]}

    reply = ask(cloud, BULK, body).json

    assert len(reply["issues"]) == 2
    assert moved in ids(reply["issues"])
    assert ids(reply["issues"]) == sorted(ids(reply["issues"]))
    assert reply["issueErrors"] == []


@pytest.mark.parametrize("count", [0, 101])
def test_bulk_fetch_takes_one_to_a_hundred(cloud: SampleJira, count: int) -> None:
    body = {"issueIdsOrKeys": [str(10001 + each) for each in range(count)]}

    assert ask(cloud, BULK, body).status == 400


def test_an_epic_is_known_by_its_level_and_a_story_by_its_parent(cloud: SampleJira) -> None:
    epic = ask(cloud, "/rest/api/3/issue/EIN-3").json
    [story] = search(cloud, "parent = EIN-3", fields=["parent"], maxResults=1)["issues"]

    assert epic["fields"]["issuetype"]["name"] == "Épopée"
    assert epic["fields"]["issuetype"]["hierarchyLevel"] == 1
    assert "parent" not in epic["fields"]
    assert story["fields"]["parent"]["key"] == "EIN-3"


def test_a_parent_out_of_sight_is_named_all_the_same(cloud: SampleJira, company: Company) -> None:
    orphan = next(each for each in company.issues.values() if each.parent in company.elsewhere)

    issue = ask(cloud, f"/rest/api/3/issue/{orphan.key}").json

    assert issue["fields"]["parent"]["key"] == "OPS-17"


def test_texts_are_documents_in_v3_and_markup_in_v2(cloud: SampleJira, company: Company) -> None:
    epic = company.epics()[0]
    company.edit(epic.id, description="h2. Why\n* because")

    document = ask(cloud, f"/rest/api/3/issue/{epic.key}").json["fields"]["description"]
    markup = ask(cloud, f"/rest/api/2/issue/{epic.key}").json["fields"]["description"]

    assert [node["type"] for node in document["content"]] == ["heading", "bulletList"]
    assert markup == "h2. Why\n* because"


def test_times_have_milliseconds_and_an_offset_without_colon(cloud: SampleJira) -> None:
    issue = ask(cloud, "/rest/api/3/issue/ID-140").json

    assert issue["fields"]["created"].endswith(".137-0500")


def test_points_stand_in_one_field_or_the_other(cloud: SampleJira) -> None:
    points, estimate = field(cloud, "Story Points"), field(cloud, "Story point estimate")
    asked = {"fields": [points, estimate], "maxResults": 100}

    company_managed = search(cloud, "project = PAY", **asked)["issues"]
    team_managed = search(cloud, "project = RPT", **asked)["issues"]

    assert any(issue["fields"][points] for issue in company_managed)
    assert not any(issue["fields"][estimate] for issue in company_managed)
    assert any(issue["fields"][estimate] for issue in team_managed)
    assert not any(points in issue["fields"] for issue in team_managed)


def test_each_board_says_which_field_it_adds_up(cloud: SampleJira) -> None:
    boards = ask(cloud, "/rest/agile/1.0/board").json["values"]
    used = {
        board["location"]["projectKey"]: ask(
            cloud, f"/rest/agile/1.0/board/{board['id']}/configuration"
        ).json["estimation"]["field"]["fieldId"]
        for board in boards
    }

    assert used["PAY"] == field(cloud, "Story Points")
    assert used["RPT"] == field(cloud, "Story point estimate")


def test_the_clock_is_the_companys(cloud: SampleJira) -> None:
    told = ask(cloud, "/rest/api/3/serverInfo").json

    assert told["serverTime"] == "2026-11-23T01:00:00.000-0500"
    assert told["deploymentType"] == "Cloud"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic !"}, None])
def test_without_valid_credentials_a_search_is_empty_and_myself_refused(
    cloud: SampleJira, headers: dict[str, str] | None
) -> None:
    headers = credentials(cloud, token="expired") if headers is None else headers

    found = ask(cloud, SEARCH, {"jql": "project = ID"}, headers=headers)
    myself = ask(cloud, "/rest/api/3/myself", headers=headers)

    assert (found.status, found.json["issues"]) == (200, [])
    assert found.headers.get("X-Seraph-LoginReason") == (
        "AUTHENTICATED_FAILED" if headers else None
    )
    assert myself.status == 401


def test_a_site_may_also_refuse_an_expired_token_outright(company: Company) -> None:
    with SampleJira(company, bad_credentials="401") as jira:
        jira.revoke()
        answer = ask(jira, SEARCH, {"jql": "project = ID"}, headers=credentials(jira))

    assert answer.status == 401


def test_a_project_out_of_sight_is_unknown_everywhere(cloud: SampleJira) -> None:
    cloud.view.hidden_projects.add("PAY")

    listed = ask(cloud, "/rest/api/3/project/search").json["values"]

    assert "PAY" not in {project["key"] for project in listed}
    assert ask(cloud, SEARCH, {"jql": "project = PAY"}).status == 400
    assert ask(cloud, "/rest/api/3/issue/PAY-310").status == 404
    assert ask(cloud, BULK, {"issueIdsOrKeys": ["PAY-310"]}).json["issues"] == []


def test_an_unknown_path_and_a_wrong_method_are_told_apart(cloud: SampleJira) -> None:
    assert ask(cloud, "/rest/api/3/nothing").status == 404
    assert ask(cloud, "/rest/api/3/field", {}).status == 405
    assert ask(cloud, OLD_SEARCH, {}).status == 410
