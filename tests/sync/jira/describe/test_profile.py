import json
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import (
    HeadwayError,
    IdentityError,
    IncompleteWalkError,
    JiraUnreachableError,
    RefusedError,
    SettingsError,
)
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.site import Site
from sync.jira.describe.profile import fetch_estimates, profile_site
from sync.jira.describe.site_info import check_identity
from sync.sample.protocol.exchange import Reply, as_json
from sync.sample.server.faults import LOGIN_PAGE, Fault
from sync.sample.server.server import SampleJira
from tests.sync.jira.reading import CANARY, ONCE, RESTLESS, site_of


def test_a_site_says_what_it_is(jira: SampleJira) -> None:
    profile = profile_site(site_of(jira), RESTLESS)

    assert profile.deployment == ("cloud" if jira.view.is_cloud else "datacenter")
    assert profile.server_time == jira.company.now
    assert [project.key for project in profile.projects]
    assert any(field.kind for field in profile.fields)
    assert len(jira.requests) == 5 + 2 * len(profile.projects)


def test_the_board_of_each_project_says_which_field_it_adds_up(
    cloud: SampleJira, datacenter: SampleJira
) -> None:
    by_style = {
        found.team_managed: estimate.field
        for profile in [profile_site(site_of(cloud), ONCE)]
        for estimate in profile.estimates
        for found in profile.projects
        if found.id == estimate.project_id
    }

    assert by_style == {False: "customfield_10026", True: "customfield_10016"}
    assert {e.field for e in profile_site(site_of(datacenter), ONCE).estimates} == {
        "customfield_10106"
    }


@pytest.mark.parametrize("status", [401, 403, 404, 503])
def test_a_site_that_keeps_its_boards_to_itself_is_asked_once(
    jira: SampleJira, status: int
) -> None:
    profile = profile_site(site_of(jira), ONCE)
    jira.faults.append(Fault("/agile/", as_json({}, status)))
    jira.requests.clear()

    assert fetch_estimates(site_of(jira), profile.projects, RESTLESS) == ()
    assert (
        fetch_estimates(site_of(jira), profile.projects, RESTLESS, profile.estimates)
        == profile.estimates
    )
    assert len(jira.requests) == 2


def test_a_board_that_does_not_answer_leaves_what_is_known_of_it(jira: SampleJira) -> None:
    profile = profile_site(site_of(jira), ONCE)
    jira.faults.append(Fault("configuration", as_json({}, 403), nth=2))

    assert (
        fetch_estimates(site_of(jira), profile.projects, RESTLESS, profile.estimates)
        == profile.estimates
    )


