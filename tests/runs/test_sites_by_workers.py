"""One list from several sites, read by workers: each site a job, and their list another one."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sync.dispatch.jobs.database import build_jobs_engine
from sync.dispatch.jobs.standing import read_standing
from sync.dispatch.work import Work, carry_out
from sync.settings.settings import read_installation
from sync.store.db.addresses import parse_url
from tests.databases import DatabaseTemplates
from tests.runs.holding import Holding, a_holding
from tests.runs.test_workers import clock_and_worker, wait_for


@pytest.fixture
def holding(
    templates: DatabaseTemplates, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Holding]:
    """Three sites and one list, of which nothing was read."""
    with (
        templates.copy_migrated(tmp_path) as urls,
        a_holding(tmp_path, urls, capsys) as found,
    ):
        yield found


@pytest.mark.all
def test_workers_publish_what_headway_sync_would(holding: Holding, postgres_url: str) -> None:
    engine = build_jobs_engine(parse_url(postgres_url, "test"))
    with clock_and_worker(holding.place, postgres_url):
        wait_for(lambda: "main" in (now := read_standing(engine)) and now["main"].ended_at, 300)
        standing = read_standing(engine)
    engine.dispose()

    assert {name: each.exit_code for name, each in standing.items()} == dict.fromkeys(
        ["main", "main/east", "main/main", "main/south"], 0
    )
    by_workers = holding.place.published()
    assert by_workers
    said = holding.headway("sync")
    assert (said.code, holding.place.published()) == (0, by_workers)


@pytest.mark.all
def test_a_site_that_fails_is_told_and_its_list_goes_on(
    holding: Holding, postgres_url: str
) -> None:
    assert holding.headway("sync").code == 0
    holding.jiras["east"].revoke()
    engine = build_jobs_engine(parse_url(postgres_url, "test"))
    with clock_and_worker(holding.place, postgres_url):
        wait_for(lambda: "main" in (now := read_standing(engine)) and now["main"].ended_at, 300)
        standing = read_standing(engine)
    engine.dispose()

    assert standing["main/east"].exit_code == 77
    assert standing["main/main"].exit_code == standing["main/south"].exit_code == 0
    assert holding.place.freshness()["status"] == "partial"


@pytest.mark.all
def test_broken_rules_keep_those_published_last_in_force_at_every_site(holding: Holding) -> None:
    assert holding.headway("sync").code == 0
    before = holding.place.published()
    rules = holding.place.folder / "config" / "capabilities.yaml"
    assert rules.exists()
    rules.write_text("capabilities: [")
    settings = read_installation({}, holding.place.folder / "env").select_list("main")
    jobs = [Work(list="main", site=name, kind="pull") for name in settings.site_names]
    with capture_logs() as log:
        outcomes = [
            carry_out(each, lambda _name: settings, threading.Event())
            for each in [*jobs, Work(list="main", kind="translate")] * 2
        ]

    assert {each.exit_code for each in outcomes} == {0}
    assert holding.place.published() == before
    told = [each for each in log if each["event"] == "rules.broken"]
    assert 1 <= len(told) <= len(jobs) + 1
