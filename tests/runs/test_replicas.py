"""Several services on the same databases: one works, the others stand by and take over."""

import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from sqlalchemy import Engine, event
from structlog.testing import capture_logs

from models.errors import StoppedError
from models.tables import clean
from sync.pipeline.run.run import run_once
from sync.service.serve import ScheduledSync
from sync.service.standby import Look, Standby
from sync.settings.settings import read_settings
from sync.store.clean.lease import acquire_lease, take_lease
from tests.loaded import PATH
from tests.pgbouncer import running_pgbouncer
from tests.postgres import Postgres
from tests.runs.convergence import find_broken
from tests.runs.place import Place, Places
from tests.runs.programs import HEADWAY, wait_until

TAKEN_OVER, FROZEN_OVER = 20.0, 60.0
"""Seconds from the death of a worker to the run of another; from its freezing with rows locked."""
MOST_ASKED = 2
"""Statements of one look of a replica that stands by."""


@contextmanager
def replica(place: Place, name: str) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    """A service of its own, with its log in a file; ended in any case."""
    log = place.folder / f"log-{name}"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [*HEADWAY, "--env-file", str(place.folder / "env"), "serve"],
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=PATH,
        )
        try:
            yield process, log
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()


def lines(log: Path, event: str) -> list[dict[str, Any]]:
    """The lines of a log that tell of an event."""
    told = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line for line in told if line["event"] == event]


def says(log: Path, event: str) -> Callable[[], bool]:
    return lambda: bool(lines(log, event))


@contextmanager
def writes_kept_waiting(url: str) -> Iterator[Callable[[], bool]]:
    """Meanwhile no row of the list can be written; says whether somebody waits for that."""
    plain = url.replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(plain) as lock, psycopg.connect(plain, autocommit=True) as watch:
        lock.execute(f"LOCK TABLE {clean.SCHEMA}.capability IN SHARE MODE")

        def is_waited_for() -> bool:
            waiting = watch.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            return waiting is not None and waiting[0] > 0

        yield is_waited_for
        lock.rollback()


@contextmanager
def told_by_service() -> Iterator[list[Any]]:
    """What a service says in its log."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as told:
        yield told
    structlog.configure(**before)


@contextmanager
def asked_of_databases() -> Iterator[list[str]]:
    """The statements on all connections of this process, but for those that keep the lease."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("UPDATE lease", "PRAGMA", "BEGIN")):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def way(request: pytest.FixtureRequest) -> str:
    """How the replicas reach PostgreSQL."""
    return str(request.param)


@pytest.fixture
def place(places: Places, tmp_path: Path, postgres_server: Postgres, way: str) -> Iterator[Place]:
    """A list that was never published, with the direct address of its database in `truth`."""
    with ExitStack() as stack:
        found = stack.enter_context(
            places.open_place(tmp_path, projects=("ID",), server=postgres_server)
        )
        if way == "through a pooler":
            port = stack.enter_context(running_pgbouncer(postgres_server.port, size=6))
            direct, pooled = f":{postgres_server.port}/", f":{port}/"
            found.settings |= {
                "clean_url": found.clean_url.replace(direct, pooled),
                "state_url": found.state_url.replace(direct, pooled),
            }
        found.settings["schedule"] = "6h"
        found.write_settings()
        yield found


def tell_list(place: Place) -> str:
    """What stands in the clean database, in a line."""
    rows = place.published()
    last = max(row["change_seq"] for row in rows)
    broken = len(find_broken(place))
    return f"{read_head(place)}, {len(rows)} rows, change_seq {last}, {broken} links broken"


def show(what: str, *logs: Path) -> None:
    """For who runs this with -s: how long it took, and what each replica said."""
    told = (line for log in logs for line in (f"-- {log.name}", log.read_text()))
    sys.stdout.write("\n".join(("", what, *told)))


def read_head(place: Place) -> dict[str, Any]:
    (head,) = place.rows("SELECT revision, fence FROM {t}head")
    return dict(head)


@pytest.mark.all
@pytest.mark.parametrize("way", ["directly", "through a pooler"], indirect=True)
def test_who_is_killed_in_mid_publish_is_replaced_within_twenty_seconds(place: Place) -> None:
    with ExitStack() as stack:
        lock = stack.enter_context(ExitStack())
        is_waited_for = lock.enter_context(writes_kept_waiting(place.clean_url))
        first, log = stack.enter_context(replica(place, "first"))
        wait_until(is_waited_for, log)
        _, other = stack.enter_context(replica(place, "second"))
        wait_until(says(other, "serve.standing-by"), other)

        first.kill()
        killed = time.monotonic()
        lock.close()
        assert place.published() == []
        wait_until(says(other, "sync.started"), other)
        seconds = time.monotonic() - killed
        wait_until(says(other, "sync.finished"), other)

    show(f"taken over after {seconds:.1f} s; {tell_list(place)}", log, other)
    assert seconds < TAKEN_OVER
    assert len(lines(other, "serve.taking-over")) == 1
    assert lines(log, "sync.finished") == []
    assert read_head(place) == {"revision": 1, "fence": 2}
    assert [row["outcome"] for row in runs(place)] == ["stopped", "published"]


