"""The numbers of trying again: how long, how often, how many at once, and when it is enough."""

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx

from models.errors import (
    HeadwayError,
    IdentityError,
    JiraUnreachableError,
    Problem,
    StoppedError,
    TryLaterError,
)
from sync.jira.client.adaptive_limit import FIRST, MOST, AdaptiveLimit
from sync.jira.client.http import LONGEST_PAUSE, BadRequest, JiraClient, Question
from sync.jira.client.rate_headers import is_near_limit, parse_refill_pause, parse_retry_after
from sync.jira.client.retry import DAY, STOP_CHECK_SECONDS, RetryableError, RetryPolicy
from sync.jira.client.run_limits import MEGABYTE, RunLimits
from sync.jira.client.site import Site

SITE = Site(name="main", url="https://x.invalid", token="t", email="ada@x.invalid")
ADDRESS = "https://x.invalid/rest/x"
SEARCH = Question("/rest/x", "the backlog", {"a": 1})
AT_ONCE = RetryPolicy(first_wait=0.0, longest_wait=0.0, longest_hint=0.0)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at_once(**changes: Any) -> RetryPolicy:
    values = {"first_wait": 0.0, "longest_wait": 0.0, "longest_hint": 0.0} | changes
    return RetryPolicy(**values)


async def ask(policy: RetryPolicy, question: Question = SEARCH, **changes: Any) -> JiraClient:
    """A client that has asked, whatever came of it."""
    async with JiraClient(SITE, policy) as client:
        with pytest.raises((HeadwayError, BadRequest)):
            await client.ask(question, bytes, **changes)
    return client


def test_the_policy_of_a_run_is_the_one_that_is_written_down() -> None:
    policy, limits = RetryPolicy(), RunLimits()

    assert (policy.attempts, policy.first_wait, policy.longest_wait) == (5, 0.5, 30)
    assert (policy.longest_hint, policy.deadline, policy.budget) == (120, 60, 40)
    assert (limits.largest_reply, limits.most_bytes) == (16 * 2**20, 64 * 2**30)
    assert (limits.longest_question, limits.longest_loss) == (150, 15 * 60)
    assert (limits.longest_run, limits.most_issues) == (12 * 60 * 60, 3_000_000)
    assert (limits.received, limits.lost, MEGABYTE) == (0, 0, 2**20)
    assert (limits.requests, limits.retries, limits.paused) == (0, 0, 0)
    assert (DAY, STOP_CHECK_SECONDS, LONGEST_PAUSE) == (86_400, 0.1, 10)
    assert (FIRST, MOST) == (4, 10)
    assert policy == RetryPolicy()


@pytest.mark.parametrize(
    ("attempt", "ceiling"), [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 10.0), (9, 10.0)]
)
def test_a_wait_is_spread_from_nothing_to_twice_the_one_before(
    attempt: int, ceiling: float
) -> None:
    policy = RetryPolicy(first_wait=1, longest_wait=10, longest_hint=20)
    waits = [policy.choose_wait(attempt, None) for _ in range(300)]
    hinted = [policy.choose_wait(attempt, 50) for _ in range(50)]

    assert 0 <= min(waits) < ceiling * 0.1
    assert ceiling * 0.9 < max(waits) <= ceiling
    assert 20 <= min(hinted) <= max(hinted) <= 20 + ceiling


@pytest.mark.parametrize(
    ("hint", "is_accepted", "believed"),
    [
        (None, True, 0),
        (0.0, True, 0),
        (20.0, True, 20),
        (20.5, False, 20),
        (DAY, False, 20),
        (DAY + 1, True, 20),
    ],
)
def test_a_hint_is_waited_for_up_to_a_limit_and_past_a_day_is_none(
    hint: float | None, is_accepted: bool, believed: float
) -> None:
    policy = RetryPolicy(longest_hint=20)

    assert policy.accepts(hint) is is_accepted
    assert policy.limit_hint(hint) == believed


@pytest.mark.parametrize(
    ("requests", "retries", "is_spent"),
    [(0, 3, False), (0, 4, True), (9, 4, True), (10, 4, False), (19, 5, True), (100, 13, False)],
)
def test_a_budget_grows_with_one_in_ten_requests(
    requests: int, retries: int, is_spent: bool
) -> None:
    assert RetryPolicy(budget=4).is_spent(requests, retries) is is_spent


