"""Scripted misbehaviour reaches the client exactly when it was ordered."""

import gzip
import zlib
from http.client import IncompleteRead
from typing import Any

import pytest

from sync.sample.company.company import Company
from sync.sample.protocol.exchange import Reply
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from tests.sync.sample.asking import (
    BULK,
    OLD_SEARCH,
    SEARCH,
    ask,
    ids,
    pages,
    raw,
    search,
)

MYSELF = "/rest/api/3/myself"
WALK = "project = RPT ORDER BY id"


def statuses(jira: SampleJira, path: str, times: int) -> list[int]:
    """What that many requests for a path are answered with."""
    return [ask(jira, path).status for _ in range(times)]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ({"nth": 2}, [200, 503, 200, 200]),
        ({"nth": range(1, 3)}, [503, 503, 200, 200]),
        ({"every": 2}, [200, 503, 200, 503]),
        ({}, [503, 503, 503, 503]),
    ],
)
def test_a_fault_strikes_when_it_is_its_turn(
    cloud: SampleJira, turn: dict[str, Any], expected: list[int]
) -> None:
    fault = Fault("myself", Reply(503, headers={"Retry-After": "3600"}), **turn)
    cloud.faults.append(fault)

    assert statuses(cloud, MYSELF, 4) == expected
    assert fault.hits == expected.count(503)


def test_a_fault_leaves_other_paths_alone(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("search", Reply(500)))

    assert ask(cloud, MYSELF).status == 200


def test_a_kind_nobody_knows_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="unknown kind of fault 'tuncate'"):
        Fault("search", "tuncate")


def test_something_can_happen_just_before_a_reply(cloud: SampleJira, company: Company) -> None:
    doomed = company.ids_of("RPT")[60]
    cloud.faults.append(Fault("search", lambda: company.remove(doomed), nth=2))

    found = [each for page in pages(cloud, WALK, maxResults=50) for each in ids(page)]

    assert doomed not in found


def test_a_token_can_die_in_the_middle_of_a_walk(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("search", cloud.revoke, nth=2))
    first = search(cloud, WALK, maxResults=50)
    rest = {"jql": WALK, "maxResults": 50, "nextPageToken": first["nextPageToken"]}

    second = ask(cloud, SEARCH, rest)

    assert (second.status, second.json["issues"]) == (200, [])


def test_a_truncated_reply_breaks_off(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("search", "truncate"))

    with pytest.raises(IncompleteRead):
        search(cloud, WALK)


def test_a_reset_connection_gives_nothing(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("myself", "reset"))

    with pytest.raises(ConnectionError):
        ask(cloud, MYSELF)


def test_a_compressed_reply_can_be_cut(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("field", "gzip-cut"))

    with pytest.raises(IncompleteRead) as cut:
        ask(cloud, "/rest/api/3/field")
    with pytest.raises((EOFError, zlib.error)):
        gzip.decompress(cut.value.partial)


def test_a_dripping_reply_comes_byte_by_byte_until_the_server_stops(company: Company) -> None:
    with SampleJira(company, faults=[Fault("myself", "drip")]) as jira:
        connection = raw(jira, MYSELF)
        first = connection.recv(100)

    assert 1 <= len(first) < 100
    connection.close()


def test_a_login_page_is_html_with_status_200(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("search", "html-login"))

    answer = ask(cloud, SEARCH, {"jql": WALK})

    assert answer.status == 200
    assert answer.body.startswith(b"<!DOCTYPE")
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_repeated_token_would_loop_for_ever(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("search", "repeat-token"))
    token = search(cloud, WALK, maxResults=10)["nextPageToken"]

    second = search(cloud, WALK, maxResults=10, nextPageToken=token)

    assert second["nextPageToken"] == token


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("no-end-marks", {"issues"}),
        ("no-islast", {"issues", "nextPageToken"}),
        ("unknown-keys", {"issues", "isLast", "nextPageToken", "warnings"}),
    ],
)
def test_a_page_can_lack_its_end_marks_or_have_more(
    cloud: SampleJira, kind: str, keys: set[str]
) -> None:
    cloud.faults.append(Fault("search", kind))

    assert set(search(cloud, WALK, maxResults=10)) == keys


@pytest.mark.parametrize("kind", ["empty-page-with-token", "short-page"])
def test_a_thin_page_hides_nothing_from_who_goes_on(
    cloud: SampleJira, company: Company, kind: str
) -> None:
    cloud.faults.append(Fault("search", kind, every=2))

    walked = list(pages(cloud, WALK, maxResults=50))

    assert [each for page in walked for each in ids(page)] == company.ids_of("RPT")
    assert any(len(page) < 50 for page in walked[:-1])


def test_a_row_can_come_twice(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("search", "duplicate-row"))

    found = ids(search(cloud, WALK, maxResults=10)["issues"])

    assert (len(found), len(set(found))) == (11, 10)


def test_bulk_fetch_can_fail_for_one_issue(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("bulkfetch", "issue-error"))

    reply = ask(cloud, BULK, {"issueIdsOrKeys": ["ID-140", "PAY-310"]}).json

    assert len(reply["issues"]) == len(reply["issueErrors"]) == 1


def test_data_center_pages_can_be_short_too(datacenter: SampleJira) -> None:
    datacenter.faults.append(Fault("search", "short-page"))

    page = ask(datacenter, OLD_SEARCH, jql=WALK, maxResults=10).json

    assert (len(page["issues"]), page["maxResults"]) == (5, 10)