@pytest.mark.all
def test_who_is_killed_while_it_reads_is_replaced_on_files_too(tiny_place: Place) -> None:
    place = tiny_place
    place.settings["schedule"] = "6h"
    place.write_settings()
    place.jira.latency = 1.5
    with replica(place, "first") as (first, log):
        wait_until(says(log, "walk.started"), log)
        with replica(place, "second") as (_, other):
            wait_until(says(other, "serve.standing-by"), other)
            first.kill()
            killed = time.monotonic()
            place.jira.latency = 0.0
            wait_until(says(other, "sync.started"), other)
            seconds = time.monotonic() - killed
            wait_until(says(other, "sync.finished"), other)

    show(f"taken over after {seconds:.1f} s; {tell_list(place)}", log, other)
    assert seconds < TAKEN_OVER
    assert [row["outcome"] for row in runs(place)] == ["stopped", "published"]
    assert read_head(place)["revision"] == 1


@pytest.mark.all
@pytest.mark.parametrize("way", ["directly"], indirect=True)
def test_who_is_frozen_in_mid_publish_is_replaced_and_writes_nothing_when_it_wakes(
    place: Place,
) -> None:
    with ExitStack() as stack:
        lock = stack.enter_context(ExitStack())
        is_waited_for = lock.enter_context(writes_kept_waiting(place.clean_url))
        first, log = stack.enter_context(replica(place, "first"))
        wait_until(is_waited_for, log)
        _, other = stack.enter_context(replica(place, "second"))
        wait_until(says(other, "serve.standing-by"), other)

        first.send_signal(signal.SIGSTOP)
        frozen = time.monotonic()
        lock.close()
        wait_until(says(other, "sync.finished"), other)
        seconds = time.monotonic() - frozen
        after = place.published()
        first.send_signal(signal.SIGCONT)
        wait_until(says(log, "sync.failed"), log)

    show(f"taken over after {seconds:.1f} s; {tell_list(place)}", log, other)
    assert seconds < FROZEN_OVER
    assert len(lines(other, "serve.taking-over")) == 1
    assert place.published() == after != []
    assert read_head(place) == {"revision": 1, "fence": 2}


def runs(place: Place) -> list[Any]:
    return list(place.state_rows("SELECT outcome FROM {t}run ORDER BY started_at, run_id"))


@pytest.mark.published
def test_a_replica_that_stands_by_says_so_once_and_asks_little(published: Place) -> None:
    published.write_settings()
    service = ScheduledSync(read_settings({}, published.folder / "env"))
    with (
        published.open_context() as context,
        acquire_lease(context.clean),
        told_by_service() as told,
        asked_of_databases() as asked,
    ):
        for _ in range(3):
            service.run()
        asked.clear()
        for _ in range(5):
            service.look_at_lease()
        requests = len(published.jira.requests)

    assert [line["event"] for line in told] == ["serve.standing-by"]
    assert len(asked) <= 5 * MOST_ASKED, asked
    assert requests == len(published.jira.requests)
    assert service.standby.is_on
    service.look_at_lease()
    assert not service.standby.is_on


@pytest.mark.published
@pytest.mark.parametrize(
    ("left_by", "look"),
    [("a dead one", Look.TAKE_OVER), ("one that was stopped", Look.TAKE_OVER),
     ("one that is done", Look.GO_ON), ("one that works", Look.WAIT)],
)  # fmt: skip
def test_a_replica_takes_over_from_who_cannot_end_its_run(
    published: Place, left_by: str, look: Look
) -> None:
    settings = read_settings({}, published.folder / "env")
    with published.open_context() as context:
        if left_by == "a dead one":
            take_lease(context.clean, "elsewhere:1:x", timedelta(seconds=-1))
        elif left_by == "one that works":
            take_lease(context.clean, "elsewhere:1:x", timedelta(seconds=60))
        elif left_by == "one that was stopped":
            stop = threading.Event()
            stop.set()
            with pytest.raises(StoppedError):
                run_once(context, stop=stop)

    standby = Standby()
    standby.is_on = True

    assert standby.look(settings) is look
    assert standby.is_on is (look is not Look.GO_ON)


@pytest.mark.published
def test_a_run_that_another_replica_has_made_is_not_made_again(published: Place) -> None:
    published.write_settings(schedule="6h")
    service = ScheduledSync(read_settings({}, published.folder / "env"))
    service.run()
    assert published.headway("sync").code == 0
    asked = len(published.jira.requests)

    service.run()

    assert len(published.jira.requests) == asked
    assert [row["outcome"] for row in runs(published)] == ["published", "unchanged", "unchanged"]