async def test_a_wait_lasts_as_long_as_it_should_and_ends_with_a_stop() -> None:
    clock = asyncio.get_running_loop().time
    stop = threading.Event()
    policy, waits = RetryPolicy(stop=stop), []

    await policy.sleep(0)
    for _ in range(5):
        began = clock()
        await policy.sleep(0.01)
        waits.append(clock() - began)
    asyncio.get_running_loop().call_later(0.01, stop.set)
    with pytest.raises(StoppedError):
        await policy.sleep(100)
    with pytest.raises(StoppedError, match=r"^walk: was asked to stop"):
        await policy.sleep(0)

    assert 0.01 <= min(waits) < 0.09
    assert clock() - began < 20


async def test_a_wait_that_is_stopped_at_its_end_is_stopped() -> None:
    stop = threading.Event()
    asyncio.get_running_loop().call_later(0.01, stop.set)

    with pytest.raises(StoppedError):
        await RetryPolicy(stop=stop).sleep(0.03)


def test_an_error_is_kept_without_what_it_was_raised_in() -> None:
    def fail() -> None:
        try:
            raise ValueError
        except ValueError:
            raise RetryableError(JiraUnreachableError(Problem("x", "y", "z"))) from None

    with pytest.raises(RetryableError) as failure:
        fail()
    error = failure.value.forget_frames()

    assert error is failure.value
    assert (error.hint, error.seconds) == (None, 0.0)
    for each in (error, error.error):
        assert (each.__traceback__, each.__context__) == (None, None)
    assert str(error) == str(error.error)


@pytest.mark.parametrize(
    ("limits", "used", "words"),
    [
        ({"longest_loss": 5.0}, {"lost": 5.0}, None),
        ({"longest_loss": 5.0}, {"lost": 5.5}, "cost this run 6 seconds with requests that failed"),
        ({"most_bytes": 9}, {"received": 9}, None),
        ({"most_bytes": 9}, {"received": 10}, "sent 10 bytes to this run"),
        ({"longest_run": 60.0}, {}, None),
        ({"longest_run": -1.0}, {}, "has been asked for 0 seconds by this run"),
    ],
)
def test_a_run_ends_when_it_has_used_more_than_its_limit(
    limits: dict[str, Any], used: dict[str, Any], words: str | None
) -> None:
    found = RunLimits(**limits)
    for name, value in used.items():
        setattr(found, name, value)

    assert found.find_excess() == words


@pytest.mark.parametrize("used", ["received", "lost", "requests", "retries", "paused", "began"])
def test_what_a_run_used_is_counted_and_not_set(used: str) -> None:
    with pytest.raises(TypeError, match=used):
        RunLimits(**{used: 1})


async def test_so_many_are_let_through_and_the_next_as_soon_as_one_is_done() -> None:
    limit = AdaptiveLimit(AT_ONCE, first=2, most=3)
    async with limit as same:
        assert same is limit
        async with limit:
            third = asyncio.create_task(limit.__aenter__())
            await asyncio.sleep(0.01)
            assert (limit.taken, third.done()) == (2, False)
        async with asyncio.timeout(5):
            await third
        assert limit.taken == 2
        await limit.__aexit__()
    assert limit.taken == 0


def test_the_limit_goes_up_by_one_a_round_and_down_by_half() -> None:
    limit = AdaptiveLimit(AT_ONCE, first=4, most=5)

    limit.raise_limit()
    assert limit.limit == 4.25
    for _ in range(20):
        limit.raise_limit()
    assert limit.limit == 5.0
    limit.halve_limit()
    assert limit.limit == 2.5
    for _ in range(5):
        limit.halve_limit()
    assert limit.limit == 1.0


async def test_a_pause_is_made_by_everybody_and_is_as_long_as_the_longest() -> None:
    clock = asyncio.get_running_loop().time
    limit, began = AdaptiveLimit(AT_ONCE), clock()

    limit.pause(0.05)
    limit.pause(0.01)
    async with limit:
        waited = clock() - began
    async with limit:
        pass

    assert waited >= 0.05
    assert clock() - began < 2


async def test_pauses_that_overlap_are_counted_once() -> None:
    policy = at_once()
    limit = AdaptiveLimit(policy)

    limit.pause(0)
    before = policy.limits.paused
    limit.pause(60)
    limit.pause(20)
    limit.pause(90)

    assert before == 0
    assert 90 <= policy.limits.paused < 91


