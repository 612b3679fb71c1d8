"""What /metrics says of all lists of a clock, and of a worker, asked over a socket."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import httpx
from structlog.testing import capture_logs

from sync.dispatch.jobs.memory import MB, MemoryRoom
from sync.dispatch.jobs.standing import Jobs, JobStanding, read_jobs
from sync.dispatch.jobs.worker import JobWorker
from sync.dispatch.work import Outcome
from sync.service.http.list_metrics import write_list_metrics
from sync.service.known_lists import KnownLists
from sync.service.lists_reading import ListsReader, ListsReading
from sync.service.serve_lists import answer_life, write_clock_metrics
from sync.service.work import write_worker_metrics
from sync.settings.installation import Installation
from sync.settings.settings import read_installation
from sync.settings.values import HttpAddress
from sync.store.db.addresses import parse_url
from tests.docs.pages import code_spans, find_section, read_page, table_rows
from tests.runs.place import Place
from tests.runs.test_metrics import Numbers, find_free_port, list_named, parse_numbers, read_numbers

NOWHERE = "postgresql://headway:x@127.0.0.1:1/headway"
OF_SITES = "headway_site_"
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@contextmanager
def asked(write_metrics: Callable[[], bytes | None]) -> Iterator[httpx.Client]:
    """A client of the addresses of a clock or a worker."""
    port = find_free_port()
    with (
        answer_life(HttpAddress("127.0.0.1", port), lambda: True, lambda: True, write_metrics),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield client


def read_lists(place: Place) -> Installation:
    return read_installation({}, place.folder / "env")


def test_a_clock_tells_of_all_lists_and_sites(lists: Place) -> None:
    lists.carry_out("pause", "main")
    known = KnownLists(lambda: read_lists(lists))
    with asked(partial(write_clock_metrics, ListsReader(known.read_installation))) as client:
        said = read_numbers(client)

    assert said["headway_site_condition", "paused", "acme", "main"] == 1
    assert said["headway_site_condition", "unreadable", "globex", "east"] == 1
    assert said["headway_site_condition", "unreadable", "third", "east"] == 1
    assert said["headway_list_status", "acme", "current"] == 1
    assert said["headway_list_stale", "acme"] == 0
    assert ("headway_list_stale", "third") not in said
    assert ("headway_database_up", "jobs") not in said
    assert said["headway_lists_read_timestamp_seconds",] > 0


def test_the_page_has_every_number_of_a_clock_and_a_worker_and_no_other(lists: Place) -> None:
    lists.carry_out("pause", "main")
    reading = ListsReader(lambda: read_lists(lists), Jobs).read()
    assert reading
    worker = build_worker(Outcome(exit_code=0))
    told = parse_numbers(
        write_list_metrics(reading).decode() + write_worker_metrics(worker).decode()
    )
    section = find_section(read_page("docs/metrics.md"), "Many lists")

    own = {name for name in name_all(told) if not name.startswith(OF_SITES)}
    assert own - {"headway_build_info"} == list_named(section)
    states = next(row[1] for row in table_rows(section) if row[0].startswith("`headway_jobs{"))
    assert {*code_spans(states)} == {key[1] for key in told if key[0] == "headway_jobs"}


def name_all(numbers: Numbers) -> set[str]:
    return {key[0] for key in numbers if key[0].startswith("headway_")}


def test_jobs_are_counted_by_how_they_stand() -> None:
    standing = [
        JobStanding(list="a", waiting=1, exit_code=75, failing_since=NOW, put_off=NOW),
        JobStanding(list="b", running=1),
        JobStanding(list="c", stalled=1, waiting=1),
    ]
    jobs = Jobs({each.list: each for each in standing}, workers=3)
    said = parse_numbers(
        write_list_metrics(ListsReading(read_at=NOW, lists=[], jobs=jobs)).decode()
    )

    counted = {key[1]: number for key, number in said.items() if key[0] == "headway_jobs"}
    assert counted == {"waiting": 1, "running": 1, "put_off": 1, "stalled": 1}
    assert said["headway_jobs_failing",] == 1
    assert said["headway_workers",] == 3


def test_a_jobs_database_that_does_not_answer_hides_no_list(lists: Place) -> None:
    find_jobs = partial(read_jobs, parse_url(NOWHERE, "test"))
    reader = ListsReader(lambda: read_lists(lists), find_jobs)
    with asked(partial(write_clock_metrics, reader)) as client:
        said = read_numbers(client)

    assert said["headway_database_up", "jobs"] == 0
    assert "headway_workers" not in name_all(said)
    assert said["headway_list_stale", "acme"] == 0


def test_lists_are_read_seldom_and_nobody_waits_for_a_slow_one(lists: Place) -> None:
    """While the first reading is held up there is nothing to tell; it is not begun twice."""
    go_on, began = threading.Event(), []

    def read() -> Installation:
        began.append(1)
        assert len(began) == 1 or go_on.wait(60)
        return read_lists(lists)

    reader = ListsReader(read)
    first = reader.read()
    assert reader.read() is first
    assert len(began) == 1

    hurried = ListsReader(read, kept_for=0, longest_wait=0.01)
    with asked(partial(write_clock_metrics, hurried)) as client:
        early = [client.get("/metrics").status_code for _ in range(2)]
        go_on.set()
        while client.get("/metrics").status_code != 200:
            pass

    assert early == [503, 503]
    assert len(began) == 2


def test_a_bug_of_a_reading_is_told_and_ends_nothing(lists: Place) -> None:
    def fail() -> Jobs:
        raise ZeroDivisionError

    with capture_logs() as log:
        assert ListsReader(lambda: read_lists(lists), fail).read() is None

    assert [each["event"] for each in log] == ["http.bug"]


def build_worker(outcome: Outcome) -> JobWorker:
    return JobWorker(
        parse_url(NOWHERE, "test"),
        lambda _work: outcome,
        version="1",
        slots=3,
        room=MemoryRoom(512 * MB),
        stop=threading.Event(),
    )


def test_a_worker_tells_of_itself() -> None:
    worker = build_worker(Outcome(exit_code=0))
    with asked(partial(write_worker_metrics, worker)) as client:
        said = read_numbers(client)

    assert said["headway_worker_slots",] == 3
    assert said["headway_worker_jobs",] == 0
    assert said["headway_worker_memory_limit_bytes",] == 512 * MB
    assert said["process_resident_memory_bytes",] > 0