def test_not_every_board_of_a_huge_site_is_asked(
    jira: SampleJira, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects = profile_site(site_of(jira), ONCE).projects
    monkeypatch.setattr("sync.jira.describe.profile.MOST_BOARDS", 1)

    first = fetch_estimates(site_of(jira), projects, RESTLESS)
    second = fetch_estimates(site_of(jira), projects, RESTLESS, first)

    assert (len(first), len(second)) == (1, 2)


@pytest.mark.parametrize("body", ["[]", "null", "5", "{}", '{"values": [5]}', '{"values": []}'])
def test_whatever_is_no_list_of_boards_is_no_estimate(jira: SampleJira, body: str) -> None:
    projects = profile_site(site_of(jira), ONCE).projects
    jira.faults.append(Fault("/board", Reply(200, body.encode())))

    assert fetch_estimates(site_of(jira), projects, RESTLESS) == ()


def test_cloud_tells_the_level_of_each_type_and_data_center_does_not(
    cloud: SampleJira, datacenter: SampleJira
) -> None:
    assert {found.hierarchy_level for found in profile_site(site_of(cloud), ONCE).types} == {
        -1,
        0,
        1,
    }
    assert {found.hierarchy_level for found in profile_site(site_of(datacenter), ONCE).types} == {
        None
    }


def test_projects_are_paged_to_the_end(cloud: SampleJira, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = profile_site(site_of(cloud), ONCE).projects
    monkeypatch.setattr("sync.jira.describe.metadata_client.PROJECTS_A_PAGE", 2)

    assert sorted(profile_site(site_of(cloud), ONCE).projects, key=lambda p: p.id) == sorted(
        whole, key=lambda p: p.id
    )


def a_project(number: int) -> dict[str, object]:
    return {"id": str(number), "key": f"P{number}", "name": f"Project {number}"}


@pytest.mark.parametrize(
    "page",
    [
        {"values": [a_project(1)], "isLast": False},
        {"values": [a_project(1)]},
        {"values": [a_project(1)], "total": 5, "isLast": True},
        {"values": [], "total": 5},
    ],
)
def test_a_list_of_projects_that_does_not_come_whole_is_no_list(
    cloud: SampleJira, page: dict[str, object]
) -> None:
    cloud.faults.append(Fault("/project/search", as_json(page)))

    with pytest.raises(IncompleteWalkError):
        profile_site(site_of(cloud), ONCE)


def test_named_projects_are_read_alone_whatever_their_case(jira: SampleJira) -> None:
    profile = profile_site(site_of(jira, projects=("rpt", "RPT")), ONCE)

    assert [project.key for project in profile.projects] == ["RPT"]


def test_a_project_that_cannot_be_seen_is_named_with_those_closest(jira: SampleJira) -> None:
    with pytest.raises(RefusedError) as refused:
        profile_site(site_of(jira, projects=("RPTT", "ZZZZ")), ONCE)

    assert len(refused.value.problems) == 2
    assert "RPTT" in str(refused.value)
    assert "Did you mean RPT" in str(refused.value)


def test_a_project_that_is_like_no_other_is_guessed_at_by_none(jira: SampleJira) -> None:
    with pytest.raises(RefusedError) as refused:
        profile_site(site_of(jira, projects=("NOPE",)), ONCE)

    assert "Did you mean" not in str(refused.value)


def test_no_project_at_all_is_a_refusal(jira: SampleJira) -> None:
    jira.view.hidden_projects = set(jira.company.projects)

    with pytest.raises(RefusedError, match="no project at all"):
        profile_site(site_of(jira), ONCE)


def revoked(jira: SampleJira) -> None:
    jira.revoke()


def strange(jira: SampleJira) -> None:
    jira.faults.append(Fault("/", LOGIN_PAGE))


def captcha(jira: SampleJira) -> None:
    headers = {
        "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
        "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://x.invalid",
    }
    jira.faults.append(Fault("/", Reply(403, b"{}", headers)))


def moved(jira: SampleJira) -> None:
    jira.faults.append(Fault("/", Reply(302, b"", {"Location": "https://sso.invalid/login"})))


def anonymous(jira: SampleJira) -> None:
    jira.faults.append(Fault("myself", as_json({"message": "no"}, 401)))


def unnamed(jira: SampleJira) -> None:
    jira.faults.append(Fault("myself", as_json({"displayName": "Somebody"})))


@pytest.mark.parametrize(
    ("mishap", "words"),
    [
        (revoked, "token"),
        (strange, "web page"),
        (captcha, "captcha"),
        (moved, "sends us elsewhere"),
        (anonymous, "token"),
        (unnamed, "does not say who we are"),
    ],
)
def test_whoever_does_not_know_us_is_not_asked_twice(
    jira: SampleJira, mishap: Callable[[SampleJira], None], words: str
) -> None:
    jira.account.token = CANARY
    mishap(jira)

    with pytest.raises(IdentityError, match=words) as refused:
        profile_site(site_of(jira), RESTLESS)

    asked_of_us = [path for _, path, _ in jira.requests if path.endswith("myself")]
    assert len(asked_of_us) <= 1
    assert CANARY not in str(refused.value)


def test_an_expired_token_says_so_though_cloud_answers_200(cloud: SampleJira) -> None:
    cloud.revoke()

    with pytest.raises(IdentityError, match=r"(?s)expired.*HEADWAY_JIRA_API_URL"):
        profile_site(site_of(cloud), ONCE)


def test_data_center_asks_for_a_personal_access_token(datacenter: SampleJira) -> None:
    with pytest.raises(IdentityError, match="personal access token"):
        profile_site(site_of(datacenter, token="wrong"), ONCE)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": None}, "HEADWAY_JIRA_EMAIL: is not set, and this is Jira Cloud"),
        ({"deployment": "datacenter"}, "HEADWAY_JIRA_DEPLOYMENT: says datacenter"),
        ({"deployment": "cloud", "email": None}, "HEADWAY_JIRA_EMAIL: is not set"),
    ],
)
def test_settings_for_the_other_kind_are_told_from_a_wrong_token_on_cloud(
    cloud: SampleJira, changes: dict[str, str | None], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        profile_site(site_of(cloud, **changes), ONCE)


def test_settings_for_the_other_kind_are_told_from_a_wrong_token_on_data_center(
    datacenter: SampleJira,
) -> None:
    with pytest.raises(SettingsError, match="this is Jira Data Center"):
        profile_site(site_of(datacenter, email="a@sample.invalid"), ONCE)


@pytest.mark.parametrize("path", ["serverInfo", "myself", "/field", "issuetype", "/project"])
@pytest.mark.parametrize("body", ["[]", "{}", "null", "5", '"x"', '[{"a":1}]', "[5]", "", "{"])
def test_whatever_is_no_jira_is_told_to_be_none(jira: SampleJira, path: str, body: str) -> None:
    jira.account.token = CANARY
    jira.faults.append(Fault(path, Reply(200, body.encode())))

    with pytest.raises(HeadwayError) as refused:
        profile_site(site_of(jira), ONCE)

    assert refused.value.exit_code == 77
    assert CANARY not in str(refused.value)


def test_an_address_where_there_is_no_jira_does_not_look_like_one(jira: SampleJira) -> None:
    with pytest.raises(IdentityError, match="does not look like a Jira"):
        profile_site(site_of(jira, url=f"{jira.url}/elsewhere"), ONCE)


def test_nobody_at_home_is_said_without_the_token() -> None:
    site = Site(name="main", url="http://127.0.0.1:1", token=CANARY, email="a@b.invalid")

    with pytest.raises(JiraUnreachableError, match="refuses the connection") as failure:
        profile_site(site, ONCE)

    assert CANARY not in str(failure.value)


def test_a_host_that_nobody_knows_is_said() -> None:
    site = Site(name="main", url="https://nobody.invalid", token=CANARY, email="a@b.invalid")

    with pytest.raises(JiraUnreachableError, match=r"nobody\.invalid"):
        profile_site(site, ONCE)


def test_what_is_no_certificate_is_said_to_be_none(jira: SampleJira, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("no certificate")

    with pytest.raises(HeadwayError) as refused:
        profile_site(site_of(jira, url="https://127.0.0.1:1", ca_file=str(path)), ONCE)

    assert refused.value.exit_code in (2, 75)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_question_that_cannot_be_answered_now_is_asked_again(
    jira: SampleJira, status: int
) -> None:
    jira.faults.append(Fault("myself", as_json({}, status), nth=range(1, 3)))
    profile_site(site_of(jira), RESTLESS)

    jira.faults.append(Fault("myself", as_json({}, status)))
    with pytest.raises(JiraUnreachableError, match=str(status)):
        profile_site(site_of(jira), RESTLESS)


def test_who_we_are_is_asked_again_after_the_walk(jira: SampleJira) -> None:
    profile = profile_site(site_of(jira), ONCE)
    with BlockingJiraClient(site_of(jira), ONCE) as client:
        check_identity(client, profile)

    other = {"accountId": "712020:somebody-else", "key": "JIRAUSEROTHER", "displayName": "Other"}
    jira.faults.append(Fault("myself", as_json(other)))
    with (
        BlockingJiraClient(site_of(jira), ONCE) as client,
        pytest.raises(IdentityError, match="somebody else"),
    ):
        check_identity(client, profile)


def test_a_site_does_not_show_its_token(jira: SampleJira) -> None:
    assert CANARY not in repr(site_of(jira, token=CANARY))


def test_nothing_is_taken_from_the_environment(
    jira: SampleJira, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)

    assert profile_site(site_of(jira), ONCE).projects


def test_no_log_line_holds_the_token(jira: SampleJira, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    jira.account.token = CANARY
    jira.faults.append(Fault("/field", as_json({"errorMessages": [CANARY]}, 500)))

    with pytest.raises(JiraUnreachableError) as failure:
        profile_site(site_of(jira), RESTLESS)

    warnings = [record for record in caplog.records if record.levelname != "DEBUG"]
    assert CANARY not in json.dumps([record.getMessage() for record in warnings])
    assert CANARY not in str(failure.value)
