import asyncio
import gzip
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx

from models.errors import (
    HeadwayError,
    IdentityError,
    IncompleteWalkError,
    JiraUnreachableError,
    StoppedError,
    TryLaterError,
)
from sync.jira.client.blocking import BlockingJiraClient
from sync.jira.client.http import BadRequest, JiraClient, Question
from sync.jira.client.rate_headers import parse_refill_pause, parse_retry_after
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.site_info import fetch_site_info
from sync.sample.company.company import build_company
from sync.sample.protocol.exchange import Reply
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from tests.sync.jira.reading import CANARY, RESTLESS, site_of

CLOUD = Site(name="main", url="https://x.invalid/", token=CANARY, email="ada@x.invalid")
DATACENTER = Site(name="main", url="https://x.invalid/jira", token=CANARY)
SCOPED = Site(
    name="main",
    url="https://x.invalid",
    api_url="https://api.x.invalid/ex/jira/1",
    token=CANARY,
    email="ada@x.invalid",
)


SEARCH = Question("/rest/x", "the backlog", {"a": 1})
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def ask(site: Site, retry_policy: RetryPolicy = RESTLESS) -> Any:
    async with JiraClient(site, retry_policy) as client:
        return await client.ask(SEARCH, bytes)


@pytest.mark.parametrize(
    ("site", "address", "scheme"),
    [
        (CLOUD, "https://x.invalid/rest/x", "Basic "),
        (DATACENTER, "https://x.invalid/jira/rest/x", "Bearer "),
        (SCOPED, "https://api.x.invalid/ex/jira/1/rest/x", "Basic "),
    ],
)
async def test_each_kind_of_site_gets_its_own_credentials(
    site: Site, address: str, scheme: str, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post(address).respond(200, json={})

    await ask(site)

    assert route.calls.last.request.headers["authorization"].startswith(scheme)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("[Errno -2] Name or service not known"), "a host that nobody knows"),
        (httpx.ConnectError("[Errno 111] Connection refused"), "refuses the connection"),
        (httpx.ConnectTimeout(""), "in time"),
        (httpx.ReadTimeout(""), "in time"),
        (httpx.RemoteProtocolError(f"peer closed {CANARY}"), "does not answer"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"), "certificate"),
    ],
)
async def test_a_connection_that_fails_is_tried_again_then_said_plainly(
    error: httpx.HTTPError, words: str, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post("https://x.invalid/rest/x").mock(side_effect=error)

    with pytest.raises(JiraUnreachableError, match=words) as failure:
        await ask(CLOUD)

    assert route.call_count == RESTLESS.attempts
    assert CANARY not in str(failure.value)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 405, 410, 413, 422])
