"""The small searches that try what a walk rests on."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from models.errors import IncompleteWalkError
from sync.sample.exchange import as_json
from sync.sample.faults import Fault
from sync.sample.server import SampleJira
from sync.source.http import Carrier
from sync.source.profile import profile_site
from sync.source.search import Search, pages_by_id, within
from tests.sync.source.reading import ONCE, site_of

T = TypeVar("T")


def asked(jira: SampleJira, question: Callable[[Search, str], Awaitable[T]]) -> T:
    """Ask a question within all projects of a Jira."""
    profile = profile_site(site_of(jira), ONCE)

    async def go() -> T:
        async with Carrier(site_of(jira), ONCE, threading.Event()) as carrier:
            return await question(Search(carrier, profile.deployment), within(profile.projects))

    return asyncio.run(go())


def test_issues_are_counted(jira: SampleJira) -> None:
    assert asked(jira, lambda search, scope: search.count(scope)) == len(jira.company.issues)


@pytest.mark.parametrize("answer", [{}, [], {"count": "many"}, {"issues": []}])
def test_what_is_no_count_is_none(jira: SampleJira, answer: object) -> None:
    jira.faults.append(Fault("/search", as_json(answer), method="POST"))

    with pytest.raises(IncompleteWalkError):
        asked(jira, lambda search, scope: search.count(scope))


def test_data_center_pages_by_id(datacenter: SampleJira) -> None:
    assert asked(datacenter, pages_by_id)


@pytest.mark.parametrize("ids", [(), (1, 2, 3), (2, 3, 2), (9, 8, 7)])
def test_a_data_center_that_does_not_heed_the_order_is_found_out(
    datacenter: SampleJira, ids: tuple[int, ...]
) -> None:
    page = {"issues": [{"id": str(each)} for each in ids], "total": len(ids)}
    datacenter.faults.append(Fault("/search", as_json(page), nth=2, method="POST"))

    assert not asked(datacenter, pages_by_id)
