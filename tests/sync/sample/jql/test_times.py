"""Times in JQL: quoted ones are minutes in the account's zone, bare numbers have no zone."""

from datetime import timedelta

import pytest

from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from tests.sync.sample.asking import ids, search


def newest(company: Company) -> int:
    """Edits one issue a minute before now; its id."""
    issue = company.epics()[0]
    company.edit(issue.id, updated=company.now - timedelta(minutes=1))
    return issue.id


def test_a_bare_number_is_milliseconds_since_the_epoch(cloud: SampleJira) -> None:
    issue_id = newest(cloud.company)
    exact = int(cloud.company.issues[issue_id].updated.timestamp() * 1000)

    assert ids(search(cloud, f"updated >= {exact}")["issues"]) == [issue_id]
    assert ids(search(cloud, f"updated >= {exact + 1}")["issues"]) == []


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("Europe/Berlin", "2026-11-23 06:59"),
        ("Pacific/Kiritimati", "2026-11-23 19:59"),
        ("Pacific/Pago_Pago", "2026/11/22 18:59"),
    ],
)
def test_a_quoted_time_is_read_in_the_accounts_zone(company: Company, zone: str, time: str) -> None:
    issue_id = newest(company)

    with SampleJira(company, account_zone=zone) as jira:
        assert ids(search(jira, f'updated >= "{time}"')["issues"]) == [issue_id]


def test_relative_times_count_back_from_now(cloud: SampleJira) -> None:
    issue_id = newest(cloud.company)

    assert ids(search(cloud, "updated >= -2m")["issues"]) == [issue_id]
    assert ids(search(cloud, 'updated < "-60w"')["issues"])
    assert ids(search(cloud, "updated >= 1m")["issues"]) == []


def test_an_index_that_lags_behind_does_not_show_the_latest_edit(company: Company) -> None:
    issue_id = newest(company)

    with SampleJira(company, index_lag=timedelta(minutes=3)) as jira:
        assert ids(search(jira, "updated >= -5m")["issues"]) == []
        company.now += timedelta(minutes=3)
        assert ids(search(jira, "updated >= -5m")["issues"]) == [issue_id]