async def test_what_stays_wrong_is_not_asked_again(
    status: int, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post("https://x.invalid/rest/x").respond(status, text=CANARY)

    with pytest.raises((HeadwayError, BadRequest)) as failure:
        await ask(CLOUD)

    assert route.call_count == 1
    assert CANARY not in str(failure.value)


async def test_a_redirect_is_not_followed_anywhere(respx_mock: respx.MockRouter) -> None:
    respx_mock.post("https://x.invalid/rest/x").respond(
        307, headers={"Location": f"https://evil.invalid/?token={CANARY}"}
    )

    with pytest.raises(IdentityError) as failure:
        await ask(CLOUD)

    assert "evil" not in str(failure.value)


@pytest.mark.parametrize(
    ("header", "least"),
    [
        ("7", 7.0),
        ("7.5", 7.5),
        ("120", 120.0),
        ("inf", 120.0),
        ("99999999", 120.0),
        ("-5", 0.0),
        ("nan", 0.0),
        ("", 0.0),
        ("soon", 0.0),
        (format_datetime(datetime(2001, 1, 1, tzinfo=UTC)), 0.0),
        (format_datetime(NOW + timedelta(seconds=40)), 40.0),
        (format_datetime(datetime(2999, 1, 1, tzinfo=UTC)), 120.0),
    ],
)
async def test_retry_after_is_a_minimum_within_reason(
    header: str,
    least: float,
    respx_mock: respx.MockRouter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    async def note(_policy: RetryPolicy, seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("sync.jira.client.http.RetryPolicy.sleep", note)
    monkeypatch.setattr(
        "sync.jira.client.adaptive_limit.AdaptiveLimit.pause", lambda _limit, _seconds: None
    )
    headers = {"Retry-After": header, "Date": format_datetime(NOW)}
    respx_mock.post("https://x.invalid/rest/x").respond(429, headers=headers)

    with pytest.raises(JiraUnreachableError):
        await ask(CLOUD, RetryPolicy(attempts=2, first_wait=0.5))

    assert len(waits) == 1
    assert least <= waits[0] <= least + 0.5


@pytest.mark.parametrize("header", ["121", "3600", format_datetime(NOW + timedelta(hours=1))])
async def test_who_asks_for_more_than_a_run_can_wait_is_left_alone(
    header: str, respx_mock: respx.MockRouter
) -> None:
    headers = {"Retry-After": header, "Date": format_datetime(NOW)}
    route = respx_mock.post("https://x.invalid/rest/x").respond(429, headers=headers)

    with pytest.raises(TryLaterError, match="asks not to be asked again"):
        await ask(CLOUD, RetryPolicy())

    assert route.call_count == 1


def test_a_date_to_wait_for_means_nothing_without_the_time_it_was_said_at() -> None:
    assert parse_retry_after({"retry-after": format_datetime(NOW)}) is None


@pytest.mark.parametrize(
    "date", ["Mon, 31 Dec 2024 99999999999999999999:59:59 GMT", "Mon, 31 Dec 99999 23:59:59 GMT"]
)
def test_a_date_that_no_calendar_has_is_nothing_to_wait_for(date: str) -> None:
    now = format_datetime(NOW)

    assert parse_retry_after({"retry-after": date, "date": now}) is None
    assert parse_retry_after({"retry-after": now, "date": date}) is None


@pytest.mark.parametrize(("interval", "rate"), [("nan", "1"), ("inf", "inf"), ("-5", "1")])
def test_a_bucket_that_fills_at_no_pace_is_not_waited_for(interval: str, rate: str) -> None:
    headers = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-interval-seconds": interval,
        "x-ratelimit-fillrate": rate,
    }

    assert parse_refill_pause(headers) is None


async def test_a_reply_that_is_packed_twice_is_not_unpacked(respx_mock: respx.MockRouter) -> None:
    body = gzip.compress(gzip.compress(b"{}"))
    headers = {"Content-Encoding": "gzip, gzip"}
    respx_mock.post("https://x.invalid/rest/x").respond(200, content=body, headers=headers)

    with pytest.raises(IncompleteWalkError, match="larger than any"):
        await ask(CLOUD)


def test_waits_grow_with_jitter_upward_and_have_a_limit() -> None:
    retry_policy = RetryPolicy(first_wait=1, longest_wait=4, longest_hint=10)

    for attempt, ceiling in ((1, 1), (2, 2), (3, 4), (9, 4)):
        waits = [retry_policy.choose_wait(attempt, None) for _ in range(200)]
        assert 0 <= min(waits) < max(waits) <= ceiling
    assert all(5 <= retry_policy.choose_wait(1, 5) <= 6 for _ in range(50))


async def test_libraries_keep_the_token_to_themselves(
    respx_mock: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    respx_mock.post("https://x.invalid/jira/rest/x").respond(503)

    with pytest.raises(JiraUnreachableError):
        await ask(DATACENTER)

    assert CANARY not in caplog.text


@pytest.mark.parametrize("status", [429, 500])
async def test_a_stop_ends_the_wait_that_jira_asked_for(
    status: int, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post("https://x.invalid/rest/x").respond(status, headers={"Retry-After": "100"})
    stop = threading.Event()

    async with JiraClient(CLOUD, RetryPolicy(stop=stop)) as client, asyncio.timeout(10):
        asyncio.get_running_loop().call_later(0.01, stop.set)
        with pytest.raises(StoppedError):
            await client.ask(SEARCH, bytes)


def test_a_stop_ends_the_wait_between_two_questions() -> None:
    with SampleJira(build_company()) as jira:
        stop = threading.Event()
        stop.set()
        jira.faults.append(Fault("serverInfo", Reply(503, headers={"Retry-After": "100"})))

        with (
            BlockingJiraClient(site_of(jira), RetryPolicy(stop=stop)) as client,
            pytest.raises(StoppedError),
        ):
            fetch_site_info(client)
