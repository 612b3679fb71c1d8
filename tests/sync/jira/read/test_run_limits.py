"""What a run may take of Jira: bytes, memory, seconds, rows. Small limits, real sockets."""

import asyncio
import gzip
import itertools
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from models.errors import HeadwayError, IncompleteWalkError, JiraUnreachableError
from sync.jira.client.http import JiraClient, Question
from sync.jira.client.retry import RetryPolicy
from sync.jira.client.run_limits import RunLimits
from sync.sample.protocol.exchange import Reply, Request, as_json
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from tests.sync.jira.reading import RESTLESS, read, site_of

MEGABYTE = 1024 * 1024


def limited(policy: RetryPolicy = RESTLESS, **limits: Any) -> RetryPolicy:
    return replace(policy, limits=RunLimits(**limits))


def packed(content: bytes) -> Reply:
    return Reply(200, gzip.compress(content, compresslevel=1), {"Content-Encoding": "gzip"})


def measure_peak(work: Callable[[], object]) -> int:
    """The most bytes of Python's memory that were in use beyond those from before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [12 * MEGABYTE, 40 * MEGABYTE])
def test_ten_large_replies_at_once_are_never_ten_times_as_much(
    cloud: SampleJira, size: int
) -> None:
    """Ten of the smaller ones are 120 MB, and ten of the larger 160 MB up to where they end."""
    cloud.faults.append(Fault("bulkfetch", packed(b" " * size)))
    question = Question("/rest/api/3/issue/bulkfetch", "issues", {})

    async def ask() -> None:
        async with JiraClient(site_of(cloud), limited()) as client:
            client.adaptive_limit.limit = 10.0
            questions = [client.ask(question, len) for _ in range(10)]
            await asyncio.gather(*questions, return_exceptions=True)

    assert measure_peak(lambda: asyncio.run(ask())) < 85 * MEGABYTE


def test_pages_of_empty_rows_end_the_walk_and_fill_no_memory(jira: SampleJira) -> None:
    path = "bulkfetch" if jira.view.is_cloud else "/search"
    rows = b'{"issues": [' + b"{}," * 1_300_000 + b"{}]}"
    jira.faults.append(Fault(path, packed(rows), method="POST"))
    policy = limited(replace(RESTLESS, attempts=1), largest_reply=4 * MEGABYTE)

    def walk() -> None:
        with pytest.raises(IncompleteWalkError):
            read(jira, retry_policy=policy)

    assert measure_peak(walk) < 40 * MEGABYTE


class EndlessJira:
    """Answers a search with issues that nobody ever made, page after page."""

    def __init__(self, jira: SampleJira) -> None:
        self._answer, self._tokens, self._jira = jira.dialect.answer, itertools.count(), jira
        self._next = 1_000_000

    def __call__(self, request: Request) -> Reply:
        asked = request.document() if request.method == "POST" else {}
        if "jql" not in asked or "maxResults" not in asked or not asked["maxResults"]:
            return self._answer(request)
        ids = range(self._next, self._next + asked["maxResults"])
        self._next = ids.stop
        token = f"token-{next(self._tokens)}"
        rows = [{"id": str(each), "key": f"RPT-{each}"} for each in ids]
        return as_json({"issues": rows, "nextPageToken": token, "total": 10**9})


def test_pages_without_end_are_given_up_where_jira_counts_fewer(jira: SampleJira) -> None:
    jira.dialect.answer = EndlessJira(jira)  # type: ignore[method-assign]

    with pytest.raises(IncompleteWalkError, match="without end"):
        read(jira)

    assert len(jira.requests) < 120


def test_pages_without_end_are_given_up_where_jira_does_not_count(cloud: SampleJira) -> None:
    cloud.dialect.answer = EndlessJira(cloud)  # type: ignore[method-assign]
    cloud.faults.append(Fault("approximate-count", as_json({}, 404)))

    with pytest.raises(IncompleteWalkError, match="does not count them, and lists issues without"):
        read(cloud, retry_policy=limited(most_issues=20_000))


@pytest.mark.parametrize("path", ["/rest/api", "/search", "serverInfo"])
def test_a_drip_ends_the_run_soon_and_the_question_is_named(jira: SampleJira, path: str) -> None:
    jira.faults.append(Fault(path, "drip"))
    policy = limited(
        replace(RESTLESS, attempts=50, budget=500, deadline=0.2),
        longest_question=0.5,
        longest_loss=1.5,
    )
    began = time.monotonic()

    with pytest.raises(JiraUnreachableError, match=r"does not answer in time \(|cost this run"):
        read(jira, retry_policy=policy)

    assert time.monotonic() - began < 6


def test_time_lost_side_by_side_is_counted_together(cloud: SampleJira) -> None:
    cloud.faults.append(Fault("bulkfetch", "drip"))
    policy = limited(replace(RESTLESS, attempts=50, budget=500, deadline=0.3), longest_loss=1.0)

    with pytest.raises(JiraUnreachableError) as failure:
        read(cloud, retry_policy=policy)

    assert "the backlog" in str(failure.value)
    assert policy.limits.find_excess() is not None
    assert policy.limits.lost < 1.0 + 10 * 0.4


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"most_bytes": 100_000}, "bytes to this run; not asked for "),
        ({"longest_run": 0.0}, "seconds by this run; not asked for its server information"),
    ],
)
def test_a_run_that_took_too_much_ends(
    jira: SampleJira, limits: dict[str, Any], words: str
) -> None:
    with pytest.raises(HeadwayError, match=words) as failure:
        read(jira, retry_policy=limited(**limits))

    assert failure.value.exit_code == 75
