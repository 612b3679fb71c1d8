"""Two ask Jira, the walk and the `jira` package: what goes wrong is the same to both."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from models.errors import (
    HeadwayError,
    IdentityError,
    IncompleteWalkError,
    JiraUnreachableError,
    RefusedError,
    StoppedError,
    TryLaterError,
)
from sync.jira.client.http import JiraClient, Question
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.site import Site
from sync.jira.describe.metadata_client import JiraMetadataClient
from sync.sample.protocol.exchange import Reply, as_json
from sync.sample.server.faults import LOGIN_PAGE, Fault
from sync.sample.server.server import SampleJira
from tests.sync.jira.reading import RESTLESS, site_of

WHAT = "the backlog"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
IN_AN_HOUR = {
    "Retry-After": format_datetime(NOON + timedelta(hours=1)),
    "Date": format_datetime(NOON),
}


def ask_by_walk(site: Site, retry_policy: RetryPolicy) -> Any:
    """Ask as the walk does: search, over httpx."""

    async def ask() -> Any:
        async with JiraClient(site, retry_policy) as client:
            path = "search/approximate-count" if site.speaks_cloud else "search"
            question = Question(f"{site.api}/{path}", WHAT, {"jql": "project = RPT"})
            return await client.ask(question, bytes)

    return asyncio.run(ask())


def ask_by_package(site: Site, retry_policy: RetryPolicy) -> Any:
    """Ask as the description of a site does: through a session of the `jira` package."""
    with JiraMetadataClient(site, retry_policy) as client:
        return client.ask(WHAT, "field")


BOTH_CLIENTS = pytest.mark.parametrize("ask", [ask_by_walk, ask_by_package])
Ask = Callable[[Site, RetryPolicy], Any]


@BOTH_CLIENTS
@pytest.mark.parametrize(
    ("reply", "kind", "words", "requests"),
    [
        ("truncate", JiraUnreachableError, "does not answer", 3),
        ("reset", JiraUnreachableError, "does not answer", 3),
        ("gzip-bomb", IncompleteWalkError, "sends a reply larger than any that makes sense", 1),
        ("bad-gateway", JiraUnreachableError, "cannot answer now (the backlog: 502)", 3),
        (LOGIN_PAGE, IdentityError, "answers with a web page (a login page or a proxy)", 1),
        (Reply(200, b" <html>"), IdentityError, "answers with a web page", 1),
        (Reply(302, b"", {"Location": "/login"}), IdentityError, "sends us elsewhere (302)", 1),
        (as_json({}, 401), IdentityError, "does not accept the token (the backlog: 401)", 1),
        (as_json({}, 403), RefusedError, "knows us and refuses the backlog (403)", 1),
        (as_json({}, 404), IdentityError, "the backlog is not there (404)", 1),
        (as_json({}, 410), IdentityError, "says that the backlog was removed (410)", 1),
        (as_json({}, 422), TryLaterError, "does not understand us (the backlog: 422)", 1),
        (as_json({}, 429), JiraUnreachableError, "cannot answer now (the backlog: 429)", 3),
        (as_json({}, 500), JiraUnreachableError, "cannot answer now (the backlog: 500)", 3),
        (as_json({}, 503), JiraUnreachableError, "cannot answer now (the backlog: 503)", 3),
        (as_json({}, 504), JiraUnreachableError, "cannot answer now (the backlog: 504)", 3),
        (as_json({}, 429, {"Retry-After": "7"}), TryLaterError, "asked again for 7 seconds", 1),
        (as_json({}, 503, IN_AN_HOUR), TryLaterError, "asked again for 3600 seconds", 1),
        (as_json({}, headers={"X-Seraph-LoginReason": "OUT"}), IdentityError, "the token", 1),
        (
            as_json({}, 403, {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE"}),
            IdentityError,
            "asks for a captcha after failed logins",
            1,
        ),
    ],
)
def test_both_clients_say_the_same_and_ask_as_often(
    jira: SampleJira,
    ask: Ask,
    reply: Reply | str,
    kind: type[HeadwayError],
    words: str,
    requests: int,
) -> None:
    jira.faults.append(Fault("/rest/api", reply))

    with pytest.raises(HeadwayError) as failure:
        ask(site_of(jira), RESTLESS)

    assert isinstance(failure.value, kind)
    assert words in str(failure.value)
    assert len(jira.requests) == requests


@BOTH_CLIENTS
@pytest.mark.parametrize("kind", ["truncate", "reset", "bad-gateway"])
def test_both_clients_get_over_what_does_not_last(jira: SampleJira, ask: Ask, kind: str) -> None:
    jira.faults.append(Fault("/rest/api", kind, nth=range(1, 3)))

    ask(site_of(jira), RESTLESS)


@BOTH_CLIENTS
def test_what_drips_has_its_deadline_and_leaves_no_thread(jira: SampleJira, ask: Ask) -> None:
    jira.faults.append(Fault("/rest/api", "drip"))
    before = our_threads()

    with pytest.raises(JiraUnreachableError, match="does not answer in time"):
        ask(site_of(jira), replace(RESTLESS, deadline=0.2))

    assert our_threads() == before
    assert len(jira.requests) == RESTLESS.attempts


@BOTH_CLIENTS
def test_both_clients_stop_waiting_when_they_are_told_to(jira: SampleJira, ask: Ask) -> None:
    stop = threading.Event()
    jira.faults.append(Fault("/rest/api", as_json({}, 503, {"Retry-After": "100"})))
    timer = threading.Timer(0.2, stop.set)
    timer.start()

    with pytest.raises(StoppedError):
        ask(site_of(jira), RetryPolicy(stop=stop))

    timer.join()
    assert len(jira.requests) == 1


@BOTH_CLIENTS
def test_nobody_at_home_is_told_to_both_clients(ask: Ask) -> None:
    site = Site(name="main", url="http://127.0.0.1:1", token="t", email="a@b.invalid")

    with pytest.raises(JiraUnreachableError, match="refuses the connection"):
        ask(site, RESTLESS)


def test_an_answer_that_broke_is_asked_for_again_by_the_package(jira: SampleJira) -> None:
    jira.faults.append(Fault("field", Reply(200, b'[{"id": "summ'), nth=range(1, 3)))

    assert ask_by_package(site_of(jira), RESTLESS)
    assert len(jira.requests) == 3


def our_threads() -> set[threading.Thread]:
    """The threads of this process that are not the sample server's."""
    return {thread for thread in threading.enumerate() if "process_request" not in thread.name}
