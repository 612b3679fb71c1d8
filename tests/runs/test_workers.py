"""Lists that workers run: the commands, and both sides in threads of this process."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from models.errors import DatabaseError, LeaseHeldError
from sync.cli.commands.run.overview import show_overview
from sync.dispatch.jobs.database import build_jobs_engine, migrate_jobs_database, open_jobs
from sync.dispatch.jobs.engine import PASSES, build_job, defer_jobs
from sync.dispatch.jobs.memory import MemoryRoom
from sync.dispatch.jobs.standing import read_standing
from sync.dispatch.jobs.worker import JobWorker, note_outcome
from sync.dispatch.work import Outcome, Work, carry_out
from sync.listening.connections import listen_at
from sync.service.known_lists import KnownLists
from sync.service.lead import Leader
from sync.service.serve_lists import ClockService, answer_life
from sync.settings.installation import Installation
from sync.settings.settings import read_installation
from sync.settings.values import HttpAddress
from sync.store.db.addresses import parse_url
from tests.loaded import PATH, TIMEOUT
from tests.postgres import running_postgres
from tests.runs.place import Place
from tests.runs.programs import started, wait_until
from tests.runs.test_metrics import find_free_port

JOBS = "jobs: at schema "


def wait_for(holds: Callable[[], object], seconds: float = TIMEOUT) -> None:
    """Look until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["work"], {}, "HEADWAY_WORKERS_URL: is not set, and work needs it"),
        (
            ["work", "--workers", "sqlite:///jobs.db"],
            {},
            "--workers: must be a PostgreSQL database",
        ),
        (["serve"], {"workers_url": "sqlite:///jobs.db"}, "HEADWAY_WORKERS_URL: must be a Postgre"),
        (["work", "--slots", "0"], {}, "--slots: must be a whole number from 1 to 64"),
        (["work"], {"work_memory": "2"}, "HEADWAY_WORK_MEMORY: is no size of at least 128M"),
    ],
    ids=["no address", "a file", "a file as a setting", "no slot", "no memory"],
)
def test_what_cannot_be_begun_is_told(
    tiny_place: Place, words: list[str], settings: dict[str, str | None], said: str
) -> None:
    answer = tiny_place.headway(*words, **settings)

    assert answer.code == 2
    assert said in answer.err


def test_the_jobs_database_is_refused_until_it_is_migrated(
    tiny_place: Place, postgres_url: str
) -> None:
    tiny_place.settings["workers_url"] = postgres_url
    refused = [tiny_place.headway(command).code for command in ("serve", "work")]
    migrated = tiny_place.headway("migrate")

    assert refused == [74, 74]
    assert (migrated.code, JOBS in migrated.out) == (0, True)


@contextmanager
def clock_and_worker(place: Place, address: str) -> Iterator[tuple[ClockService, JobWorker]]:
    """Both, in threads, until the block ends."""
    place.settings["workers_url"] = address
    assert place.headway("migrate").code == 0

    def read() -> Installation:
        return read_installation({}, place.folder / "env")

    lists, url = KnownLists(read), parse_url(address, "test")
    service, stop = ClockService(lists), threading.Event()
    worker = JobWorker(
        url,
        partial(carry_out, find_settings=lists.find, stop=stop),
        version=version("headway-sync"),
        slots=2,
        room=MemoryRoom(None),
        stop=stop,
        poll=0.05,
    )
    threads = [
        threading.Thread(target=service.serve_workers, args=(Leader(url).lead,)),
        threading.Thread(target=worker.work),
    ]
    for thread in threads:
        thread.start()
    try:
        yield service, worker
    finally:
        service.stop.set()
        stop.set()
        for thread in threads:
            thread.join(TIMEOUT)
            assert not thread.is_alive()