async def test_who_is_stopped_in_a_pause_leaves_the_slot_to_others() -> None:
    stop = threading.Event()
    stop.set()
    limit = AdaptiveLimit(RetryPolicy(stop=stop))
    limit.pause(100)

    with pytest.raises(StoppedError):
        await limit.__aenter__()

    assert limit.taken == 0


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        (("0", "60", "10"), 6.0),
        (("0.0", "1", "4"), 0.25),
        (("0.5", "60", "10"), None),
        (("1", "60", "10"), None),
        (("0", "60", "0"), None),
        (("0", "0", "10"), None),
        (("-1", "60", "60"), 1.0),
        (("x", "60", "10"), None),
        (("0", "60"), None),
    ],
)
def test_an_empty_bucket_is_waited_for_until_it_holds_a_token(
    headers: tuple[str, ...], pause: float | None
) -> None:
    names = ("x-ratelimit-remaining", "x-ratelimit-interval-seconds", "x-ratelimit-fillrate")

    assert parse_refill_pause(dict(zip(names, headers, strict=False))) == pause


def test_a_date_without_a_zone_is_one_of_greenwich() -> None:
    later = NOW + timedelta(seconds=90)
    without = f"{later:%a, %d %b %Y %H:%M:%S} -0000"

    assert parse_retry_after({"retry-after": without, "date": format_datetime(NOW)}) == 90
    assert parse_retry_after({"retry-after": format_datetime(later), "date": "never"}) is None
    assert parse_retry_after({"retry-after": " 4.5 "}) == 4.5
    assert parse_retry_after({}) is None


def test_little_is_left_only_where_cloud_says_so() -> None:
    assert is_near_limit({"x-ratelimit-nearlimit": "True"})
    assert not is_near_limit({"x-ratelimit-nearlimit": "false"})
    assert not is_near_limit({})


