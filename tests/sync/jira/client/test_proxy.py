"""Jira is asked through a proxy where a setting names one, and through no other."""

from typing import Any

import pytest

from models.errors import JiraUnreachableError
from sync.sample.company.company import Company
from sync.sample.server.server import SampleJira
from tests.sync.jira.client.connect_proxy import running_proxy
from tests.sync.jira.reading import ONCE, TLS, read, site_of

SECRET = "reader:pass-4711"


@pytest.mark.parametrize("dialect", ["cloud", "datacenter"])
def test_a_jira_behind_a_proxy_is_read_over_tls_in_tunnels(small: Company, dialect: Any) -> None:
    with (
        SampleJira(small, dialect, certificate=TLS / "loopback.pem") as jira,
        running_proxy(SECRET) as proxy,
    ):
        reading = read(jira, proxy=f"http://{SECRET}@{proxy.address}")

    assert reading.issues.keys() == small.issues.keys()
    assert {line.split()[0] for line in proxy.asked} == {"CONNECT"}


def test_a_jira_without_tls_is_read_through_a_proxy(small: Company) -> None:
    with SampleJira(small, "datacenter") as jira, running_proxy() as proxy:
        reading = read(jira, proxy=f"http://{proxy.address}")

    assert reading.issues.keys() == small.issues.keys()
    assert len(proxy.asked) >= len(jira.requests) > 0


@pytest.mark.parametrize(
    ("login", "status", "words"),
    [
        (SECRET, None, "asks who we are\n  Write it into HEADWAY_JIRA_PROXY"),
        (None, "403 Forbidden", "does not let us through to Jira\n  Ask whoever runs it"),
    ],
)
def test_a_proxy_that_refuses_is_named(
    small: Company, login: str | None, status: str | None, words: str
) -> None:
    with (
        SampleJira(small, "cloud", certificate=TLS / "loopback.pem") as jira,
        running_proxy(login, status) as proxy,
        pytest.raises(JiraUnreachableError) as failure,
    ):
        read(jira, proxy=f"http://reader:wrong@{proxy.address}", retry_policy=ONCE)

    assert str(failure.value).startswith(f"proxy {proxy.address}: {words}")
    assert "wrong" not in str(failure.value)


def test_a_proxy_that_is_not_there_is_named_and_not_jira(cloud: SampleJira) -> None:
    with pytest.raises(JiraUnreachableError) as failure:
        read(cloud, proxy="http://127.0.0.1:1", retry_policy=ONCE)

    assert str(failure.value).startswith("proxy 127.0.0.1:1: refuses the connection")
    assert "HEADWAY_JIRA_PROXY" in str(failure.value)


def test_a_certificate_that_is_not_trusted_is_jiras_and_not_the_proxys(small: Company) -> None:
    with (
        SampleJira(small, "cloud", certificate=TLS / "loopback.pem") as jira,
        running_proxy() as proxy,
        pytest.raises(JiraUnreachableError) as failure,
    ):
        read(jira, proxy=f"http://{proxy.address}", ca_file=None, retry_policy=ONCE)

    assert str(failure.value).startswith(site_of(jira).where)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_looked_at_and_said_to_be_so(
    cloud: SampleJira, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with running_proxy() as proxy:
        monkeypatch.setenv(name, f"http://{SECRET}@{proxy.address}")
        with pytest.raises(JiraUnreachableError) as failure:
            read(cloud, url="http://127.0.0.1:1", retry_policy=ONCE)

    assert proxy.asked == []
    assert f"{name} is set in the environment and not looked at" in str(failure.value)
    assert "set HEADWAY_JIRA_PROXY" in str(failure.value)
    assert "4711" not in str(failure.value)