def test_a_clock_hands_a_list_out_and_a_worker_runs_it(published: Place, postgres_url: str) -> None:
    before = published.published()
    engine = build_jobs_engine(parse_url(postgres_url, "test"))
    with clock_and_worker(published, postgres_url) as (service, worker):
        wait_for(
            lambda: [each.ended_at for each in read_standing(engine).values()] not in ([], [None])
        )
        assert service.is_alive()
        assert service.is_ready
        assert worker.is_alive()
        assert worker.is_ready
        (standing,) = read_standing(engine).values()

        published.capture.readouterr()
        show_overview(read_installation({}, published.folder / "env"), False, False)
        told = published.capture.readouterr().out
        second = ClockService(service.lists)
        with pytest.raises(LeaseHeldError):
            Leader(parse_url(postgres_url, "test")).lead(second)
    engine.dispose()

    assert "jobs        0 waiting, 0 running, 0 put off, 0 stalled; 1 worker\n" in told
    assert (standing.list, standing.exit_code) == ("main", 0)
    assert published.published() == before
    assert [run["outcome"] for run in published.state_rows("SELECT outcome FROM {t}run")] == [
        "published",
        "unchanged",
    ]


def test_a_clock_without_workers_runs_its_lists_itself(published: Place) -> None:
    published.write_settings(schedule="1s")
    lists = KnownLists(lambda: read_installation({}, published.folder / "env"))
    service = ClockService(lists)
    with capture_logs():
        thread = threading.Thread(target=service.serve_inline)
        thread.start()
        wait_for(lambda: len(published.state_rows("SELECT outcome FROM {t}run")) > 1)
        service.stop.set()
        thread.join(TIMEOUT)

    assert not thread.is_alive()


def test_lists_that_cannot_be_read_any_more_go_on_as_they_were(published: Place) -> None:
    path = published.folder / "env"
    lists = KnownLists(lambda: read_installation({}, path))
    path.write_text("HEADWAY_NONSENSE=1")

    with capture_logs() as log:
        names = [[*lists.read()] for _ in range(2)]

        outcome = carry_out(Work(list="main"), lists.find, threading.Event())

    assert names == [["main"], ["main"]]
    assert outcome.exit_code == 0, "a worker's job goes by them too"
    assert [each["event"] for each in log if each["log_level"] == "error"] == ["lists.broken"]


def test_a_clock_or_a_worker_says_whether_it_lives_and_is_ready() -> None:
    state = {"alive": True, "ready": True}
    address = HttpAddress("127.0.0.1", 0)
    with answer_life(None, lambda: True, lambda: True, lambda: None):
        pass
    with listen_at(*address, backlog=1) as free:
        port = free.getsockname()[1]
    with answer_life(
        HttpAddress("127.0.0.1", port),
        lambda: state["alive"],
        lambda: state["ready"],
        lambda: None,
    ):
        asked = [httpx.get(f"http://127.0.0.1:{port}/{page}").status_code for page in PAGES]
        state["ready"] = False
        state["alive"] = False
        again = [httpx.get(f"http://127.0.0.1:{port}/{page}").status_code for page in PAGES]

    assert (asked, again) == ([200, 200, 503], [503, 503, 503])


LACKS = Outcome(2, "sites.yaml:3: `jira_token` names MAIN_TOKEN, which is not set", is_lacking=True)


@contextmanager
def lacking_job(address: str, name: str) -> Iterator[None]:
    """A jobs database in which many workers lacked what a list needs."""
    engine = build_jobs_engine(parse_url(address, "test"))
    job = build_job(Work(list=name), version("headway-sync"), is_first=False)
    passed = text("UPDATE procrastinate_jobs SET args = args || jsonb_build_object('passes', :n)")
    with open_jobs(engine) as connection:
        defer_jobs(connection, [job])
        connection.execute(passed, {"n": PASSES})
    note_outcome(engine, Work(list=name), LACKS)
    yield
    engine.dispose()