@pytest.mark.parametrize(
    ("status", "headers", "limit"),
    [
        (429, {}, 2.0),
        (503, {}, 2.0),
        (500, {}, 4.0),
        (404, {"X-RateLimit-NearLimit": "true"}, 2.0),
        (404, {}, 4.0),
    ],
)
async def test_an_overloaded_jira_is_asked_by_half_as_many(
    status: int, headers: dict[str, str], limit: float, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(ADDRESS).respond(status, headers=headers)

    client = await ask(at_once(attempts=1))

    assert client.adaptive_limit.limit == limit


async def test_a_clean_answer_lets_one_more_through_and_an_empty_bucket_makes_all_wait(
    respx_mock: respx.MockRouter,
) -> None:
    headers = {
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Interval-Seconds": "60",
        "X-RateLimit-FillRate": "1",
    }
    respx_mock.post(ADDRESS).respond(200, json={}, headers=headers)
    clock = asyncio.get_running_loop().time
    policy = RetryPolicy(longest_wait=0.05)

    async with JiraClient(SITE, policy) as client, asyncio.timeout(5):
        assert await client.ask(SEARCH, bytes) == b"{}"
        began = clock()
        await client.ask(SEARCH, bytes)
        assert clock() - began >= 0.03
        assert client.adaptive_limit.limit > 4.25
        assert (client.sent, client.retries, client.is_spent) == ({"POST": 2}, 0, False)


async def test_no_question_is_asked_more_often_than_it_may(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.post(ADDRESS).respond(500)

    by_policy = await ask(at_once(attempts=4))
    by_question = await ask(at_once(attempts=4), attempts=2)

    assert (by_policy.retries, by_question.retries) == (3, 1)
    assert route.call_count == 6


async def test_a_run_counts_what_all_its_connections_ask_and_ask_again(
    respx_mock: respx.MockRouter,
) -> None:
    respx_mock.post(ADDRESS).respond(500)
    policy = at_once(attempts=3)

    await ask(policy)
    await ask(policy, attempts=2)

    assert (policy.limits.requests, policy.limits.retries) == (5, 3)


async def test_a_site_that_is_down_is_asked_no_more_once_the_budget_is_spent(
    respx_mock: respx.MockRouter,
) -> None:
    route = respx_mock.post(ADDRESS).respond(500)

    client = await ask(at_once(attempts=9, budget=2))

    assert (route.call_count, client.is_spent) == (3, True)


async def test_a_question_that_has_lost_its_seconds_is_not_asked_again(
    respx_mock: respx.MockRouter,
) -> None:
    def fail_slowly(_request: httpx.Request) -> httpx.Response:
        threading.Event().wait(0.02)
        return httpx.Response(500)

    route = respx_mock.post(ADDRESS).mock(side_effect=fail_slowly)
    patient = RunLimits(longest_question=0.015)

    client = await ask(at_once(attempts=9, limits=patient))

    assert route.call_count == 1
    assert 0.02 <= patient.lost < 5
    assert not client.is_spent


async def test_a_question_that_has_part_of_a_second_left_is_asked_again(
    respx_mock: respx.MockRouter,
) -> None:
    route = respx_mock.post(ADDRESS).respond(500)

    await ask(at_once(attempts=2, limits=RunLimits(longest_question=0.9)))

    assert route.call_count == 2


async def test_whoever_asks_next_waits_as_long_as_an_overloaded_jira_said(
    respx_mock: respx.MockRouter,
) -> None:
    respx_mock.post(ADDRESS).mock(
        side_effect=[
            httpx.Response(429, headers={"Retry-After": "0.05"}),
            httpx.Response(200, json={}),
        ]
    )
    policy = RetryPolicy(attempts=1, longest_hint=1)

    async with JiraClient(SITE, policy) as client, asyncio.timeout(30):
        with pytest.raises(JiraUnreachableError):
            await client.ask(SEARCH, bytes)
        paused = policy.limits.paused
        await client.ask(SEARCH, bytes)

    assert paused == pytest.approx(0.05)


async def test_a_run_that_has_used_up_what_it_may_asks_nothing(
    respx_mock: respx.MockRouter,
) -> None:
    route = respx_mock.post(ADDRESS).respond(200)
    limits = RunLimits(longest_loss=1.0)
    limits.lost = 2.0

    async with JiraClient(SITE, at_once(limits=limits)) as client:
        with pytest.raises(HeadwayError, match="cost this run 2 seconds"):
            await client.ask(SEARCH, bytes)

    assert (route.call_count, client.is_spent) == (0, True)


@pytest.mark.parametrize(("asked_with", "is_answered"), [("t", False), ("old", True)])
async def test_who_is_refused_asks_again_only_if_the_token_was_exchanged_meanwhile(
    asked_with: str, is_answered: bool, respx_mock: respx.MockRouter
) -> None:
    tokens = iter([asked_with])
    site = replace(SITE, email=None, read_token=lambda: next(tokens, "t"))
    replies = [httpx.Response(401), httpx.Response(200, json={})]
    route = respx_mock.post(ADDRESS).mock(side_effect=replies)

    async with JiraClient(site, at_once(attempts=2)) as client:
        if is_answered:
            assert await client.ask(SEARCH, bytes) == b"{}"
        else:
            with pytest.raises(IdentityError):
                await client.ask(SEARCH, bytes)

    logins = [call.request.headers["authorization"] for call in route.calls]
    assert logins == (["Bearer old", "Bearer t"] if is_answered else ["Bearer t"])


async def test_a_stopped_run_asks_nothing(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.post(ADDRESS).respond(200)
    stop = threading.Event()
    stop.set()

    await ask(at_once(stop=stop))

    assert route.call_count == 0


async def test_nothing_is_asked_of_another_host() -> None:
    async with JiraClient(SITE, AT_ONCE) as client:
        with pytest.raises(IdentityError, match=r"^x\.invalid: would send us to another host"):
            await client.ask(Question("@evil.invalid/rest", "the backlog"), bytes)


async def test_an_answer_that_takes_longer_than_a_request_may_is_given_up(
    respx_mock: respx.MockRouter,
) -> None:
    asked: list[httpx.Request] = []

    async def never(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        await asyncio.sleep(60)
        return httpx.Response(200)

    respx_mock.post(ADDRESS).mock(side_effect=never)

    async with asyncio.timeout(10):
        await ask(at_once(attempts=2, deadline=0.02))
        await ask(at_once(attempts=1, limits=RunLimits(longest_question=0.02)))

    assert len(asked) == 3


async def test_a_search_that_is_refused_says_why_and_another_question_is_a_refusal(
    respx_mock: respx.MockRouter,
) -> None:
    respx_mock.post(ADDRESS).respond(400, text="why")
    respx_mock.get(ADDRESS).respond(400, text="why")

    async with JiraClient(SITE, AT_ONCE) as client:
        with pytest.raises(BadRequest) as refused:
            await client.ask(SEARCH, bytes)
        with pytest.raises(HeadwayError):
            await client.ask(Question("/rest/x", "the fields"), bytes)

    assert refused.value.body == b"why"


@pytest.mark.parametrize(("hint", "seconds"), [("21", 21), ("3600", 3600)])
async def test_who_asks_for_too_long_a_wait_is_told_so_at_once(
    hint: str, seconds: int, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(ADDRESS).respond(503, headers={"Retry-After": hint})

    async with JiraClient(SITE, RetryPolicy(longest_hint=20)) as client:
        with pytest.raises(TryLaterError, match=f"for {seconds} seconds"):
            await client.ask(SEARCH, bytes)

    assert client.retries == 0
