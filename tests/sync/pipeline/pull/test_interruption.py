"""A walk that ends early costs no more than what it had still to do, and a long life no memory."""

import gc
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import HeadwayError, TryLaterError
from sync.sample.company.company import Company
from sync.sample.server.faults import Fault
from sync.sample.server.server import SampleJira
from tests.companies import a_company
from tests.loaded import LoadedProcess, start_loaded
from tests.sync.jira.reading import site_of
from tests.sync.pipeline.pull.site import Dialect, MirroredSite, kept
from tests.variants import on_cloud_first

PULL = """
import sys
from pathlib import Path
from sync.sample.server.server import SampleJira
from sync.jira.client.site import Site
from tests.sync.pipeline.pull.site import kept
from tests.companies import a_company
from tests.sync.jira.reading import RESTLESS

url, email, token, folder = sys.argv[1:]
site = Site(name="main", url=url, email=email or None, token=token)
with kept(None, Path(folder)) as place:
    place.pull(site=site)
"""


@pytest.fixture
def big(dialect: Dialect, tmp_path: Path) -> Iterator[MirroredSite]:
    """Eight pages of issues, and what comes before and after them, never read."""
    with (
        SampleJira(a_company(every=3), dialect, page_cap=100) as jira,
        kept(jira, tmp_path) as place,
    ):
        yield place


def kill_during_the_walk(site: MirroredSite, folder: Path, after: int) -> None:
    """Pull in a process of its own, and kill it when the search number `after` comes in."""
    process: list[LoadedProcess] = []
    fault = Fault(
        "/rest/api", lambda: os.kill(process[0].pid, signal.SIGKILL), after, method="POST"
    )
    site.jira.faults.append(fault)
    where = site_of(site.jira)
    arguments = [where.url, where.email or "", where.token, str(folder)]
    process.append(start_loaded(*arguments, cwd=Path.cwd(), code=PULL))
    assert process[0].wait() == -signal.SIGKILL
    site.jira.faults.remove(fault)