def test_a_list_whose_secret_no_worker_has_is_told(published: Place, postgres_url: str) -> None:
    published.settings["workers_url"] = postgres_url
    unmade = published.headway("status")
    assert published.headway("migrate").code == 0
    well = published.headway("status")
    with lacking_job(postgres_url, "main"):
        status, doctor = published.headway("status"), published.headway("doctor")

    assert unmade.code == 74
    assert re.search(
        r"^jobs        postgresql://\S+: has no tables for jobs yet", unmade.out, re.MULTILINE
    )
    assert (well.code, "workers  " in well.out, "jobs  " in well.out) == (0, False, False)
    assert status.code == doctor.code == 2
    assert f"workers     none has what the list needs: {LACKS.what}\n" in status.out
    assert f"wrong  workers  no worker has what the list needs: {LACKS.what}\n" in doctor.out
    assert "note   workers  none was heard of lately" in doctor.out


def test_among_several_it_is_a_list_that_fails(lists: Place, postgres_url: str) -> None:
    env = lists.folder / "env"
    env.write_text(f"{env.read_text()}HEADWAY_WORKERS_URL={postgres_url}\n")
    engine = build_jobs_engine(parse_url(postgres_url, "test"))
    migrate_jobs_database(engine)
    engine.dispose()
    with lacking_job(postgres_url, "acme"):
        lines = lists.carry_out("status").out.splitlines()

    assert lines[0] == "status      3 lists, 3 sites: 2 unreadable, 1 failing"
    (line,) = (each for each in lines if each.startswith("  failing     acme/main"))
    assert "exit 2;" in line
    assert line.endswith(f"no worker has what it needs: {LACKS.what}")


PAGES = ("healthz", "readyz", "metrics")


@pytest.mark.all
def test_both_are_programs_that_end_when_they_are_told_to(
    published: Place, postgres_url: str, tmp_path: Path
) -> None:
    published.settings["workers_url"] = postgres_url
    assert published.headway("migrate").code == 0
    folders = [tmp_path / name for name in ("clock", "worker")]
    for folder in folders:
        folder.mkdir()
    env = str(published.folder / "env")
    ports = [find_free_port(), find_free_port()]

    def at(number: int) -> dict[str, str]:
        return {**PATH, "HEADWAY_HTTP_ADDRESS": str(ports[number])}

    with (
        started("--env-file", env, "serve", cwd=folders[0], environment=at(0)) as (clock, _),
        started("--env-file", env, "work", cwd=folders[1], environment=at(1)) as (worker, told),
    ):
        wait_until(lambda: '"work.ended"' in told.read_text(), told)
        by_clock, by_worker = (
            httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text for port in ports
        )
        assert "headway_workers 1.0" in by_clock
        assert 'headway_site_condition{condition="well",list="main",site="main"} 1.0' in by_clock
        assert "headway_worker_slots" in by_worker
        for process in (clock, worker):
            process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert [process.wait() for process in (clock, worker)] == [0, 0]
        assert time.monotonic() - began < 10


@pytest.mark.all
def test_both_outlive_a_jobs_database_that_restarts(published: Place) -> None:
    with (
        running_postgres(os.environ) as server,
        server.fresh_database() as address,
        clock_and_worker(published, address),
    ):
        ended = partial(read_last_end, address)
        wait_for(ended)
        first = ended()

        server.restart()
        rules = next((published.folder / "config").glob("*.yaml"))
        os.utime(rules)
        wait_for(lambda: ended() not in (None, first))

    assert [run["outcome"] for run in published.state_rows("SELECT outcome FROM {t}run")][-1] == (
        "unchanged"
    )


def read_last_end(address: str) -> object:
    """When the only list's work ended last; None if it never did, or nobody can say."""
    engine = build_jobs_engine(parse_url(address, "test"))
    try:
        return next((each.ended_at for each in read_standing(engine).values()), None)
    except DatabaseError:
        return None
    finally:
        engine.dispose()
