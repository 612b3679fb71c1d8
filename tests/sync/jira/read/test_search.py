"""The small searches that try what a walk rests on."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import IncompleteWalkError
from sync.jira.client.http import JiraClient
from sync.jira.read.census import RANGES, _split_ranges, list_all_ids
from sync.jira.read.probes import pages_by_id
from sync.jira.read.search import PAGE_OF_IDS, IssueSearch, scope_to
from sync.sample.protocol.exchange import as_json
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from tests.sync.jira.reading import ONCE, profile_small, site_of

T = TypeVar("T")


def asked(jira: SampleJira, question: Callable[[IssueSearch, str], Awaitable[T]]) -> T:
    """Ask a question within all projects of a Jira."""
    profile = profile_small(jira)

    async def go() -> T:
        async with JiraClient(site_of(jira), ONCE) as client:
            return await question(
                IssueSearch(client, profile.deployment), scope_to(profile.projects)
            )

    return asyncio.run(go())


def test_issues_are_counted(jira: SampleJira) -> None:
    assert asked(jira, lambda search, scope: search.count_issues(scope)) == len(jira.company.issues)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"count": "many"},
        {"count": -5},
        {"count": None},
        {"count": 1.5},
        {"total": "x"},
        {"count": 10**400},
        {"issues": [], "total": 10**400},
    ],
)
def test_what_is_no_count_is_none(jira: SampleJira, answer: object) -> None:
    jira.faults.append(Fault("/search", as_json(answer), method="POST"))

    assert asked(jira, lambda search, scope: search.count_issues(scope)) is None


def test_a_data_center_that_counts_nothing_is_believed_to_have_listed_all(
    datacenter: SampleJira,
) -> None:
    datacenter.faults.append(Fault("/search", as_json({"issues": []}), method="POST"))

    assert asked(datacenter, lambda search, scope: search.count_issues(scope)) is None


def test_data_center_pages_by_id(datacenter: SampleJira) -> None:
    assert asked(datacenter, pages_by_id)


@pytest.mark.parametrize("ids", [(), (1, 2, 3), (2, 3, 2), (9, 8, 7)])
def test_a_data_center_that_does_not_heed_the_order_is_found_out(
    datacenter: SampleJira, ids: tuple[int, ...]
) -> None:
    page = {"issues": [{"id": str(each)} for each in ids], "total": len(ids)}
    datacenter.faults.append(Fault("/search", as_json(page), nth=2, method="POST"))

    assert not asked(datacenter, pages_by_id)


@pytest.mark.every_kind
@pytest.mark.parametrize("size", [1, 7, 50, 1000])
def test_all_ids_are_listed_whatever_the_size_of_a_page(
    jira: SampleJira, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    for issue_id in sorted(jira.company.issues)[60:]:
        jira.company.remove(issue_id)
    monkeypatch.setitem(PAGE_OF_IDS, "cloud" if jira.view.is_cloud else "datacenter", size)

    found = asked(jira, list_all_ids)

    assert found == set(jira.company.issues)


@given(st.sets(st.integers(1, 5000), min_size=1, max_size=80), st.integers(1, 40))
def test_ranges_leave_no_id_out_and_name_none_twice(ids: set[int], size: int) -> None:
    first = set(sorted(ids)[:size])

    clauses = _split_ranges(first, max(ids))

    assert len(clauses) <= RANGES
    for each in ids:
        bounds = [list(map(int, re.findall(r"\d+", clause))) for clause in clauses]
        within_it = [b for b in bounds if b[0] < each and (len(b) == 1 or each <= b[1])]
        assert len(within_it) == (each not in first)


def test_a_range_that_fails_ends_the_others(
    datacenter: SampleJira, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGE_OF_IDS, "datacenter", 50)
    datacenter.faults.append(Fault("/search", as_json({"total": 5}), nth=4))

    with pytest.raises(IncompleteWalkError):
        asked(datacenter, list_all_ids)