def test_a_walk_that_was_killed_goes_on_where_it_stopped(big: MirroredSite, tmp_path: Path) -> None:
    """Data Center's types are judged by all their issues, so there a first walk begins anew."""
    kill_during_the_walk(big, tmp_path, after=8 if big.jira.view.is_cloud else 26)
    there = len(big.mirror.list_ids())

    requests = big.pull().report.requests

    everything = len(big.company.issues)
    assert 0 < there <= everything
    assert {issue.id for issue in big.mirror.read_issues()} == set(big.company.issues)
    assert {i.id for i in big.mirror.read_issues() if i.hierarchy_level == 1} == {
        e.id for e in big.company.epics()
    }
    if big.jira.view.is_cloud:
        epics = len(big.company.epics())
        assert requests <= -(-(everything - there) // 100) + -(-epics // 100) + 7


@on_cloud_first
def test_a_walk_that_was_killed_on_a_later_day_goes_on_where_it_stopped(
    big: MirroredSite, tmp_path: Path
) -> None:
    big.pull()
    big.pass_time(days=1)
    for issue in list(big.company.issues.values())[::2]:
        big.company.edit(issue.id, labels=["changed"])
    big.pass_time(minutes=1)
    kill_during_the_walk(big, tmp_path, after=9)

    big.pull()

    rows = {issue.id: issue for issue in big.mirror.read_issues()}
    assert all(rows[i.id].labels == tuple(i.labels) for i in big.company.issues.values())


@pytest.mark.every_kind
def test_reading_takes_one_request_a_page_and_a_few(big: MirroredSite) -> None:
    first = big.pull().report.requests
    big.pass_time(hours=1)
    unchanged = big.pull().report.requests
    edited = [issue.id for issue in list(big.company.issues.values())[:150]]
    for one in edited:
        big.company.edit(one, labels=["changed"])
    big.pass_time(hours=1)
    changed = big.pull().report.requests

    everything = len(big.company.issues)
    assert first <= -(-everything // 100) * (1 if big.jira.view.is_cloud else 2) + 25
    assert unchanged <= 8
    assert changed <= unchanged + 2 * 2 + 2
    paths = {path for _, path, _ in big.jira.requests}
    assert not any(re.search(r"/issue/\d+|/worklog|/comment|/changelog", path) for path in paths)


ASKED = {
    "cloud": {"/search": 5, "/issue/bulkfetch": 2, "myself": 2},
    "datacenter": {"/search": 5, "myself": 2},
}
"""What each kind of Jira is asked in such a pull, and how often at least."""
ONCE_EACH = {
    *(("cloud", "/search", 1), ("cloud", "/issue/bulkfetch", 2)),
    *(("datacenter", "/search", 3), ("datacenter", "myself", 2)),
}
"""Those that break in `make test` too: each question, at first or later."""


@pytest.mark.parametrize(
    ("dialect", "path", "nth"),
    [
        pytest.param(*case, marks=() if case in ONCE_EACH else pytest.mark.all)
        for kind, paths in ASKED.items()
        for path, most in paths.items()
        for case in ((kind, path, nth) for nth in range(1, most + 1))
    ],
)
def test_whatever_broke_a_pull_the_next_one_comes_to_the_same(
    site: MirroredSite, tiny: Company, path: str, nth: int, tmp_path: Path
) -> None:
    for issue in list(tiny.issues.values())[::3]:
        tiny.edit(issue.id, labels=["changed"])
    site.pass_time(days=1)
    site.jira.faults.append(Fault(path, "bad-gateway", nth=range(nth, 99)))
    with pytest.raises(TryLaterError):
        site.pull()
    site.jira.faults.clear()

    site.pull()

    with kept(site.jira, tmp_path / "anew") as anew:
        anew.pull()
        assert site.issues() == anew.issues()


def test_a_pull_that_failed_after_it_wrote_is_followed_by_a_translation(
    site: MirroredSite,
) -> None:
    """What was settled before it was settled for another mirror."""
    site.keep_translation()
    child = max(each.id for each in site.company.issues.values() if each.parent)
    site.company.edit(child, parent=None)
    site.pass_time(minutes=1)
    site.jira.faults.append(Fault("myself", "bad-gateway", nth=range(2, 99)))
    with pytest.raises(HeadwayError):
        site.pull()
    site.jira.faults.clear()

    site.pull()

    assert child in site.changes().issues


def test_an_edit_without_consequence_is_kept_and_leaves_what_was_settled(
    site: MirroredSite,
) -> None:
    site.keep_translation()
    edited = max(site.company.issues)
    site.company.edit(edited, summary="Said in other words")
    site.pass_time(minutes=1)

    site.pull()

    assert not site.changes().issues
    assert site.site_store.read_cached_translation() is not None
    assert site.issues()[edited].summary == "Said in other words"


def test_an_unchanged_pull_leaves_what_was_settled(site: MirroredSite) -> None:
    site.keep_translation()
    site.pass_time(minutes=1)

    site.pull()

    assert not site.changes().issues
    assert site.site_store.read_cached_translation() is not None


def resident() -> int:
    """KiB of memory this process holds."""
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1])


@pytest.mark.all
def test_fifty_whole_pulls_in_one_process_take_no_more_memory_than_five(
    big: MirroredSite,
) -> None:
    sizes = []
    for _ in range(50):
        big.pull(full=True)
        big.pass_time(hours=1)
        big.jira.requests.clear()
        gc.collect()
        sizes.append(resident())

    assert max(sizes[-5:]) - max(sizes[5:10]) < 8 * 1024, sizes


def spoil_points(site: MirroredSite) -> None:
    """Let issues all over the backlog have points that are told of."""
    for number, issue in enumerate(site.company.issues.values()):
        if number % 20 == 0:
            issue.points = -5.0


@pytest.mark.parametrize("pages", [1, pytest.param(3, marks=pytest.mark.all)])
@on_cloud_first
def test_a_first_walk_that_was_killed_between_pages_loses_no_finding(
    dialect: Dialect, tmp_path: Path, pages: int
) -> None:
    # What Data Center answers is written 500 issues at a time.
    company = a_company(every=8 if dialect == "cloud" else 1)
    with SampleJira(company, dialect, page_cap=100) as jira:
        with kept(jira, tmp_path / "whole") as whole:
            spoil_points(whole)
            expected = whole.pull().findings
        with kept(jira, tmp_path / "killed") as killed:
            calls = iter(range(pages + 1))

            def stop_after(read: int, _listed: int) -> None:
                if next(calls, None) is None:
                    raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                killed.pull(progress=stop_after)
            there = len(killed.mirror.list_ids())
            findings = killed.pull().findings
            killed.pass_time(hours=1)
            later = killed.pull().findings

    assert 0 < there < len(killed.company.issues)
    assert any("negative points" in finding.what for finding in expected)
    assert findings == expected
    assert later == expected
